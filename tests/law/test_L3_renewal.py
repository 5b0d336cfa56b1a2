"""L3: consent is informed. Who said yes to a notice that has changed since is asked again before anything is done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sayso.errors import RefusedError
from sayso.values import Purpose

from ..house import COLLECTION, NOTICE, ROBIN, WREN, House

_CHANGED = "notice has changed since"


def test_L3_after_a_changed_notice_nothing_is_done_until_the_person_says_yes_again(
    found: House, tmp_path: Path
) -> None:
    with found.open() as archive:
        before = [one.photo.id for one in archive.people.photos(WREN)]
        subject = found.subject(WREN)
        archive.notices.publish(NOTICE + " We also print them.")
        assert archive.status().waiting == 2
        assert {one.label for one in archive.notices.waiting()} == {WREN, ROBIN}
        for act in (
            lambda: archive.people.find(subject=WREN),
            lambda: archive.people.album(WREN, tmp_path / "album"),
            lambda: archive.people.point(WREN, photo_id=before[0], face=1),
            lambda: archive.people.photos(WREN),
        ):
            with pytest.raises(RefusedError, match=_CHANGED):
                act()
        with pytest.raises(RefusedError, match="Nobody in"):
            archive.people.find()
        token = archive.people.invite(WREN, purposes=[Purpose.FIND], collections=[COLLECTION])
        assert archive.people.enrol(token, purposes=[Purpose.FIND]).subject.id == subject
        assert [one.photo.id for one in archive.people.photos(WREN)] == before
        assert archive.people.find(subject=WREN)
        assert archive.people.album(WREN, tmp_path / "album").written == len(before)
        assert [one.label for one in archive.notices.waiting()] == [ROBIN]
        looked = [one for one in archive.ledger.list(subject=ROBIN) if one.verb == "notice.waiting"]
    assert len(looked) == 2


def test_L3_whoever_waits_can_still_read_take_freeze_and_withdraw(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        photos = len(archive.people.photos(WREN))
        archive.people.album(WREN, tmp_path / "album")
        archive.notices.publish("Something else.")
        assert archive.papers.receipt(WREN).data["consent_records"]
        assert archive.papers.export(WREN, tmp_path / "export").photos == photos
        assert archive.people.withdraw(WREN).albums_out_of_reach == 0
    assert not (tmp_path / "album").exists()


def test_L9_the_album_of_somebody_who_waits_goes_when_it_would_have_to_close_a_face(
    house: House, tmp_path: Path
) -> None:
    """Nobody may write it anew meanwhile, and a face that somebody takes back may not stay open in it."""
    both = (Purpose.FIND, Purpose.SHARE)
    house.enrol(WREN, "P10", purposes=both)
    house.enrol(ROBIN, "P26", purposes=both)
    with house.open() as archive:
        archive.people.find()
        archive.people.album(WREN, tmp_path / "album")
        shared = any(len(one.open_faces) > 1 for one in archive.people.photos(WREN))
        archive.notices.publish("Something else.")
        assert archive.people.withdraw(ROBIN).albums_out_of_reach == 0
    assert shared, "the demo photos no longer show the two together"
    assert not (tmp_path / "album" / "photos").exists()


def test_L3_the_ledger_says_who_said_that_only_the_wording_changed(enrolled: House, tmp_path: Path) -> None:
    notice = tmp_path / "notice.txt"
    notice.write_text("The same in other words.", "utf-8")
    assert enrolled.json("notice", "publish", notice, "--same-meaning")["same_meaning"] is True
    (entry,) = [one for one in enrolled.json("ledger", "list") if one["verb"] == "notice.publish"][1:]
    assert ["same_meaning", "yes"] in json.loads(json.dumps(entry["facts"]))
    assert enrolled.json("notice", "waiting") == []
    notice.write_text("Something else.", "utf-8")
    enrolled.json("notice", "publish", notice)
    assert {one["label"] for one in enrolled.json("notice", "waiting")} == {WREN, ROBIN}
