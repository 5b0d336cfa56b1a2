"""Is there a living consent, right now, for this purpose? The only place that answers, and the proof that it was asked.

May know: subjects' ids, purposes, collections, dates. Must not know: labels, keys, templates.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import InitVar, dataclass
from datetime import datetime

from sqlalchemy import select

from ..errors import RefusedError
from ..storage import Session
from ..values import Consent, Purpose
from . import notices
from .tables import EXPIRED, GIVEN, WITHDRAWN, ConsentCollectionRow, ConsentPurposeRow, ConsentRow, SubjectRow

_CHECKED = object()


@dataclass(frozen=True, slots=True)
class LiveConsent:
    """Proof that a consent was checked. Only ``live`` and ``gallery`` make one: what takes a LiveConsent cannot be
    called without the check. It holds for the transaction it was made in."""

    consent: Consent
    checked: InitVar[object]

    def __post_init__(self, checked: object) -> None:
        if checked is not _CHECKED:
            raise TypeError("a live consent comes from records.live or records.gallery only")


def live(
    session: Session, subject_id: str, purpose: Purpose, now: datetime, *, collection_id: int | None = None
) -> LiveConsent:
    """The subject's living consent for ``purpose`` (and that collection, when one is given).

    A consent lives on the notice in force, or on one that it only words differently; to a changed notice the person
    says yes again, or nothing is done. Raises RefusedError: F6 when the subject is frozen; F2 when the subject's living
    consents do not name the purpose; F1 when there is no consent, or it was withdrawn, has expired, leaves this
    collection out, or was to a notice that has changed since.
    """
    subject = session.get(SubjectRow, subject_id)
    if subject is not None and subject.frozen_at is not None:
        raise RefusedError.because("F6", "Everything about this person is frozen.", "Wait until the freeze is lifted.")
    rows = session.scalars(
        select(ConsentPurposeRow).where(ConsentPurposeRow.subject_id == subject_id).order_by(ConsentPurposeRow.id)
    ).all()
    standing = {row.purpose: row for row in rows if row.state == GIVEN and row.expires_at > now}
    row = standing.get(purpose)
    if row is None:
        raise _none(purpose, [row for row in rows if row.purpose == purpose], bool(standing), now)
    since = notices.in_force_since(session)
    covers = _covers(session, row, now, since)
    if collection_id is None:
        resting = [session.get_one(ConsentRow, row.consent_id), *covers.values()]
        good = [one for one in resting if one.notice_version >= since and one.expires_at > now]
        if not good:
            raise _renewal()
        return _live(row, good[0], min(row.expires_at, max(one.expires_at for one in good)), covers)
    if collection_id not in covers:
        if collection_id in _covers(session, row, now):
            raise _renewal()
        raise RefusedError.because(
            "F1", f"This person's consent does not reach collection {collection_id}.", "Invite them to it."
        )
    record = covers[collection_id]
    return _live(row, record, record.expires_at, covers)


def gallery(session: Session, purpose: Purpose, collection_id: int, now: datetime) -> list[LiveConsent]:
    """Everybody with a living consent for one purpose in one collection (LAW F8), in the order of their ids.

    Left out are frozen subjects, and those whose yes was to a notice that has changed since.
    """
    found = session.execute(
        select(ConsentPurposeRow, ConsentRow, ConsentCollectionRow)
        .join(ConsentCollectionRow, ConsentCollectionRow.purpose_id == ConsentPurposeRow.id)
        .join(ConsentRow, ConsentRow.id == ConsentCollectionRow.consent_id)
        .join(SubjectRow, SubjectRow.id == ConsentPurposeRow.subject_id)
        .where(
            ConsentPurposeRow.purpose == purpose.value,
            ConsentPurposeRow.state == GIVEN,
            ConsentRow.expires_at > now,
            ConsentRow.notice_version >= notices.in_force_since(session),
            SubjectRow.frozen_at.is_(None),
        )
        .order_by(ConsentPurposeRow.subject_id, ConsentCollectionRow.collection_id)
    ).all()
    covers: dict[int, dict[int, ConsentRow]] = defaultdict(dict)
    rows: dict[int, ConsentPurposeRow] = {}
    for row, record, link in found:
        covers[row.id][link.collection_id] = record
        rows[row.id] = row
    return [
        _live(row, covers[row.id][collection_id], covers[row.id][collection_id].expires_at, covers[row.id])
        for row in rows.values()
        if collection_id in covers[row.id]
    ]


def given(session: Session, subject_id: str, now: datetime | None = None) -> list[LiveConsent]:
    """Everything that a subject says yes to, one for each purpose; also while frozen, or asked for a new yes.

    now: leave out what has run out by then; without it, everything that was not ended yet, run out or not.
    """
    query = select(ConsentPurposeRow).where(
        ConsentPurposeRow.subject_id == subject_id, ConsentPurposeRow.state == GIVEN
    )
    if now is not None:
        query = query.where(ConsentPurposeRow.expires_at > now)
    return [
        _live(
            row,
            session.get_one(ConsentRow, row.consent_id),
            row.expires_at,
            _covers(session, row, now or row.given_at),
        )
        for row in session.scalars(query.order_by(ConsentPurposeRow.id))
    ]


def still(session: Session, one: LiveConsent, now: datetime) -> bool:
    """Whether a consent that was checked in an earlier transaction lives on, unfrozen, with the same key."""
    query = (
        select(ConsentPurposeRow.id)
        .join(SubjectRow, SubjectRow.id == ConsentPurposeRow.subject_id)
        .join(ConsentRow, ConsentRow.id == ConsentPurposeRow.consent_id)
        .where(
            ConsentRow.notice_version >= notices.in_force_since(session),
            ConsentPurposeRow.id == one.consent.id,
            ConsentPurposeRow.key_id == one.consent.key_id,
            ConsentPurposeRow.state == GIVEN,
            ConsentPurposeRow.expires_at > now,
            SubjectRow.frozen_at.is_(None),
        )
    )
    return session.scalar(query) is not None


def waiting(session: Session, now: datetime) -> list[str]:
    """Ids of those who said yes to a notice that has changed since, for some purpose or collection."""
    old = (
        select(ConsentPurposeRow.subject_id)
        .join(ConsentCollectionRow, ConsentCollectionRow.purpose_id == ConsentPurposeRow.id)
        .join(ConsentRow, ConsentRow.id == ConsentCollectionRow.consent_id)
        .where(
            ConsentPurposeRow.state == GIVEN,
            ConsentRow.expires_at > now,
            ConsentRow.notice_version < notices.in_force_since(session),
        )
    )
    return sorted(set(session.scalars(old)))


def _covers(session: Session, row: ConsentPurposeRow, now: datetime, since: int = 0) -> dict[int, ConsentRow]:
    """Each collection that the purpose reaches now by a yes to a notice from ``since`` on, and the record of it."""
    found = session.execute(
        select(ConsentCollectionRow, ConsentRow)
        .join(ConsentRow, ConsentRow.id == ConsentCollectionRow.consent_id)
        .where(
            ConsentCollectionRow.purpose_id == row.id,
            ConsentRow.expires_at > now,
            ConsentRow.notice_version >= since,
        )
        .order_by(ConsentCollectionRow.collection_id)
    )
    return {link.collection_id: record for link, record in found}


def _live(
    row: ConsentPurposeRow, record: ConsentRow, expires_at: datetime, covers: dict[int, ConsentRow]
) -> LiveConsent:
    consent = Consent(
        id=row.id,
        subject_id=row.subject_id,
        purpose=Purpose(row.purpose),
        collections=tuple(covers),
        notice_version=record.notice_version,
        given_at=record.given_at,
        expires_at=expires_at,
        key_id=row.key_id,
        by_guardian=record.by_guardian,
    )
    return LiveConsent(consent, _CHECKED)


def _renewal() -> RefusedError:
    return RefusedError.because(
        "F1",
        "The notice has changed since this person said yes, and they were not asked again.",
        "Invite them again, under the same label; until they say yes, what is held about them waits.",
    )


def _none(purpose: Purpose, earlier: list[ConsentPurposeRow], says_yes_to_others: bool, now: datetime) -> RefusedError:
    last = earlier[-1] if earlier else None
    if last is not None and last.state == WITHDRAWN:
        return RefusedError.because("F1", f"This person withdrew their consent to `{purpose}`.", "Nothing may be done.")
    if last is not None and (last.state == EXPIRED or last.expires_at <= now):
        return RefusedError.because("F1", f"The consent to `{purpose}` has expired.", "Invite the person again.")
    if says_yes_to_others:
        return RefusedError.because("F2", f"This person's consent does not name `{purpose}`.", "Invite them to it.")
    return RefusedError.because("F1", "This person has no live consent.", "Invite them first: `sayso invite`.")
