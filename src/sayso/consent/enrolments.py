"""Witnessed enrolments: a capture from a file needs a witness, and sleeps until the invited person confirms.

May know: who vouches (sealed), who invited, how often. Must not know: captures, templates, photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Exists, delete, exists, func, select, update
from sqlalchemy.orm import aliased

from ..errors import RefusedError, SaysoError
from ..keys import KeyStore
from ..storage import Session
from ..values import TEMPLATE_PURPOSES
from . import subjects, tokens
from .contacts import ARCHIVE_KEY, contact_tag, normalised
from .tables import GIVEN, ConsentPurposeRow, ConsentRow, EnrolmentRow

#: A confirm code that was not used within this time is worth nothing.
CONFIRM_WITHIN = timedelta(days=14)

_CODE_BYTES = 9
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WitnessedEnrolment:
    """One row of the overseer's list."""

    subject_id: str
    witness: str
    inviter: str
    at: datetime
    confirmed_at: datetime | None


def witness(
    session: Session,
    keys: KeyStore,
    *,
    subject_id: str,
    inviter: str,
    witness: str,
    enrolled_by: str,
    now: datetime,
    quota: int,
) -> str:
    """Record that ``witness`` vouches for a capture, and return the code by which the invited person confirms it.

    enrolled_by: the account that wrote it down. quota: how many enrolments one witness may vouch for within any 24
    hours.
    Raises RefusedError: F1 when the subject has no live consent that needs a template; F6 when frozen; F11 when the
    witness is the inviter or the subject (case and spacing do not matter), or over the quota.
    """
    subject = subjects.get(session, subject_id)
    if subject.frozen_at is not None:
        raise RefusedError.because("F6", "Everything about this person is frozen.", "Wait until the freeze is lifted.")
    if not session.scalar(select(_consented(subject_id, now))):
        raise RefusedError.because(
            "F1", "This person has no live consent that allows a template.", "Invite them first: `sayso invite`."
        )
    tag = contact_tag(keys, witness)
    if normalised(witness) == normalised(inviter):
        raise RefusedError.because("F11", "Whoever invited a person cannot be the witness.", "Ask somebody else.")
    if tag == subject.contact_tag:
        raise RefusedError.because("F11", "Nobody can be their own witness.", "Ask somebody else.")
    if vouched_within_a_day(session, keys, witness, now) >= quota:
        raise RefusedError.because(
            "F11",
            f"This witness has vouched for {quota} enrolments within 24 hours; that is the limit.",
            "Ask another witness, or capture live.",
        )
    code, sha256 = tokens.fresh(_CODE_BYTES)
    session.add(
        EnrolmentRow(
            subject_id=subject_id,
            witness_tag=tag,
            sealed_witness=keys.seal(ARCHIVE_KEY, witness.strip().encode(), _context(sha256)),
            inviter=inviter,
            enrolled_by=enrolled_by,
            at=now,
            confirm_sha256=sha256,
        )
    )
    session.flush()
    return code


