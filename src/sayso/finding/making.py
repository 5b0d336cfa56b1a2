"""Makes templates for purposes that were agreed to, after the law was asked about each of them.

May know: living consents, captures' template, the law. Must not know: how the capture was made, who decides on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from .. import consent, vault
from ..consent import LiveConsent
from ..ground import Ground, Sight
from ..policy import Action, Pack
from ..storage import Session
from ..values import TEMPLATE_PURPOSES, Consent
from .lawful import require

_NEXT_STEP = "See `sayso law explain enrol`, and what is lacking: `sayso law check`."


@dataclass(frozen=True, slots=True)
class ArchiveFacts:
    """What the law asks about the archive itself before anybody enrols."""

    controller: str
    policy_published_at: datetime | None = None
    declarations: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True, slots=True)
class HowCaptured:
    """What the law asks about a capture. ``witness`` is None for a live one, which needs none."""

    inviter: str
    witness: str | None
    from_archive: bool


def needing_templates(session: Session, ground: Ground, made: Iterable[Consent]) -> list[LiveConsent]:
    """Of these consents, the living ones that need a template. Raises RefusedError (F1, F2, F6)."""
    now = ground.clock()
    return [
        consent.records.live(session, one.subject_id, one.purpose, now)
        for one in made
        if one.purpose in TEMPLATE_PURPOSES
    ]


def ask_the_law(
    session: Session,
    ground: Ground,
    consents: Sequence[LiveConsent],
    captured: HowCaptured,
    archive: ArchiveFacts,
    packs: Sequence[Pack],
) -> None:
    """Every purpose that needs a template, before the capture is measured. Raises RefusedError."""
    now, witness = ground.clock(), captured.witness
    notice_languages = consent.notices.languages(session)
    for living in consents:
        facts = replace(
            ground.person_facts(session, living),
            inviter=captured.inviter,
            witness=witness,
            witnessed_today=(
                consent.enrolments.vouched_within_a_day(session, ground.keys, witness, now) if witness else None
            ),
            capture_live=witness is None,
            capture_from_archive=captured.from_archive,
            declarations=dict(archive.declarations),
            policy_published_at=archive.policy_published_at,
            notice_languages=notice_languages,
        )
        require(Action.ENROL, facts, packs, _NEXT_STEP)


def keep_templates(
    session: Session,
    ground: Ground,
    sight: Sight,
    consents: Sequence[LiveConsent],
    template: NDArray[np.float32],
    now: datetime,
) -> None:
    """Keep one template for each of these purposes, each under its own key, in place of an earlier one."""
    for living in consents:
        vault.put(session, ground.keys, living, model_id=sight.recognizer.card.id, vector=template, now=now)
