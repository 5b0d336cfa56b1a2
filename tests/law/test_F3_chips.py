"""F3: the pixels of faces are kept between searches only when somebody turned it on, sealed, and not a day too long."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from threading import Lock

import numpy as np
import pytest

from sayso.archive import Archive
from sayso.errors import RefusedError, UsageError
from sayso.finding import chips, search
from sayso.finding.chips import Shelf
from sayso.values import Face, Purpose, Reach
from tests.house import COLLECTION, ROBIN, SECOND, WREN, House
from tests.traces import forms, in_files

FIND = [Purpose.FIND]


def files(house: House) -> list[Path]:
    folder = house.archive / "photos" / "chips"
    return sorted(path for path in folder.rglob("*") if path.is_file())


def keep(house: House, days: int = 30) -> None:
    with house.open() as archive:
        archive.collections.keep_chips(COLLECTION, house.clock() + timedelta(days=days))


def find(house: House, subject: str | None = None) -> dict[str, object]:
    """Search, and give back what the last entry of the search says besides its counts."""
    with house.open() as archive:
        archive.people.find(subject=subject)
        return dict([entry for entry in archive.ledger.list() if entry.verb == "find"][-1].facts)


def shelf(archive: Archive) -> Shelf:
    door = archive._door
    collection = archive.collections.get(COLLECTION)
    with door.ground.database.begin() as session:
        return Shelf(session, door.ground, door.sight, collection)


def kept(archive: Archive) -> Iterator[tuple[int, list[Face]]]:
    """Photos of which chips can be read now, and the faces that they are of."""
    open_shelf = shelf(archive)
    for one in archive.photos.list():
        faces = [face for face in archive.photos.faces(one.photo.id) if open_shelf.take(one.photo, [face])]
        if faces:
            yield one.photo.id, faces


@pytest.fixture
def keeping(enrolled: House) -> House:
    """Chips of what was searched for Wren."""
    keep(enrolled)
    assert find(enrolled, WREN)["chips_kept"] > 20  # type: ignore[operator]
    return enrolled


def test_F3_no_chip_is_kept_unless_somebody_says_so(enrolled: House) -> None:
    assert find(enrolled) == {}
    assert files(enrolled) == []
    assert enrolled.key_ids("chips-") == []
    with pytest.raises(UsageError, match="No face chips"), enrolled.open() as archive:
        archive.collections.destroy_chips(COLLECTION)


def test_F3_a_search_with_chips_decides_as_one_without_and_reads_no_photo(
    keeping: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plain = keeping.copy(tmp_path / "plain")
    with monkeypatch.context() as patch:
        for name, value in plain.environment().items():
            patch.setenv(name, value)
        with plain.open() as archive:
            archive.collections.destroy_chips(COLLECTION)
        assert find(plain) == {}
    monkeypatch.setattr(search, "upright", None)
    facts = find(keeping)
    assert facts["chips_kept"] == 0
    assert facts["photos_from_chips"] == len(files(keeping))
    query = "SELECT owner, face_id, outcome FROM matches ORDER BY 1, 2"
    assert keeping.rows(query) == plain.rows(query) != []


def test_F3_what_is_kept_is_sealed_and_holds_no_vector(keeping: House) -> None:
    assert files(keeping)
    with keeping.open() as archive:
        photo_id, faces = next(iter(kept(archive)))
        photo = next(one.photo for one in archive.photos.list() if one.photo.id == photo_id)
        upright = shelf(archive).take(photo, faces)
        assert upright is not None
        faces_of_it = np.stack([chip for face in faces if (chip := upright.chips[face.id]) is not None])
        vectors = np.zeros((len(faces_of_it), 128), np.float32)
        archive._door.sight.recognizer.measure(faces_of_it, vectors)
    needles = {f"{number} {name}": form for number, one in enumerate(vectors) for name, form in forms(one).items()}
    needles |= {f"pixels {number}": chip[70].tobytes() for number, chip in enumerate(faces_of_it)}
    needles["picture"] = b"\x89PNG\r\n\x1a\n"
    assert in_files(needles, [keeping.root]) == []


def test_F3_chips_end_with_their_day_and_old_copies_open_nothing(keeping: House, tmp_path: Path) -> None:
    shutil.copytree(keeping.archive, tmp_path / "backup")
    assert len(keeping.key_ids("chips-")) == 1
    keeping.clock.move(timedelta(days=29))
    with keeping.open() as archive:
        assert archive.tend().chips_destroyed == []
        assert list(kept(archive))
    keeping.clock.move(timedelta(days=2))
    with keeping.open() as archive:
        # Even before the clocks are tended.
        assert list(kept(archive)) == []
        assert archive.tend().chips_destroyed == [COLLECTION]
        assert archive.ledger.list()[-1].verb == "collection.chips"
    assert files(keeping) == []
    assert keeping.key_ids("chips-") == []
    shutil.rmtree(keeping.archive)
    shutil.copytree(tmp_path / "backup", keeping.archive)
    keeping.clock.move(timedelta(days=-31))
    assert files(keeping)
    with keeping.open() as archive:
        assert list(kept(archive)) == []
        archive.people.find(subject=ROBIN)
        assert list(kept(archive)) == []


def test_R2_a_hidden_face_is_kept_no_longer_and_not_kept_again(keeping: House) -> None:
    with keeping.open() as archive:
        photo_id, faces = next(iter(kept(archive)))
        archive.photos.hide(photo_id, faces[0].number)
        assert photo_id not in dict(kept(archive))
        archive.people.find(subject=ROBIN)
        again = dict(kept(archive)).get(photo_id, [])
    assert faces[0].id not in [face.id for face in again]


def test_F4_chips_of_photos_that_show_a_person_go_when_they_say_no(keeping: House) -> None:
    with keeping.open() as archive:
        mine = {one.photo.id for one in archive.people.photos(WREN)}
        assert mine & dict(kept(archive)).keys()
        archive.people.withdraw(WREN)
        assert not mine & dict(kept(archive)).keys()
        assert list(kept(archive))


def test_L5_chips_of_a_deleted_photo_and_collection_go_along(keeping: House) -> None:
    before = files(keeping)
    with keeping.open() as archive:
        photo_id = next(iter(kept(archive)))[0]
        archive.photos.delete([photo_id])
        assert [path for path in before if path not in files(keeping)] == [
            keeping.archive / "photos" / "chips" / "1" / str(photo_id)
        ]
        archive.collections.delete(COLLECTION)
    assert files(keeping) == []
    assert keeping.key_ids("chips-") == []


def test_F5_ceasing_destroys_chips(keeping: House) -> None:
    with keeping.open() as archive:
        archive.cease()
    with keeping.open(SECOND) as archive:
        archive.cease()
    assert files(keeping) == []
    assert keeping.key_ids("chips-") == []


def test_F3_a_key_that_no_collection_names_is_swept(empty_house: House) -> None:
    with empty_house.open_keys() as keys:
        keys.new("chips-7-0123456789abcdef")
    with empty_house.open() as archive:
        archive.tend()
    assert empty_house.key_ids("chips-") == []


def test_F3_chips_of_one_recogniser_are_not_measured_by_another(
    keeping: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping.open() as archive:
        monkeypatch.setattr(type(archive._door.sight.store), "alignment", "arcface-112")
        assert list(kept(archive)) == []


@pytest.mark.parametrize(("days", "rule"), [(91, "L7"), (301, "F3"), (-1, "F3")])
def test_F3_chips_are_refused_for_too_long(enrolled: House, days: int, rule: str) -> None:
    with pytest.raises(RefusedError) as refused:
        keep(enrolled, days)
    assert rule in {reason.rule for reason in refused.value.reasons}
    assert enrolled.key_ids("chips-") == []


def test_F3_a_pointed_collection_and_a_silent_law_keep_no_chips(enrolled: House) -> None:
    enrolled.collection("Pointed", reach=Reach.POINTED)
    with enrolled.open() as archive:
        archive.collections.new("Chicago", packs=["US-IL"], reach=Reach.SWEPT, widening=enrolled.widening())
    with enrolled.open(SECOND) as archive:
        archive.collections.approve("Chicago")
    until = enrolled.clock() + timedelta(days=30)
    with enrolled.open() as archive:
        for name in ("Pointed", "Chicago"):
            with pytest.raises(RefusedError, match=r"every law pack that applies names it|nothing is searched"):
                archive.collections.keep_chips(name, until)


def test_F9_chips_end_where_somebody_brings_a_pack_that_is_silent_about_them(keeping: House) -> None:
    with keeping.open() as archive:
        archive.law.publish_policy()
        token = archive.people.invite(ROBIN, purposes=FIND, collections=[COLLECTION], packs=["US-IL"])
        # Of another collection: their law is not asked here.
        archive.collections.new("Elsewhere")
        other = archive.people.invite("tern@example.org", purposes=FIND, collections=["Elsewhere"], packs=["US-IL"])
        archive.people.enrol(other, purposes=FIND)
        assert list(kept(archive))
        archive.people.enrol(token, purposes=FIND)
        # Whoever asks: which of the faces is theirs nobody knows. And even before the clocks are tended.
        assert list(kept(archive)) == []
        before = files(keeping)
        archive.people.find()
        assert files(keeping) == before
        assert archive.tend().chips_destroyed == [COLLECTION]
        assert files(keeping) == []
        with pytest.raises(RefusedError, match="every law pack that applies names it"):
            archive.collections.keep_chips(COLLECTION, keeping.clock() + timedelta(days=30))
        archive.people.withdraw(ROBIN)
    keep(keeping)


def test_F9_a_pack_that_is_brought_while_a_search_runs_counts_at_once(
    enrolled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_CHUNK", 2)
    keep(enrolled)
    with enrolled.open() as archive:
        archive.law.publish_policy()
        tokens = [archive.people.invite("tern@example.org", purposes=FIND, collections=[COLLECTION], packs=["US-IL"])]

        def say_yes(_: object) -> None:
            if tokens:
                archive.people.enrol(tokens.pop(), purposes=FIND)

        archive.people.find(subject=WREN, progress=say_yes)
        numbers = [dict(one.facts)["chips_kept"] for one in archive.ledger.list() if one.verb == "find"]
    assert numbers[0] != 0
    assert set(numbers[1:]) == {0}


def test_F3_the_database_is_free_while_chips_are_made_into_files(
    enrolled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_at_a_time, made, to_png = Lock(), [], chips._png

    def watched(chip: chips.Pixels) -> bytes:
        with one_at_a_time, closing(sqlite3.connect(enrolled.database, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
        made.append(to_png(chip))
        return made[-1]

    monkeypatch.setattr(chips, "_png", watched)
    keep(enrolled)
    assert find(enrolled, WREN)["chips_kept"] == len(made) > 20


def test_F3_chips_are_turned_on_and_off_by_command(enrolled: House) -> None:
    until = f"{enrolled.clock() + timedelta(days=20):%Y-%m-%d}"
    assert enrolled.json("collection", "chips", COLLECTION, "--until", until)["chips_until"].startswith(until)
    assert until in enrolled.cli("collection", "show", COLLECTION).stdout
    for kind in ("record", "bystander-notice"):
        assert "aligned pixels of the faces" in enrolled.cli("document", kind, "-c", COLLECTION).stdout
    assert enrolled.json("collection", "chips", COLLECTION, "--destroy")["chips_until"] is None
    for words in ((), ("--until", until, "--destroy"), ("--until", "soon")):
        done = enrolled.cli("collection", "chips", COLLECTION, *words)
        assert (done.returncode, done.stdout) == (2, "")
    assert enrolled.cli("collection", "chips", COLLECTION, "--until", "2199-01-01").returncode == 3
