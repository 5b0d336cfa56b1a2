"""A decision that is taken back leaves everything as unsure as it was, and opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sayso import matches
from sayso.matches import Decided
from sayso.storage import Session
from sayso.values import Outcome
from tests.house import House

OWNER, OTHER = "a tag", "another tag"
ANNA = "anna"


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    with house.open() as archive, archive._door.ground.database.begin() as session:
        first, second = archive.photos.faces(1)[:2]
        yield Desk(house, session, first.id, second.id)


class Desk:
    """Two faces of one photo, and whatever is decided about them."""

    def __init__(self, house: House, session: Session, first: int, second: int) -> None:
        self.house, self.session, self.first, self.second = house, session, first, second

    def doubt(self, face: int, owner: str = OWNER) -> Decided:
        """The owner was pointed at."""
        return self._record(face, owner, Outcome.REVIEW, pointed=True, pointed_by="ben")

    def found(self, face: int, owner: str = OWNER) -> Decided:
        """The owner was measured there."""
        return self._record(face, owner, Outcome.MATCHED)

    def decide(self, face: int, outcome: Outcome, by: str | None = ANNA, owner: str = OWNER) -> Decided:
        self.house.clock.move(timedelta(seconds=1))
        return self._record(face, owner, outcome, confirmed=True, decided_by=by)

    def now(self, one: Decided) -> tuple[Outcome, bool, str | None]:
        there = matches.get(self.session, one.id)
        return there.outcome, there.confirmed, there.decided_by

    def _record(self, face: int, owner: str, outcome: Outcome, **more: object) -> Decided:
        now = self.house.clock()
        return matches.record(
            self.session,
            owner=owner,
            photo_id=1,
            face_id=face,
            outcome=outcome,
            now=now,
            **more,  # type: ignore[arg-type]
        )


IN_DOUBT = (Outcome.REVIEW, False, None)


@pytest.mark.parametrize("outcome", [Outcome.MATCHED, Outcome.REJECTED])
def test_what_was_pointed_at_comes_back_as_it_was(desk: Desk, outcome: Outcome) -> None:
    before = desk.doubt(desk.first)
    decided = desk.decide(desk.first, outcome)
    assert desk.now(decided) == (outcome, True, ANNA)
    assert [one.outcome for one in matches.reopen(desk.session, decided.id)] == [outcome]
    assert desk.now(decided) == IN_DOUBT
    after = matches.get(desk.session, decided.id)
    assert (after.pointed, after.pointed_by) == (before.pointed, before.pointed_by) == (True, "ben")


def test_the_face_that_made_room_comes_back_too_and_neither_is_a_match(desk: Desk) -> None:
    rival = desk.found(desk.second)
    desk.doubt(desk.first)
    decided = desk.decide(desk.first, Outcome.MATCHED)
    assert desk.now(rival) == (Outcome.REJECTED, True, ANNA)
    assert len(matches.reopen(desk.session, decided.id)) == 2
    assert desk.now(decided) == desk.now(rival) == IN_DOUBT


def test_a_decision_on_another_face_before_stays(desk: Desk) -> None:
    desk.doubt(desk.first)
    desk.doubt(desk.second)
    denied = desk.decide(desk.second, Outcome.REJECTED)
    decided = desk.decide(desk.first, Outcome.MATCHED)
    matches.reopen(desk.session, decided.id)
    assert desk.now(denied) == (Outcome.REJECTED, True, ANNA)


def test_what_others_claimed_on_the_face_stays_in_review(desk: Desk) -> None:
    claim = desk.found(desk.first, OTHER)
    desk.doubt(desk.first)
    decided = desk.decide(desk.first, Outcome.MATCHED)
    matches.reopen(desk.session, decided.id)
    assert desk.now(claim) == IN_DOUBT


def test_the_owners_own_word_afterwards_is_nobody_elses_decision(desk: Desk) -> None:
    desk.doubt(desk.first)
    decided = desk.decide(desk.first, Outcome.MATCHED)
    desk.decide(desk.first, Outcome.REJECTED, by=None)
    assert desk.now(decided) == (Outcome.REJECTED, True, None)


def test_a_face_that_made_room_for_the_owners_own_word_is_nobodys_decision(desk: Desk) -> None:
    desk.doubt(desk.first)
    decided = desk.decide(desk.first, Outcome.MATCHED)
    desk.decide(desk.second, Outcome.MATCHED, by=None)
    assert desk.now(decided) == (Outcome.REJECTED, True, None)
