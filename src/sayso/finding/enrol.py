"""Say yes: consent first, then the capture, then the template, then the receipt. Never in another order.

May know: consents, captures, vectors, the law. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from .. import consent, photos, policy, vault
from ..consent import Invite
from ..errors import RefusedError, SaysoError, UsageError
from ..ground import Ground, Sight
from ..policy import Pack
from ..storage import Session
from ..values import TEMPLATE_PURPOSES, Act, Actor, Consent, Counts, Purpose, Subject, Youth
from .attempts import budgeted
from .captures import template_of
from .guarding import childhood, known_witness, require_guarded, require_other_witness
from .making import ArchiveFacts, HowCaptured, ask_the_law, keep_templates, needing_templates
from .models import require_current

#: How long a consent holds unless the pack or the invite says less.
VALIDITY = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What a yes led to. ``confirm_code`` goes to the invited contact; until it comes back, the template sleeps."""

    subject: Subject
    consents: tuple[Consent, ...]
    with_template: bool
    confirm_code: str | None
    ledger_index: int


def enrol(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    token: str,
    *,
    purposes: Sequence[Purpose],
    captures: Sequence[Path | bytes],
    witness: str | None,
    archive: ArchiveFacts,
    calibration: str,
    capture_later: bool = False,
    notice_version: int | None = None,
    language: str = "en",
    youth: Youth | None = None,
    packs: Sequence[str] = (),
) -> Enrolment:
    """Record consent and, if captures are given, make a template of them and forget them.

    capture_later: the yes is to a template as well, whose capture follows, live or before a witness.
    notice_version: the one that was shown, if not the current one for certain.
    youth: for somebody under age; without it, whoever says yes declares to be of full age. packs: names of the law
    packs of where the person lives; those of the invite and of an earlier yes stay with them (F9).
    All of it happens in one transaction: when a capture is refused, no consent is kept and the token stays usable.
    Only that captures were mixed is logged, and counted for the invite and for the account that enrols.
    Raises InviteError, CaptureError, RefusedError (F1, F2, F6, F11, F12, L2, L7), UsageError.
    """
    if not purposes:
        raise UsageError("Nothing was agreed to.", "Name each purpose with --agree.")
    if (captures or capture_later) and not TEMPLATE_PURPOSES & set(purposes):
        raise UsageError(
            "None of the agreed purposes needs a capture.", "Leave --capture out, or agree to `find` as well."
        )
    if captures and witness is None:
        raise RefusedError.because(
            "F11",
            "A capture from a file needs a witness who saw whose face it is.",
            "Name one with --witness; it must be somebody else than the inviter.",
        )
    same_person = sight.recognizer.card.calibration(calibration).review if captures else 0.0
    held = set(ground.keys.ids())
    try:
        with _attempt(ground, actor, token, len(captures)), ground.database.begin() as session:
            if captures:
                require_current(session, sight)
            now = ground.clock()
            invite = consent.invites.open_invite(session, token, now)
            brought = tuple(dict.fromkeys((*consent.packs.brought(session, ground.keys, invite), *packs)))
            applying = _packs(session, ground, invite, brought)
            child = childhood(session, ground, invite, youth, applying, now)
            require_other_witness(child, witness)
            if captures and witness is not None:
                witness = known_witness(session, witness)
            notice = consent.notices.current(session)
            subject, made = consent.records.agree(
                session,
                ground.keys,
                invite,
                purposes=purposes,
                notice_version=notice.version if notice_version is None else notice_version,
                language=language,
                jurisdiction=", ".join(pack.id for pack in applying),
                controller=archive.controller,
                now=now,
                expires=now + VALIDITY,
                child=child,
                packs=brought,
                templates=(TEMPLATE_PURPOSES if captures or capture_later else _templated(session, invite, now)),
            )
            for one in made:
                living = consent.records.live(session, one.subject_id, one.purpose, now)
                require_guarded(ground.person_facts(session, living), applying)
            code = None
            if captures and witness is not None:
                needing = needing_templates(session, ground, made)
                how = HowCaptured(invite.invited_by, witness, photos.any_of_these(session, captures))
                ask_the_law(session, ground, needing, how, archive, applying)
                code = consent.enrolments.witness(
                    session,
                    ground.keys,
                    subject_id=subject.id,
                    inviter=invite.invited_by,
                    witness=witness,
                    enrolled_by=actor.name,
                    now=now,
                    quota=policy.witness_quota(applying),
                )
                with template_of(sight, captures, same_person=same_person) as template:
                    keep_templates(session, ground, sight, needing, template, now)
            facts: tuple[tuple[str, str | int], ...] = (
                ("notice", notice.version),
                ("purposes", " ".join(purposes)),
                ("invited_by", invite.invited_by),
                ("witnessed", witness or "no capture"),
            )
            if child is not None and child.told is not None:
                facts += (("said_by", "guardian"), ("child_told_notice", child.told))
            index = ground.note(session, Act("enrol", actor, (subject.id,), facts=facts))
    except BaseException:
        _take_back_keys(ground, held)
        raise
    return Enrolment(subject, made, bool(captures), code, index)


def confirm(ground: Ground, actor: Actor, code: str) -> str:
    """The invited contact says that the enrolment is theirs: the template wakes. Returns the subject's id.

    Where the account that enrolled also confirms, nothing shows that the contact ever saw the code: the ledger says so.
    """
    with ground.database.begin() as session:
        confirmed = consent.enrolments.confirm(session, code, ground.clock())
        same = confirmed.enrolled_by == actor.name
        facts = (("same_account", "yes"),) if same else ()
        ground.note(session, Act("confirm", actor, (confirmed.subject_id,), facts=facts))
    return confirmed.subject_id


def _attempt(ground: Ground, actor: Actor, token: str, captures: int) -> AbstractContextManager[None]:
    """What a try with this many captures counts as, should they turn out to be mixed."""
    if not captures:
        return nullcontext()
    with ground.database.begin() as session:
        invite = consent.invites.open_invite(session, token, ground.clock())
    counts = Counts(captures, captures, captures, 0, captures)
    failed = Act("enrol.failed", actor, counts=counts, facts=(("invited_by", invite.invited_by),))
    return budgeted(ground, consent.invites.tag(ground.keys, token), failed)


def _take_back_keys(ground: Ground, held: set[str]) -> None:
    """The transaction is undone; the keys that it made lie outside the database. ``held`` were there before.

    Inside a transaction nobody else is enrolling, so that a new key which no row names is nobody's.
    """
    with suppress(SaysoError), ground.database.begin() as session:
        ground.keys.destroy(consent.orphans(session, set(ground.keys.ids()) - held))


def _packs(session: Session, ground: Ground, invite: Invite, brought: Sequence[str]) -> tuple[Pack, ...]:
    """The operator's packs, those of every collection that the invite names, and the person's: they cumulate (F9)."""
    invited = (one for one in photos.list_collections(session) if one.id in invite.collections)
    return ground.load((*(pack.id for pack in ground.packs_of(*invited)), *brought))


def _templated(session: Session, invite: Invite, now: datetime) -> list[Purpose]:
    """Purposes for which the invited person has a template already: a new yes without a capture keeps it."""
    known = consent.invites.joined(session, invite)
    given = consent.records.given(session, known, now) if known is not None else []
    return [one.consent.purpose for one in given if vault.made(session, one)]
