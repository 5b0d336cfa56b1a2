"""Clocks are moved, `tend` runs, and what has run out is gone for good: not more, not less, and not twice."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from sayso.errors import RefusedError, SaysoError, UsageError
from sayso.lifecycle import Tended
from sayso.storage import Database
from sayso.values import Purpose, Reach

from ..house import COLLECTION, ROBIN, WREN, House, captures_of

DAY = timedelta(days=1)
YEAR = timedelta(days=365)


def tend(house: House) -> Tended:
    with house.open() as archive:
        return archive.tend()


def rows(house: House, table: str) -> int:
    database = Database(house.database)
    with database.begin() as session:
        found = session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
    database.close()
    return int(found)


def kept_keys(house: House, prefix: str) -> set[str]:
    with house.open() as archive:
        return set(archive._door.ground.keys.ids(prefix))


def acts(house: House, actor: str = "sayso") -> Counter[str]:
    with house.open() as archive:
        return Counter(one.verb for one in archive.ledger.list() if one.actor == actor)


def point_only(house: House, label: str = "otter@example.org") -> str:
    return house.enrol(label, None)


def test_nothing_is_due_in_a_fresh_archive_and_nothing_is_written(found: House) -> None:
    with found.open() as archive:
        before = len(archive.ledger.list())
        assert archive.tend() == Tended()
        assert len(archive.ledger.list()) == before


def test_a_consent_ends_at_its_time_and_everything_that_rested_on_it_goes_like_after_a_withdrawal(
    found: House, tmp_path: Path
) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
    found.clock.move(YEAR - DAY)
    assert tend(found).consents_expired == 0
    assert (rows(found, "templates"), len(kept_keys(found, "data-"))) == (2, 2)
    found.clock.move(DAY + timedelta(seconds=1))
    assert tend(found).consents_expired == 2
    for table in ("templates", "matches", "searched", "issued_albums", "issued_faces", "withdrawals"):
        assert rows(found, table) == 0, table
    assert kept_keys(found, "data-") == set()
    assert len(kept_keys(found, "record-")) == 2
    assert not (tmp_path / "album").exists()
    assert acts(found) == {"expire": 2, "reach.end": 1}
    with found.open() as archive:
        assert archive.people.list() == []
        with pytest.raises(UsageError):
            archive.people.album(WREN, tmp_path / "album")
        archive.ledger.verify()


def test_tending_again_does_nothing_more_and_a_clock_set_back_undoes_nothing(found: House) -> None:
    found.clock.move(YEAR + DAY)
    assert tend(found).consents_expired == 2
    assert tend(found) == Tended()
    found.clock.move(-YEAR)
    again = tend(found)
    assert len(again.warnings) == 1
    assert "clock" in again.warnings[0]
    assert again.consents_expired == 0
    assert rows(found, "templates") == 0
    assert acts(found) == {"expire": 2, "reach.end": 1}
    with found.open() as archive, pytest.raises(RefusedError):
        archive.people.find()


def test_two_at_once_end_everything_once(found: House) -> None:
    found.clock.move(YEAR + DAY)
    done: list[Tended] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            done.append(tend(found))
        except SaysoError as error:
            failed.append(error)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert sum(one.consents_expired for one in done) == 2
    assert acts(found) == {"expire": 2, "reach.end": 1}


def test_whoever_says_yes_again_after_the_time_ran_out_begins_anew_and_the_old_key_is_gone(found: House) -> None:
    before = kept_keys(found, "data-")
    old = found.subject(WREN)
    found.clock.move(YEAR + DAY)
    found.collection("Autumn", reach=Reach.POINTED)
    new = found.enrol(WREN, "P10", collections=["Autumn"])
    assert new != old
    assert not before & kept_keys(found, "data-")
    assert rows(found, "templates") == 1


def test_a_collection_goes_when_its_time_is_up_and_the_consents_that_have_no_other_with_it(
    new_house: object, event_photos: Path
) -> None:
    house: House = new_house()  # type: ignore[operator]
    house.create().close()
    with house.open() as archive:
        archive.collections.new("Brief", retention_until=house.clock() + 10 * DAY)
        archive.collections.new("Lasting")
        archive.photos.add([next(event_photos.glob("*.jpg"))], "Brief")
    only = house.enrol("only@example.org", None, collections=["Brief"])
    both = house.enrol("both@example.org", None, collections=["Brief", "Lasting"])
    house.clock.move(9 * DAY)
    assert tend(house).collections_deleted == []
    house.clock.move(2 * DAY)
    done = tend(house)
    assert done.collections_deleted == ["Brief"]
    assert done.consents_expired == 1
    assert rows(house, "photos") == rows(house, "faces") == 0
    with house.open() as archive:
        assert [one.id for one in archive.people.list()] == [both]
        assert only != both
    assert acts(house) == {"collection.delete": 1, "expire": 1, "tend": 1}


def test_a_wider_reach_that_ran_out_is_reported(house: House) -> None:
    house.clock.move(301 * DAY)
    assert tend(house).reaches_expired == [COLLECTION]
    assert tend(house).reaches_expired == []
    assert acts(house) == {"reach.end": 1}
    # No clock that is set back opens it again.
    house.clock.move(-300 * DAY)
    house.enrol("wren@example.org", "P10")
    with house.open() as archive, pytest.raises(RefusedError, match="reach is pointed"):
        archive.people.find(collection=COLLECTION)


def test_proofs_go_after_the_packs_period_with_label_and_key_and_the_ledger_stays(found: House) -> None:
    subject = found.subject(WREN)
    with found.open() as archive:
        archive.people.withdraw(WREN)
        entries = len(archive.ledger.list())
    found.clock.move(3 * YEAR - 2 * DAY)
    assert tend(found).proofs_deleted == 0
    assert f"record-{subject}" in kept_keys(found, "record-")
    found.clock.move(5 * DAY)
    assert tend(found).proofs_deleted == 1
    assert f"record-{subject}" not in kept_keys(found, "record-")
    database = Database(found.database)
    with database.begin() as session:
        for table in ("subjects", "consents", "consent_purposes"):
            held = session.execute(text(f"SELECT * FROM {table}")).all()
            assert subject not in str(held), table
    database.close()
    with found.open() as archive:
        assert len(archive.ledger.list()) > entries
        archive.ledger.verify()


def test_invites_that_nobody_used_are_deleted_and_a_used_one_is_not(house: House) -> None:
    with house.open() as archive:
        archive.people.invite("never@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
    point_only(house)
    house.clock.move(14 * DAY - timedelta(minutes=5))
    assert tend(house).invites_deleted == 0
    house.clock.move(timedelta(minutes=10))
    assert tend(house).invites_deleted == 1
    assert rows(house, "invites") == 1
    assert acts(house) == {"invite.delete": 1, "tend": 1}


def test_an_enrolment_that_nobody_confirmed_is_undone_with_its_template(house: House) -> None:
    house.enrol("ghost@example.org", "P12", confirm=False)
    house.clock.move(13 * DAY)
    assert tend(house).enrolments_undone == 0
    house.clock.move(2 * DAY)
    assert tend(house).enrolments_undone == 1
    assert rows(house, "templates") == rows(house, "enrolments") == 0
    assert kept_keys(house, "data-") == set()
    assert acts(house)["expire"] == 1


def test_an_unconfirmed_second_enrolment_takes_its_template_but_not_the_consent_that_was_there(enrolled: House) -> None:
    wren = enrolled.enrol(WREN, "P12", confirm=False)
    enrolled.clock.move(15 * DAY)
    assert tend(enrolled).enrolments_undone == 1
    assert enrolled.subject(WREN) == wren
    assert rows(enrolled, "templates") == 1
    assert len(kept_keys(enrolled, "data-")) == 2


def test_F11_an_unconfirmed_first_enrolment_ends_what_it_gave_and_not_what_was_confirmed(house: House) -> None:
    house.enrol(WREN, "P26", confirm=False)
    house.enrol(WREN, "P10", purposes=[Purpose.VERIFY])
    house.clock.move(15 * DAY)
    assert tend(house).enrolments_undone == 1
    assert (rows(house, "templates"), rows(house, "enrolments")) == (1, 1)
    assert house.rows("SELECT purpose FROM consent_purposes WHERE state = 'given'") == [("verify",)]
    with house.open() as archive:
        assert archive.people.verify(WREN, captures=captures_of("P10"), witness="dora")


def own_folder(house: House, tmp_path: Path) -> Path:
    """A collection of its own whose photos stay in a folder of the test's."""
    folder = tmp_path / "disk" / "card"
    shutil.copytree(house.photos, folder)
    house.collection("Own", reach=Reach.SWEPT, add=folder)
    return folder


