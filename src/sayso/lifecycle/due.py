"""What the clocks will bring next, so that nobody is surprised by what `tend` does.

May know: dates of consents, collections, invites, proofs. Must not know: labels, or who is meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from .. import consent, photos, policy
from ..ground import Ground
from ..storage import Session
from ..values import Reach


@dataclass(frozen=True, slots=True)
class Due:
    """The next moment of one kind, and what happens then."""

    at: datetime
    what: str


def due(session: Session, ground: Ground) -> tuple[Due, ...]:
    """The next event of each kind, soonest first; what is overdue waits for `sayso tend`."""
    return tuple(sorted(_each(session, ground), key=lambda one: (one.at, one.what)))


def proof_ends(session: Session, ground: Ground) -> dict[str, datetime]:
    """When the proof of each ended consent goes, by subject id: after the longest period of the packs that it was given
    under and of ours."""
    known = policy.available(ground.own_packs)
    return {
        one.subject_id: policy.proof_ends(
            one.at, ground.load((*ground.packs, *(name for name in one.packs if name in known)))
        )
        for one in consent.erasing.ended(session, ground.keys)
    }


def _each(session: Session, ground: Ground) -> Iterator[Due]:
    collections = photos.list_collections(session)
    wider = [one.reach_expires for one in collections if one.reach is not Reach.POINTED and one.approved_by]
    missed = photos.first_missing(session)
    moments = {
        "a consent runs out": consent.records.next_expiry(session),
        "an invite that nobody used is deleted": consent.invites.next_expiry(session),
        "a request to be invited that nobody answered is deleted": consent.posters.next_expiry(session),
        "an enrolment that nobody confirmed is undone": consent.enrolments.next_expiry(session),
        "somebody comes of age": _first(
            child.comes_to(policy.full_age(ground.packs_around(session, subject_id)))
            for subject_id, child in consent.children.everyone(session, ground.keys)
        ),
        "the proof of a consent that ended is deleted": _first(proof_ends(session, ground).values()),
        "a collection's photos are deleted": _first(one.retention_until for one in collections),
        "a collection's face chips are destroyed": _first(one.chips_until for one in collections),
        "a wider reach falls back to pointed": _first(moment for moment in wider if _ahead(moment, ground)),
        "a photo whose file is missing is deleted": missed + photos.GRACE if missed is not None else None,
    }
    yield from (Due(at, what) for what, at in moments.items() if at is not None)


def _ahead(moment: datetime | None, ground: Ground) -> bool:
    return moment is not None and moment > ground.clock()


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
