"""Front door, the notice board: what each collection holds and what waits for somebody, in numbers.

May know: everything below by its front name. Must not know: faces, who anybody is, the web.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from .. import consent, lifecycle, matches, photos
from ..storage import Session
from ..values import Collection, Outcome, Purpose, Reach
from .door import Door


@dataclass(frozen=True, slots=True)
class Held:
    """A collection in numbers. people: who let themselves be found in it; doubts: faces that wait for review.
    waits_for_approval: a second person has yet to open the reach that was asked for."""

    collection: Collection
    photos: int
    faces: int
    people: int
    doubts: int
    waits_for_approval: bool


@dataclass(frozen=True, slots=True)
class Waits:
    """What somebody has to do next.

    asking: people who read a poster and want to be invited. requests: open ones, the first of them due at
    ``next_request``. frozen: people of whom everything is stopped. waiting: people who have to be asked again, as the
    notice changed.
    """

    doubts: int
    hidden: int
    asking: int
    requests: int
    next_request: datetime | None
    frozen: int
    waiting: int


class Overview:
    """``archive.overview``: numbers for whoever begins the day's work. Nobody is looked at, so nothing is noted."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def collections(self) -> list[Held]:
        """Every collection, the newest first."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "status")
            doubts = self._doubts(session)
            return [self._held(session, one, doubts) for one in reversed(photos.list_collections(session))]

    def collection(self, name: str) -> Held:
        """One collection by name or id. Raises UsageError."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "status")
            return self._held(session, photos.get_collection(session, name), self._doubts(session))

    def waits(self) -> Waits:
        """What waits for somebody."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "status")
            due = [one.due_at for one in lifecycle.requests.list_all(session) if one.done_at is None]
            return Waits(
                doubts=matches.count(session, Outcome.REVIEW),
                hidden=len(lifecycle.hidden(session)),
                asking=consent.posters.count_waiting(session, ground.clock()),
                requests=len(due),
                next_request=min(due, default=None),
                frozen=len(consent.subjects.frozen(session)),
                waiting=len(consent.records.waiting(session, ground.clock())),
            )

    def _held(self, session: Session, one: Collection, doubts: Counter[int]) -> Held:
        totals = photos.totals(session, one.id)
        found = consent.records.gallery(session, Purpose.FIND, one.id, self._door.ground.clock())
        waits = one.reach is not Reach.POINTED and one.approved_by is None
        return Held(one, totals.photos, totals.faces, len(found), doubts[one.id], waits)

    def _doubts(self, session: Session) -> Counter[int]:
        return photos.by_collection(session, matches.photos_with(session, Outcome.REVIEW))
