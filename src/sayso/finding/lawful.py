"""Brings the facts about one person's consent before the law, for every act that touches their template or face.

May know: consents, packs. Must not know: vectors, pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .. import consent, policy
from ..consent import LiveConsent
from ..errors import RefusedError
from ..policy import Action, Facts, Pack
from ..storage import Session
from ..values import Collection

#: Whoever says yes without naming an age declares to be of full age; the notice says so.
FULL_AGE = 18


def person_facts(session: Session, living: LiveConsent, now: datetime, collection: Collection | None = None) -> Facts:
    """What is known of the person behind a consent that was just found to live."""
    given = living.consent
    return Facts(
        now=now,
        consent_state="given",
        purpose=given.purpose,
        purposes_agreed=frozenset(one.consent.purpose for one in consent.records.given(session, given.subject_id, now)),
        confirmed=consent.enrolments.awake(session, given.subject_id),
        frozen=False,
        age=FULL_AGE,
        guardian_consented=False,
        collection=collection.id if collection else None,
        collections=given.collections,
        purpose_ended=given.expires_at,
        last_contact=given.given_at,
    )


def require(action: Action, facts: Facts, packs: Sequence[Pack], next_step: str = "") -> None:
    """Raises RefusedError with every reason when the packs do not allow the action."""
    decision = policy.decide(action, facts, packs)
    if not decision.allowed:
        raise RefusedError.by(decision, next_step)
