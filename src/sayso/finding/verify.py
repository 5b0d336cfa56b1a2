"""Verify: is the person in front of the witness the one whose own template this is? Never about anybody else.

May know: one subject's template, witnessed captures, the law. Must not tell: a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from .. import consent, photos, vault
from ..errors import RefusedError
from ..ground import Ground, Sight
from ..matches import owner_tag
from ..policy import Action
from ..values import Act, Actor, Counts, Purpose
from .attempts import budgeted
from .captures import template_of
from .guarding import known_witness
from .lawful import require


def verify(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    *,
    subject_id: str,
    captures: Sequence[Path | bytes],
    witness: str,
    calibration: str,
) -> bool:
    """Whether the captures show this subject. The answer and nothing else leaves this function.

    Raises RefusedError (F1, F2, F11, F12), CaptureError.
    """
    recognizer = sight.recognizer
    thresholds = recognizer.card.calibration(calibration)
    with ground.database.begin() as session:
        now = ground.clock()
        witness = known_witness(session, witness)
        living = consent.records.live(session, subject_id, Purpose.VERIFY, now)
        facts = replace(
            ground.person_facts(session, living),
            inviter=actor.name,
            witness=witness,
            capture_live=False,
            own_template=True,
        )
        require(Action.VERIFY, facts, ground.packs_around(session, subject_id))
        if photos.any_of_these(session, captures):
            raise RefusedError.because(
                "F12", "A photo of the archive is no capture of somebody who is here.", "Take a picture just now."
            )
        gallery = vault.open_templates(
            session,
            ground.keys,
            [living],
            purpose=Purpose.VERIFY,
            model_id=recognizer.card.id,
            dimension=recognizer.dimension,
        )
    shown = len(captures)
    counts = Counts(shown, shown, shown, 0, shown)
    failed = Act("verify.failed", actor, (subject_id,), purpose=Purpose.VERIFY, counts=counts)
    with gallery:
        if not gallery.consents:
            raise RefusedError.because("F1", "This person has no template to verify against.", "Enrol them first.")
        with (
            budgeted(ground, owner_tag(ground.keys, living.consent.key_id), failed),
            template_of(sight, captures, same_person=thresholds.review) as presented,
        ):
            same = bool(recognizer.distance(presented[np.newaxis], gallery.vectors)[0, 0] <= thresholds.matched)
    with ground.database.begin() as session:
        counts = Counts(shown, shown, shown, shown if same else 0, 0 if same else shown)
        ground.note(session, Act("verify", actor, (subject_id,), purpose=Purpose.VERIFY, counts=counts))
    return same
