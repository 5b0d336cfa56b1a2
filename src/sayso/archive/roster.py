"""Front door, the roster: who has a living record, what they said yes to, and what is stopped.

May know: consents, approvals. Must not know: faces, vectors, who was asked and did not answer (R3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .. import consent, photos
from ..access import approvals
from ..storage import Session
from ..values import Act, Purpose, Subject
from .door import Door


@dataclass(frozen=True, slots=True)
class Given:
    """One purpose that somebody said yes to. ``collections`` are names."""

    purpose: Purpose
    collections: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Enlisted:
    """One person. asleep: a witnessed capture waits for their confirmation. thaw_asked_by: who asked for the end of a
    freeze, which somebody else has to approve; None when nobody did."""

    subject: Subject
    given: tuple[Given, ...]
    frozen: bool
    asleep: bool
    thaw_asked_by: str | None


class Roster:
    """``archive.roster``: the people who said yes. Each of them can read that somebody looked."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def list(self) -> Sequence[Enlisted]:
        """Everybody with a living record, the oldest first."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "people.list")
            found = consent.subjects.list_all(session, ground.keys)
            ground.note(session, Act("people.list", actor, tuple(one.id for one in found)))
            return self._enlisted(session, found)

    def get(self, subject: str) -> Enlisted:
        """One person, by id or label. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor, subject_id = self._door.enter_for(session, "people.list", subject)
            found = consent.subjects.value(ground.keys, consent.subjects.get(session, subject_id))
            ground.note(session, Act("people.list", actor, (found.id,)))
            (one,) = self._enlisted(session, [found])
            return one

    def _enlisted(self, session: Session, people: Sequence[Subject]) -> Sequence[Enlisted]:
        names = {one.id: one.name for one in photos.list_collections(session)}
        frozen = set(consent.subjects.frozen(session))
        asked = {one.what: one.asked_by for one in approvals.waiting(session) if one.verb == "unfreeze"}
        now = self._door.ground.clock()
        made = []
        for one in people:
            living = [each.consent for each in consent.records.given(session, one.id, now)]
            given = tuple(
                Given(each.purpose, tuple(names[id] for id in each.collections if id in names), each.expires_at)
                for each in living
            )
            asleep = not consent.enrolments.awake(session, one.id)
            made.append(Enlisted(one, given, one.id in frozen, asleep, asked.get(one.id)))
        return made