def test_photos_whose_files_left_their_folder_go_after_a_week_with_faces_matches_and_renditions(
    house: House, tmp_path: Path
) -> None:
    folder = own_folder(house, tmp_path)
    house.enrol("robin@example.org", "P26", collections=["Own"])
    with house.open() as archive:
        archive.people.find(collection="Own")
        report = archive.people.album("robin@example.org", tmp_path / "album")
        mine = archive.people.photos("robin@example.org")
    assert report.written > 1
    gone = Path(mine[0].photo.path)
    gone.unlink()
    first = tend(house)
    assert (first.photos_missing, first.photos_deleted) == (1, 0)
    house.clock.move(6 * DAY)
    assert tend(house).photos_deleted == 0
    house.clock.move(1 * DAY)
    assert tend(house).photos_deleted == 1
    with house.open() as archive:
        left = archive.photos.list(collection="Own")
        assert len(left) == len(list(folder.iterdir()))
        assert gone.name not in {Path(one.photo.path).name for one in left}
        assert len(archive.people.photos("robin@example.org")) == len(mine) - 1
    assert len(list((tmp_path / "album" / "photos").iterdir())) == report.written - 1


def test_a_disk_that_is_not_plugged_in_loses_nothing_however_long(house: House, tmp_path: Path) -> None:
    folder = own_folder(house, tmp_path)
    away = tmp_path / "unplugged"
    for mount_point_stays in (False, True):
        folder.rename(away)
        if mount_point_stays:
            folder.mkdir()
        for _ in range(3):
            done = tend(house)
            assert (done.photos_missing, done.photos_deleted) == (0, 0)
            assert done.folders_unreachable == [str(folder)]
            house.clock.move(10 * DAY)
        if mount_point_stays:
            folder.rmdir()
        away.rename(folder)
    assert tend(house) == Tended()


def test_a_file_that_comes_back_in_time_begins_its_wait_anew(house: House, tmp_path: Path) -> None:
    folder = own_folder(house, tmp_path)
    one = next(folder.iterdir())
    away = tmp_path / one.name
    one.rename(away)
    tend(house)
    house.clock.move(6 * DAY)
    away.rename(one)
    tend(house)
    house.clock.move(2 * DAY)
    one.rename(away)
    done = tend(house)
    assert (done.photos_missing, done.photos_deleted) == (1, 0)


def test_status_tells_what_is_due_next_and_when_the_clocks_were_tended(found: House) -> None:
    with found.open() as archive:
        archive.people.withdraw(ROBIN)
        archive.tend()
        state = archive.status()
    assert state.tended_at is not None
    assert [one.what for one in state.due] == [
        "a wider reach falls back to pointed",
        "a consent runs out",
        "the proof of a consent that ended is deleted",
    ]
    assert [one.at for one in state.due] == sorted(one.at for one in state.due)
