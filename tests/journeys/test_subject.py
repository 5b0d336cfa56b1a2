"""A guest's journey: from the invite over pointing, a template, an album and all that is held, to the goodbye."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sayso.errors import RefusedError, UsageError
from sayso.ledger import verify_proof
from sayso.values import Outcome, Purpose
from tests.house import COLLECTION, COVERED, OPEN, SECOND, WITNESS, House, boxes, captures_of, closed_share, pictured

GUEST, FACE = "zoë@example.org", "P06"


def test_a_guest_begins_without_a_template_and_ends_with_nothing_left(house: House, tmp_path: Path) -> None:
    in_truth = house.shows(FACE)
    with house.open() as archive:
        # Yes, but without any capture: nothing is ever measured of them.
        token = archive.people.invite(GUEST, purposes=[Purpose.FIND], collections=[COLLECTION])
        yes = archive.people.enrol(token, purposes=[Purpose.FIND])
        assert not yes.with_template
        with pytest.raises(RefusedError, match="F1"):
            archive.people.find(subject=GUEST)
        for photo_id in in_truth:
            pointed = archive.people.point(GUEST, photo_id=photo_id, face=_own_face(house, photo_id))
            assert (pointed.outcome, pointed.counts.measured) == (Outcome.REVIEW, 0)
    with house.open(SECOND) as archive:
        for doubt in archive.review.list(GUEST):
            assert archive.review.confirm(doubt.id) is Outcome.MATCHED
    by_pointing = _photos_in_album(house, tmp_path / "pointed")
    assert by_pointing == len(in_truth) > 1

    # Later they want to be found: a new invite, captures, and a confirmation by the contact that was invited.
    with house.open() as archive:
        token = archive.people.invite(GUEST, purposes=[Purpose.FIND, Purpose.VERIFY], collections=[COLLECTION])
        both = (Purpose.FIND, Purpose.VERIFY)
        more = archive.people.enrol(token, purposes=both, captures=captures_of(FACE), witness=WITNESS)
        assert more.subject.id == yes.subject.id
        assert more.with_template
        with pytest.raises(RefusedError, match="F11"):
            archive.people.find(subject=GUEST)
        assert archive.people.confirm(str(more.confirm_code)) == yes.subject.id
        report = archive.people.find(subject=GUEST)[0]
        assert report.subjects == 1
        assert archive.people.verify(GUEST, captures=[captures_of(FACE, 2)[1]], witness=WITNESS)
        assert not archive.people.verify(GUEST, captures=captures_of("P33", 1), witness=WITNESS)
        for doubt in archive.review.list(GUEST):
            archive.review.deny(doubt.id, said_by_subject=True)
    assert _photos_in_album(house, tmp_path / "found") >= len(in_truth)

    # All that is held about them, for them; and every entry about them, checked with the public key alone.
    with house.open() as archive:
        held = archive.papers.export(GUEST, tmp_path / "mine")
        data = json.loads((tmp_path / "mine" / "data.json").read_text("utf-8"))
        assert GUEST in json.dumps(data, ensure_ascii=False)
        assert held.photos >= len(in_truth)
        entries = archive.ledger.list(subject=GUEST)
        told = {entry.verb for entry in entries}
        assert told >= {
            "enrol",
            "confirm",
            "point",
            "find",
            "verify",
            "album",
            "review.list",
            "review.confirm",
            "export",
        }
        assert {entry.actor for entry in entries} == {"anna", SECOND}
        for entry in entries:
            verify_proof(archive.ledger.proof(entry.index).to_text(), entry.body, archive.ledger.verifier_key)

    # No is one call, as yes was, and it reaches what was handed out.
    with house.open() as archive:
        no = archive.people.withdraw(GUEST)
        assert set(no.purposes) == {Purpose.FIND, Purpose.VERIFY}
        body = archive.ledger.list(start=no.ledger_index, limit=1)[0].body
        verify_proof(no.proof, body, archive.ledger.verifier_key)
        assert not (tmp_path / "found").exists()
        assert not (tmp_path / "pointed").exists()
        assert archive.status().subjects == archive.status().templates == archive.status().matched == 0
        for again in (
            lambda: archive.people.find(subject=GUEST),
            lambda: archive.review.list(GUEST),
            lambda: archive.people.album(GUEST, tmp_path / "again"),
        ):
            with pytest.raises(UsageError, match="Nobody with that id or label"):
                again()
        assert archive.people.list() == []
        assert archive.ledger.list(start=no.ledger_index, limit=1)[0].actor == "anna"
        assert archive.ledger.verify().size > no.ledger_index


def test_an_album_shows_its_owner_and_hides_everybody_else(found: House, tmp_path: Path) -> None:
    label, person = "wren@example.org", "P10"
    with found.open() as archive:
        report = archive.people.album(label, tmp_path / "album")
        paths = [Path(one.photo.path) for one in archive.photos.list() if person in pictured(Path(one.photo.path).stem)]
    assert report.skipped == ()
    delivered = list((tmp_path / "album" / "photos").iterdir())
    seen_others = 0
    for copy in delivered:
        pixels = np.asarray(Image.open(copy).convert("RGB"), float)
        source = min(paths, key=lambda path: _difference(np.asarray(Image.open(path), float), pixels))
        for who, box in boxes(source.stem).items():
            closed = closed_share(source, copy, box)
            if who == person:
                assert closed < OPEN, f"{source.stem}: the owner's own face is not as it was"
            else:
                seen_others += 1
                assert closed > COVERED, f"{source.stem}: {who} can be seen"
    assert seen_others >= len(delivered)


def _difference(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first - second).mean()) if first.shape == second.shape else float("inf")


def _own_face(house: House, photo_id: int) -> int:
    """The number under which the guest recognises their own face on the preview."""
    with house.open() as archive:
        path = next(one.photo.path for one in archive.photos.list() if one.photo.id == photo_id)
        left, top, right, bottom = boxes(Path(path).stem)[FACE]
        faces = archive.photos.faces(photo_id)
    middle = (left + right) / 2, (top + bottom) / 2
    return min(faces, key=lambda face: sum((a - b) ** 2 for a, b in zip(face.box.centre, middle, strict=True))).number


def _photos_in_album(house: House, folder: Path) -> int:
    with house.open() as archive:
        report = archive.people.album(GUEST, folder)
    assert (folder / "index.html").is_file()
    assert report.skipped == ()
    return report.written
