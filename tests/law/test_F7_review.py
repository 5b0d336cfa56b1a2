"""F7: a doubt is decided by somebody else than whoever raised it, and what is told is what was decided."""

from __future__ import annotations

import pytest

from sayso.errors import RefusedError
from sayso.values import Outcome
from tests.house import COLLECTION, ENROLLED, OPERATOR, SECOND, WREN, House


def test_F7_who_pointed_for_a_person_does_not_confirm_it_alone(house: House) -> None:
    house.enrol(WREN, None)
    photo, face = next(iter(house.faces(ENROLLED[WREN]).items()))
    with house.open() as archive:
        assert archive.people.point(WREN, photo_id=photo, face=face).outcome is Outcome.REVIEW
    with house.open(SECOND) as archive:  # who points next is not the first one
        archive.people.point(WREN, photo_id=photo, face=face)
    with house.open() as archive:
        (doubt,) = archive.review.list(WREN)
        assert (doubt.pointed_by, doubt.operator_may_decide) == (OPERATOR, True)
        with pytest.raises(RefusedError) as refused:
            archive.review.confirm(doubt.id)
        assert {reason.rule for reason in refused.value.reasons} == {"F7"}
    with house.open(SECOND) as archive:
        assert archive.review.confirm(doubt.id) is Outcome.MATCHED


def test_F7_a_face_that_somebody_else_confirmed_stays_in_review_and_is_told_so(house: House) -> None:
    house.enrol(WREN, None)
    house.enrol("robin@example.org", None)
    photo, face = next(iter(house.faces(ENROLLED[WREN]).items()))
    with house.open() as archive:
        outcomes = []
        for label in (WREN, "robin@example.org"):
            archive.people.point(label, photo_id=photo, face=face)
            (doubt,) = archive.review.list(label)
            outcomes.append(archive.review.confirm(doubt.id, said_by_subject=True))
        assert outcomes == [Outcome.MATCHED, Outcome.REVIEW]
        last = [entry for entry in archive.ledger.list() if entry.verb == "review.confirm"][-1]
        assert b"review" in last.body
        assert b"matched" not in last.body


def test_F10_pointing_at_a_face_that_is_matched_already_is_an_entry_too(found: House) -> None:
    with found.open() as archive:
        shown = {one.photo.id for one in archive.people.photos(WREN, collection=COLLECTION)}
        photo, face = next((one, number) for one, number in found.faces(ENROLLED[WREN]).items() if one in shown)
        before = [entry.verb for entry in archive.ledger.list(subject=WREN)].count("point")
        assert archive.people.point(WREN, photo_id=photo, face=face).counts.measured == 0
        assert [entry.verb for entry in archive.ledger.list(subject=WREN)].count("point") == before + 1
