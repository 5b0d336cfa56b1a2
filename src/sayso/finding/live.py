"""A live capture: the person before the camera is asked to move, judged, and measured only when they were alive.

May know: sittings, consents, captures, the law. Must not know: the CLI, the web.
Must not keep: a frame. What is measured is overwritten before this returns or raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete

from .. import consent, vault
from ..consent import LiveConsent
from ..errors import CaptureError, RefusedError
from ..ground import Ground, Sight
from ..matches import owner_tag
from ..policy import Action
from ..storage import Session
from ..values import TEMPLATE_PURPOSES, Act, Actor, Counts, Purpose
from ..vision import Limits, decode
from ..vision.challenge import PROMPTS, draw_challenge
from ..vision.liveness import Guidance, Judge, State
from .captures import MixedCapturesError, template_of_chips
from .lawful import require
from .making import ArchiveFacts, HowCaptured, ask_the_law, keep_templates, needing_templates
from .models import require_current
from .sittings import Sitting, Sittings
from .tables import LiveAttemptRow

#: How many live captures may fail, and how many may be begun, per person and day.
FAILURES_A_DAY = 3
BEGUN_A_DAY = 12

#: What a frame of a camera may ask of the machine, and the side in pixels at which it is looked at.
_LIMITS = Limits(pixels=4_000_000, file_bytes=1_500_000)
_LONGEST = 640

_SOMEBODY_ELSE = "somebody-else"


@dataclass(frozen=True, slots=True)
class Begun:
    """A capture that may begin: the nonce that every call about it brings, and how many prompts will be asked.

    Which ones is told one at a time, so that nobody can prepare for them.
    """

    nonce: str
    prompts: int


@dataclass(frozen=True, slots=True)
class Captured:
    """The templates that a live capture led to."""

    subject_id: str
    purposes: tuple[Purpose, ...]
    ledger_index: int


def begin(
    ground: Ground,
    sight: Sight,
    sittings: Sittings,
    actor: Actor,
    *,
    subject_id: str,
    archive: ArchiveFacts,
    to_verify: bool = False,
) -> Begun:
    """Ask the law, count the attempt, and draw a challenge.

    Raises RefusedError (F1, F2, F6, F11, F12, L2, L7) when no template may be made, or three captures failed today;
    SaysoError when too many people are before their cameras.
    """
    with ground.database.begin() as session:
        require_current(session, sight)
        if to_verify:
            _may_verify(session, ground, subject_id)
        else:
            _may_enrol(session, ground, subject_id, archive)
        _count(session, ground, _owner(session, ground, subject_id), begun=1)
        ground.note(session, Act("live.begin", actor, (subject_id,)))
    judge = Judge(draw_challenge(), sight.locator, sight.aligner)
    nonce = sittings.begin(subject_id, judge, model=sight.card.id, to_verify=to_verify)
    return Begun(nonce, PROMPTS)


def look(
    ground: Ground, sittings: Sittings, actor: Actor, *, subject_id: str, nonce: str, frame: bytes, at_ms: int
) -> Guidance:
    """Judge the next frame, a JPEG. at_ms: when it was taken, in milliseconds of whatever clock.

    Raises CaptureError when the capture is over, ImageError when the frame cannot be read.
    """
    with sittings.of(nonce, subject_id) as sitting:
        rgb = decode(frame, longest=_LONGEST, limits=_LIMITS).rgb
        try:
            guidance = sitting.look(rgb, at_ms, sittings.ticks())
        finally:
            if rgb.flags.writeable:
                rgb.fill(0)
        if guidance.state is State.FAILED:
            _failed(ground, actor, sitting, str(guidance.failure), measured=0)
            sittings.end(nonce, sitting)
    return guidance


def finish(
    ground: Ground,
    sight: Sight,
    sittings: Sittings,
    actor: Actor,
    *,
    subject_id: str,
    nonce: str,
    archive: ArchiveFacts,
    calibration: str,
) -> Captured:
    """Make the templates for every purpose whose yes names one, in place of earlier ones, and forget the capture.

    The law is asked again: the person may have withdrawn while they sat there.
    Raises CaptureError when the capture is over, not finished, or shows more than one person; RefusedError.
    """
    with (
        sittings.last(nonce, subject_id) as sitting,
        _measured(ground, sight, actor, sitting, calibration, to_verify=False) as template,
        ground.database.begin() as session,
    ):
        require_current(session, sight)
        now = ground.clock()
        consents = _may_enrol(session, ground, subject_id, archive)
        # Those of other models too: what somebody else may have captured is replaced as a whole.
        vault.forget(session, [one.consent.id for one in consents])
        keep_templates(session, ground, sight, consents, template, now)
        consent.enrolments.overtaken(session, subject_id)
        _count(session, ground, _owner(session, ground, subject_id), failed=-FAILURES_A_DAY)
        purposes = tuple(one.consent.purpose for one in consents)
        facts = (("purposes", " ".join(purposes)), ("prompts", PROMPTS))
        index = ground.note(session, Act("live", actor, (subject_id,), counts=_counts(sitting, kept=True), facts=facts))
    return Captured(subject_id, purposes, index)


def verify(
    ground: Ground, sight: Sight, sittings: Sittings, actor: Actor, *, subject_id: str, nonce: str, calibration: str
) -> bool:
    """Whether the live capture shows the person whose template it is. The answer and nothing else leaves this function.

    A no counts as a failed attempt: nobody may go on asking. Raises as ``finish``.
    """
    with (
        sittings.last(nonce, subject_id) as sitting,
        _measured(ground, sight, actor, sitting, calibration, to_verify=True) as presented,
    ):
        with ground.database.begin() as session:
            require_current(session, sight)
            living = _may_verify(session, ground, subject_id)
            gallery = vault.open_templates(
                session,
                ground.keys,
                [living],
                purpose=Purpose.VERIFY,
                model_id=sight.recognizer.card.id,
                dimension=sight.recognizer.dimension,
            )
        with gallery:
            if not gallery.consents:
                raise RefusedError.because("F1", "You have no template to verify against.", "Capture yourself first.")
            nearest = sight.recognizer.distance(presented[np.newaxis], gallery.vectors)[0, 0]
            same = bool(nearest <= sight.recognizer.card.calibration(calibration).matched)
        with ground.database.begin() as session:
            if not same:
                _count(session, ground, _owner(session, ground, subject_id), failed=1)
            counts = _counts(sitting, kept=same)
            ground.note(session, Act("live.verify", actor, (subject_id,), purpose=Purpose.VERIFY, counts=counts))
    return same


def abandon(sittings: Sittings, *, subject_id: str, nonce: str) -> None:
    """Let go of a capture; one that is over already is no mistake."""
    try:
        with sittings.last(nonce, subject_id):
            pass
    except CaptureError:
        return


@contextmanager
def _measured(
    ground: Ground, sight: Sight, actor: Actor, sitting: Sitting, calibration: str, *, to_verify: bool
) -> Iterator[NDArray[np.float32]]:
    """The template of a finished capture. One that shows two people is counted and noted as failed."""
    if sitting.judge.state is not State.DONE or sitting.to_verify is not to_verify:
        raise CaptureError("This capture is not finished.", "Begin a new one, and do what is asked to the end.")
    if sitting.model != sight.card.id:
        raise CaptureError("The archive measures with another model since this capture began.", "Begin a new one.")
    same_person = sight.recognizer.card.calibration(calibration).review
    chips = sitting.judge.chips
    try:
        with template_of_chips(sight, chips, same_person=same_person) as template:
            yield template
    except MixedCapturesError:
        _failed(ground, actor, sitting, _SOMEBODY_ELSE, measured=len(chips))
        raise
    finally:
        chips.fill(0)


def _may_enrol(session: Session, ground: Ground, subject_id: str, archive: ArchiveFacts) -> list[LiveConsent]:
    """The living consents for which a live capture may make a template now. Raises RefusedError."""
    agreed = consent.records.agreed_templates(session, ground.keys, subject_id)
    given = [one.consent for one in consent.records.given(session, subject_id, ground.clock())]
    needing = needing_templates(session, ground, [one for one in given if one.purpose in agreed])
    if not needing:
        no_yes = not any(one.purpose in TEMPLATE_PURPOSES for one in given)
        raise RefusedError.because(
            "F1",
            "You have not said yes to anything that needs your face."
            if no_yes
            else "You said yes without your face being measured: you point at yourself.",
            "Ask for a new invite if you want to be found by your face.",
        )
    how = HowCaptured(consent.records.inviter(session, subject_id), None, False)
    ask_the_law(session, ground, needing, how, archive, ground.packs_around(session, subject_id))
    return needing


def _may_verify(session: Session, ground: Ground, subject_id: str) -> LiveConsent:
    living = consent.records.live(session, subject_id, Purpose.VERIFY, ground.clock())
    facts = replace(ground.person_facts(session, living), capture_live=True, own_template=True)
    require(Action.VERIFY, facts, ground.packs_around(session, subject_id))
    return living


def _failed(ground: Ground, actor: Actor, sitting: Sitting, why: str, *, measured: int) -> None:
    """Count a failed capture and say so to the person, in their own entries."""
    judge, subject_id = sitting.judge, sitting.subject_id
    counts = Counts(judge.frames, judge.faces, measured, 0, measured)
    with ground.database.begin() as session:
        _count(session, ground, _owner(session, ground, subject_id), failed=1)
        ground.note(session, Act("live.failed", actor, (subject_id,), counts=counts, facts=(("why", why),)))


def _counts(sitting: Sitting, *, kept: bool) -> Counts:
    """Frames read, those with a face, and faces measured: the person's own, or nobody's who is known."""
    measured = sitting.judge.looks
    seen = sitting.judge.frames, sitting.judge.faces
    return Counts(*seen, measured, measured if kept else 0, 0 if kept else measured)


def _owner(session: Session, ground: Ground, subject_id: str) -> str | None:
    """The tag under which a person's attempts are counted; None when nothing of theirs is left to count under."""
    given = consent.records.given(session, subject_id)
    return owner_tag(ground.keys, given[0].consent.key_id) if given else None


def _count(session: Session, ground: Ground, owner: str | None, *, begun: int = 0, failed: int = 0) -> None:
    """Change today's counts. Raises RefusedError (F11) when another capture is to begin and that is one too many."""
    if owner is None:
        return
    day: date = ground.clock().date()
    session.execute(delete(LiveAttemptRow).where(LiveAttemptRow.day < day))
    row = session.get(LiveAttemptRow, (owner, day)) or LiveAttemptRow(owner=owner, day=day, begun=0, failed=0)
    if begun and row.failed >= FAILURES_A_DAY:
        raise RefusedError.because(
            "F11",
            f"{FAILURES_A_DAY} live captures failed today; that is the limit.",
            "Ask somebody of the organisation to be your witness: a picture is enough then. Or try again tomorrow.",
        )
    if begun and row.begun >= BEGUN_A_DAY:
        raise RefusedError.because(
            "F11", f"{BEGUN_A_DAY} live captures were begun today; that is the limit.", "Try again tomorrow."
        )
    row.begun, row.failed = row.begun + begun, max(row.failed + failed, 0)
    session.add(row)
    session.flush()