def vouched_within_a_day(session: Session, keys: KeyStore, witness: str, now: datetime) -> int:
    """How many enrolments this witness has vouched for in the last 24 hours."""
    tag = contact_tag(keys, witness)
    query = select(func.count()).where(EnrolmentRow.witness_tag == tag, EnrolmentRow.at > now - _DAY)
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whose enrolment woke, and which account had written it down."""

    subject_id: str
    enrolled_by: str


def confirm(session: Session, code: str, now: datetime) -> Confirmed:
    """Wake the enrolment that ``code`` belongs to and return whose it is; a code works once.

    Raises SaysoError when the code is unknown, was used, or is older than ``CONFIRM_WITHIN``.
    """
    row = session.scalar(select(EnrolmentRow).where(EnrolmentRow.confirm_sha256 == tokens.digest(code)))
    if row is None or not tokens.fits(code, row.confirm_sha256):
        raise SaysoError("This confirmation code is not known.", "Check that it was copied whole.")
    if now >= row.at + CONFIRM_WITHIN:
        raise SaysoError("This confirmation code has expired.", "Ask for a new enrolment.")
    claim = update(EnrolmentRow).where(EnrolmentRow.id == row.id, EnrolmentRow.confirmed_at.is_(None))
    if session.scalar(claim.values(confirmed_at=now).returning(EnrolmentRow.id)) is None:
        raise SaysoError("This confirmation code was used already.", "Nothing more is needed.")
    return Confirmed(row.subject_id, row.enrolled_by)


def awake(session: Session, subject_id: str) -> bool:
    """Whether the subject's templates may be used: every witnessed enrolment is confirmed, or there was none (a live
    capture needs no witness). One confirmation does not answer for what another enrolment made."""
    waiting = exists().where(EnrolmentRow.subject_id == subject_id, EnrolmentRow.confirmed_at.is_(None))
    return not session.scalar(select(waiting))


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """An enrolment whose code ran out. ``alone``: the subject never said yes before it. ``other_confirmed``: another
    enrolment of theirs was confirmed, so that what it gave stands."""

    id: int
    subject_id: str
    at: datetime
    alone: bool
    other_confirmed: bool


def unconfirmed(session: Session, now: datetime) -> list[Unconfirmed]:
    """Enrolments that nobody confirmed in time, oldest first."""
    earlier = exists().where(ConsentRow.subject_id == EnrolmentRow.subject_id, ConsentRow.given_at < EnrolmentRow.at)
    other = aliased(EnrolmentRow)
    confirmed = exists().where(other.subject_id == EnrolmentRow.subject_id, other.confirmed_at.is_not(None))
    query = select(EnrolmentRow, earlier, confirmed).where(
        EnrolmentRow.confirmed_at.is_(None), EnrolmentRow.at <= now - CONFIRM_WITHIN
    )
    return [
        Unconfirmed(row.id, row.subject_id, row.at, not before, other_confirmed)
        for row, before, other_confirmed in session.execute(query.order_by(EnrolmentRow.id))
    ]


def undo(session: Session, enrolment_id: int) -> None:
    """Delete an enrolment that nobody confirmed."""
    session.execute(delete(EnrolmentRow).where(EnrolmentRow.id == enrolment_id, EnrolmentRow.confirmed_at.is_(None)))


def overtaken(session: Session, subject_id: str) -> None:
    """Delete the subject's enrolments that wait for a confirmation: the person came and was captured live, and nothing
    that those enrolments made is left."""
    session.execute(
        delete(EnrolmentRow).where(EnrolmentRow.subject_id == subject_id, EnrolmentRow.confirmed_at.is_(None))
    )


def next_expiry(session: Session) -> datetime | None:
    """When the next confirmation code runs out."""
    oldest = session.scalar(select(func.min(EnrolmentRow.at)).where(EnrolmentRow.confirmed_at.is_(None)))
    return oldest + CONFIRM_WITHIN if oldest is not None else None


def marked(session: Session, keys: KeyStore) -> list[WitnessedEnrolment]:
    """Every witnessed enrolment, oldest first, for the overseer (LAW F11)."""
    return [
        WitnessedEnrolment(
            row.subject_id,
            keys.unseal(ARCHIVE_KEY, row.sealed_witness, _context(row.confirm_sha256)).decode(),
            row.inviter,
            row.at,
            row.confirmed_at,
        )
        for row in session.scalars(select(EnrolmentRow).order_by(EnrolmentRow.id))
    ]


def _consented(subject_id: str, now: datetime) -> Exists:
    return exists().where(
        ConsentPurposeRow.subject_id == subject_id,
        ConsentPurposeRow.state == GIVEN,
        ConsentPurposeRow.expires_at > now,
        ConsentPurposeRow.purpose.in_([purpose.value for purpose in TEMPLATE_PURPOSES]),
    )


def _context(confirm_sha256: str) -> bytes:
    return b"witness " + confirm_sha256.encode()
