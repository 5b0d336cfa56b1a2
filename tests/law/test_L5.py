"""L5: correction and erasure reach what was handed out, and the requests for them have clocks that stop."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.errors import RefusedError, UsageError
from sayso.values import Outcome, Purpose, Right

from ..house import COLLECTION, ROBIN, WREN, House, child

_KILLED = """
import importlib, os, sys
import sayso

def die(*_, **__):
    os._exit(9)

importlib.import_module("sayso.delivery.issue")._write = die
with sayso.open(sys.argv[1], name="anna") as archive:
    archive.people.disown(sys.argv[2], photo_id=int(sys.argv[3]), face=int(sys.argv[4]))
"""


def own_face(house: House, label: str) -> tuple[int, int]:
    """A photo that was found for somebody, and the number of their face in it."""
    with house.open() as archive:
        first = archive.people.photos(label)[0]
        face = next(one for one in archive.photos.faces(first.photo.id) if one.box == first.own)
    return first.photo.id, face.number


def test_L5_what_a_person_disowns_leaves_their_album_and_never_comes_back(found: House, tmp_path: Path) -> None:
    photo_id, number = own_face(found, WREN)
    with found.open() as archive:
        before = archive.people.album(WREN, tmp_path / "album")
        archive.people.disown(WREN, photo_id=photo_id, face=number)
        assert len(list((tmp_path / "album" / "photos").iterdir())) == before.written - 1
        archive.people.find(subject=WREN)
        assert photo_id not in {one.photo.id for one in archive.people.photos(WREN)}
        entry = next(one for one in reversed(archive.ledger.list(subject=WREN)) if one.verb == "disown")
    assert dict(entry.facts) == {"photo": photo_id, "face": number}
    assert found.rows(f"SELECT count(*) FROM matches WHERE outcome = '{Outcome.REJECTED}'") == [(1,)]


def test_L5_what_one_disowns_stays_what_another_found(found: House) -> None:
    photo_id, number = own_face(found, ROBIN)
    with found.open() as archive:
        before = [one.photo.id for one in archive.people.photos(ROBIN)]
        archive.people.disown(WREN, photo_id=photo_id, face=number)
        assert [one.photo.id for one in archive.people.photos(ROBIN)] == before


def test_L5_a_killed_correction_is_completed_when_the_archive_opens(found: House, tmp_path: Path) -> None:
    photo_id, number = own_face(found, WREN)
    with found.open() as archive:
        before = archive.people.album(WREN, tmp_path / "album").written
    done = child("-c", _KILLED, str(found.archive), WREN, str(photo_id), str(number), environment=found.environment())
    assert done.returncode == 9, done.stderr
    assert len(list((tmp_path / "album" / "photos").iterdir())) == before
    found.open().close()
    assert len(list((tmp_path / "album" / "photos").iterdir())) == before - 1


def test_L5_a_wrong_match_is_corrected_also_while_a_changed_notice_waits_for_a_yes(found: House) -> None:
    photo_id, number = own_face(found, WREN)
    with found.open() as archive:
        archive.notices.publish("This says something else.")
        with pytest.raises(RefusedError):
            archive.people.photos(WREN)
        archive.people.disown(WREN, photo_id=photo_id, face=number)
    assert found.rows(f"SELECT count(*) FROM matches WHERE outcome = '{Outcome.REJECTED}'") == [(1,)]


def test_L5_nothing_is_disowned_without_a_living_yes(found: House) -> None:
    photo_id, number = own_face(found, WREN)
    with found.open() as archive:
        archive.people.withdraw(WREN, purposes=[Purpose.FIND])
        with pytest.raises((RefusedError, UsageError)):
            archive.people.disown(WREN, photo_id=photo_id, face=number)


def test_L5_a_wrong_name_is_corrected_and_the_ledger_does_not_tell_it(found: House) -> None:
    with found.open() as archive:
        archive.people.rename(WREN, "jenny.wren@example.org")
        assert {one.label for one in archive.people.list()} == {"jenny.wren@example.org", ROBIN}
        assert archive.people.photos("Jenny.Wren@example.org")
        with pytest.raises(UsageError, match="Nobody with that id or label"):
            archive.people.photos(WREN)
        with pytest.raises(UsageError, match="Somebody else has this label"):
            archive.people.rename("jenny.wren@example.org", ROBIN.upper())
        told = str(archive.ledger.list())
    assert "jenny" not in told
    for path in found.archive.rglob("*"):
        assert not path.is_file() or b"jenny.wren" not in path.read_bytes()


def test_L5_an_open_invite_moves_with_the_name_and_goes_with_the_no(house: House) -> None:
    subject = house.enrol(WREN, None)
    with house.open() as archive:
        token = archive.people.invite(WREN, purposes=[Purpose.SHARE], collections=[COLLECTION])
        archive.people.invite(WREN, purposes=[Purpose.SHOW], collections=[COLLECTION])
        archive.people.rename(WREN, "  jenny.wren@example.org ")
        assert archive.people.enrol(token, purposes=[Purpose.SHARE]).subject.id == subject
        assert [one.label for one in archive.people.list()] == ["jenny.wren@example.org"]
        archive.people.withdraw(subject)
    assert house.rows("SELECT count(*) FROM invites") == [(0,)]


def test_L5_nobody_is_given_the_name_of_somebody_who_withdrew(house: House) -> None:
    house.enrol(WREN, None)
    house.enrol(ROBIN, None)
    with house.open() as archive:
        archive.people.withdraw(ROBIN)
        with pytest.raises(UsageError, match="cannot be given to anybody who is here"):
            archive.people.rename(WREN, ROBIN.upper())
    with house.open() as archive:
        assert [one.label for one in archive.people.list()] == [WREN]
    house.enrol(ROBIN, None)


def test_L5_withdrawing_fulfils_a_request_for_erasure(found: House) -> None:
    with found.open() as archive:
        archive.requests.new(WREN, Right.ERASURE)
        archive.people.withdraw(WREN, purposes=[Purpose.FIND])
        (asked,) = archive.requests.list()
    assert asked.done_at is not None


def test_L5_withdrawing_one_purpose_of_two_does_not(house: House) -> None:
    house.enrol(WREN, None, purposes=(Purpose.FIND, Purpose.SHARE))
    with house.open() as archive:
        archive.requests.new(WREN, Right.ERASURE)
        archive.people.withdraw(WREN, purposes=[Purpose.SHARE])
        assert archive.requests.list()[0].done_at is None
        archive.people.withdraw(WREN)
        assert archive.requests.list()[0].done_at is not None


def test_L5_the_commands_do_the_same(found: House) -> None:
    photo_id, number = own_face(found, WREN)
    found.json("disown", "--subject", WREN, "--photo", str(photo_id), "--face", str(number))
    assert found.json("rename", "--subject", WREN, "--label", "jenny") == {"renamed": True}
    assert found.cli("disown", "--subject", "jenny", "--photo", "999", "--face", "1").returncode == 2
    with found.open() as archive:
        assert photo_id not in {one.photo.id for one in archive.people.photos("jenny")}
