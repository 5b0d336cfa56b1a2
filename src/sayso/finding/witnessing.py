"""A witnessed capture for somebody who said yes before: for whom no camera works, or whom the judge did not believe.

May know: consents, captures, witnesses, the law. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .. import consent, photos, policy
from ..errors import RefusedError, UsageError
from ..ground import Ground, Sight
from ..matches import owner_tag
from ..values import Act, Actor, Counts
from .attempts import budgeted
from .captures import template_of
from .guarding import known_witness, require_other_witness
from .making import ArchiveFacts, HowCaptured, ask_the_law, keep_templates, needing_templates
from .models import require_current


def witness(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    *,
    subject_id: str,
    captures: Sequence[Path | bytes],
    witness: str,
    archive: ArchiveFacts,
    calibration: str,
) -> str:
    """Make the templates that a person agreed to from captures which a witness vouches for.

    They sleep until the code that is returned comes back from the invited contact (F11).
    Raises RefusedError (F1, F2, F6, F11, F12, L2, L7), CaptureError, UsageError.
    """
    if not captures:
        raise UsageError("There is no capture.", "Give at least one picture of the person.")
    same_person = sight.recognizer.card.calibration(calibration).review
    count = len(captures)
    failed = Act("witness.failed", actor, (subject_id,), counts=Counts(count, count, count, 0, count))
    with ground.database.begin() as session:
        given = consent.records.given(session, subject_id, ground.clock())
        agreed = consent.records.agreed_templates(session, ground.keys, subject_id)
        if not agreed or not given:
            raise RefusedError.because(
                "F1",
                "This person has not said yes to a template of their face.",
                "Invite them to it, or let them point at themselves.",
            )
        owner = owner_tag(ground.keys, given[0].consent.key_id)
    with budgeted(ground, owner, failed), ground.database.begin() as session:
        require_current(session, sight)
        now = ground.clock()
        witness = known_witness(session, witness)
        require_other_witness(consent.children.known(session, ground.keys, subject_id), witness)
        made = [one.consent for one in given if one.consent.purpose in agreed]
        needing = needing_templates(session, ground, made)
        packs = ground.packs_around(session, subject_id)
        inviter = consent.records.inviter(session, subject_id)
        how = HowCaptured(inviter, witness, photos.any_of_these(session, captures))
        ask_the_law(session, ground, needing, how, archive, packs)
        code = consent.enrolments.witness(
            session,
            ground.keys,
            subject_id=subject_id,
            inviter=inviter,
            witness=witness,
            enrolled_by=actor.name,
            now=now,
            quota=policy.witness_quota(packs),
        )
        with template_of(sight, captures, same_person=same_person) as template:
            keep_templates(session, ground, sight, needing, template, now)
        facts = (
            ("purposes", " ".join(one.consent.purpose for one in needing)),
            ("invited_by", inviter),
            ("witnessed", witness),
        )
        ground.note(session, Act("witness", actor, (subject_id,), facts=facts))
    return code
