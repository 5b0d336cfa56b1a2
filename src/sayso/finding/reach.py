"""How far a run may go: the collection's reach, narrowed by the command, refused by the law when facts are missing.

May know: collections' facts and the packs. Must not know: faces, vectors, persons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from .. import policy
from ..errors import RefusedError
from ..policy import Action, Facts, Pack
from ..values import Collection, Cues, Photo, Reach
from .lawful import require


def effective(collection: Collection, asked: Reach | None, packs: Sequence[Pack], now: datetime) -> Reach:
    """The reach of this run: what the collection opens, or less when ``asked`` is narrower.

    Raises RefusedError when more is asked than the collection opens, or when its facts do not open it (any longer).
    """
    if asked is not None and asked.width > collection.reach.width:
        raise RefusedError.because(
            "F3",
            f"The collection '{collection.name}' is {collection.reach}; a command can only narrow that, not widen it.",
            "A wider reach needs a basis code, an assessment file, an occasion, an expiry date and a second person.",
        )
    reach = asked or collection.reach
    if reach is not Reach.POINTED:
        require(
            Action.APPROVE,
            widening_facts(collection, reach, now),
            packs,
            "Until that is so, each person can point at their own face (`sayso point`).",
        )
    return reach


def for_search(collection: Collection, asked: Reach | None, cues: Cues, packs: Sequence[Pack], now: datetime) -> Reach:
    """The reach of a search with these cues. Raises RefusedError when there is nothing that may be searched, or nothing
    to narrow by."""
    reach = effective(collection, asked, packs, now)
    if reach is Reach.POINTED:
        raise RefusedError.because(
            "F3",
            f"The collection '{collection.name}' is searched for nobody: its reach is pointed.",
            "Each person points at their own face with `sayso point`.",
        )
    _require_cues(reach, cues)
    return reach


def widening_facts(collection: Collection, reach: Reach, now: datetime) -> Facts:
    """The facts that decide whether a collection's reach is open."""
    return Facts(
        reach=reach,
        basis=collection.basis,
        assessment_present=collection.assessment_sha256 is not None,
        occasion=collection.occasion,
        reach_expires=collection.reach_expires,
        proposed_by=collection.proposed_by,
        approved_by=collection.approved_by,
        now=now,
    )


def photo_is_open(
    collection: Collection,
    photo: Photo,
    *,
    reach: Reach,
    faces: int,
    people_consented: int,
    packs: Sequence[Pack],
    now: datetime,
) -> bool:
    """Whether a photo that passed the cues takes part at this reach; otherwise its faces stay ``pointed``."""
    facts = replace(
        widening_facts(collection, reach, now),
        photo_taken_at=photo.taken_at,
        cues_passed=True,
        faces_in_photo=faces,
        people_consented=people_consented,
    )
    return policy.decide(Action.SWEEP_PHOTO, facts, packs).allowed


def _require_cues(reach: Reach, cues: Cues) -> None:
    """Raises RefusedError when a narrowed run has nothing to narrow by."""
    if reach is Reach.NARROWED and not cues:
        raise RefusedError.because(
            "F3",
            "A narrowed search needs a cue; without one it would measure everybody.",
            "Give the time (--from and --to), a place (--near and --radius) or a --tag.",
        )
