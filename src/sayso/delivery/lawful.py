"""What the law packs say of an album before it is written: which photos may be in it, and what it may tell.

May know: plans, consents, packs. Must not know: vectors, pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .. import consent, photos, policy
from ..consent import LiveConsent
from ..ground import Ground
from ..policy import Action
from ..storage import Session
from ..values import Decision
from .plan import Planned


@dataclass(frozen=True, slots=True)
class Lawful:
    """``planned`` is what may be delivered. ``bare``: the album tells no time, place or collection (a child's, F6).
    ``refusal`` is why nothing at all may be delivered, when photos were planned. ``regulators``: names, the owner's."""

    planned: tuple[Planned, ...]
    bare: bool
    refusal: Decision | None
    regulators: tuple[str, ...] = ()


def lawful(session: Session, ground: Ground, living: LiveConsent, planned: Sequence[Planned]) -> Lawful:
    """Ask the packs of each collection, and the owner's. ``living`` is their consent to ``find``, checked just now."""
    given = living.consent
    bare = is_bare(session, ground, living)
    refused: dict[int, Decision] = {}
    for collection_id in dict.fromkeys(one.photo.collection_id for one in planned):
        collection = photos.get_collection(session, collection_id)
        here = consent.records.live(
            session, given.subject_id, given.purpose, ground.clock(), collection_id=collection_id
        )
        facts = replace(ground.person_facts(session, here, collection), album_bare=bare)
        decision = policy.decide(Action.DELIVER, facts, ground.packs_for(session, given.subject_id, collection))
        if not decision.allowed:
            refused[collection_id] = decision
    left = tuple(one for one in planned if one.photo.collection_id not in refused)
    refusal = next(iter(refused.values())) if refused and not left else None
    regulators = tuple(one.name for one in ground.regulators_for(session, given.subject_id))
    return Lawful(left, bare, refusal, regulators)


def is_bare(session: Session, ground: Ground, living: LiveConsent) -> bool:
    """Whether this person's album must tell no time, place or collection: a child's (F6)."""
    age = ground.person_facts(session, living).age
    return age is None or age < policy.bare_age(ground.packs_around(session, living.consent.subject_id))
