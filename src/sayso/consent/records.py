"""Consent records: a person says yes; what they said, for how long, and what became of it.

May know: invites, notices, purposes, the key store. Must not know: templates, pixels, why anybody asks.
"""

from __future__ import annotations

import json
import secrets
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from ..errors import RefusedError, UnknownError, UsageError
from ..keys import KeyStore
from ..storage import Session
from ..values import Consent, Notice, Purpose, Subject
from . import children, invites, notices, subjects, tombstones
from . import packs as own_packs
from .contacts import contact_tag
from .ending import end
from .live import LiveConsent, gallery, given, live, still, waiting
from .proof import canonical, consent_record, event, states
from .tables import (
    EXPIRED,
    GIVEN,
    ConsentCollectionRow,
    ConsentEventRow,
    ConsentPurposeRow,
    ConsentRow,
    SubjectRow,
)

__all__ = [
    "LiveConsent",
    "Recorded",
    "agree",
    "agreed_templates",
    "gallery",
    "given",
    "history",
    "inviter",
    "lacking_keys",
    "live",
    "next_expiry",
    "of_subject",
    "still",
    "waiting",
]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A purpose in a subject's record: ``state`` is ``given``, ``withdrawn`` or ``expired``."""

    consent: Consent
    state: str
    ended_at: datetime | None


def agree(
    session: Session,
    keys: KeyStore,
    invite: invites.Invite,
    *,
    purposes: Sequence[Purpose],
    notice_version: int,
    language: str,
    jurisdiction: str,
    controller: str,
    now: datetime,
    expires: datetime,
    child: children.Childhood | None = None,
    packs: Sequence[str] = (),
    templates: Collection[Purpose] = (),
) -> tuple[Subject, tuple[Consent, ...]]:
    """Write down a person's yes, use up the invite, and make the keys that may hold what it allows.

    A contact with a living record joins it: a purpose given before keeps its key and gains the new collections, which
    stand on the new record. Otherwise a new subject begins, and a tombstone of the contact is cleared. ``child`` is
    given for somebody under age, with the guardian if it is theirs that says yes. ``packs`` are the law packs that the
    person brings along. ``templates`` names the purposes for which there is a template, or is about to be: the proof
    says so of these only. When the transaction fails afterwards, keys made here stay behind and open nothing.
    Raises RefusedError (F2: a purpose that the invite does not name; F1: the notice is not the current one; F6: the
    subject is frozen), InviteError (used, expired), UsageError (no purpose, no such language, a past date).
    """
    chosen = tuple(Purpose(purpose) for purpose in dict.fromkeys(purposes))
    if not chosen:
        raise UsageError("A yes names at least one purpose.", "Tick a purpose, or close the page to say nothing.")
    if expires <= now:
        raise UsageError("The consent would have expired already.", "Choose a later date.")
    for purpose in chosen:
        if purpose not in invite.purposes:
            raise RefusedError.because("F2", f"The invite does not name `{purpose}`.", "Ask for an invite that does.")
    if notice_version != notices.current(session).version:
        raise RefusedError.because(
            "F1", "The notice has changed since it was shown.", "Read the current notice, then say yes to that one."
        )
    notice = notices.get(session, notice_version, language)
    label = invites.use(session, keys, invite, now)
    subject = _subject(session, keys, label, now)
    if child is not None:
        children.keep(session, keys, subject.id, child)
    own_packs.keep(session, keys, subject.id, packs)
    record = _record(
        session,
        keys,
        subject.id,
        invite,
        chosen,
        notice,
        jurisdiction,
        controller,
        now,
        expires,
        child,
        packs,
        templates,
    )
    standing = {purpose: _standing(session, record, purpose) for purpose in chosen}
    fresh = {purpose: f"data-{secrets.token_hex(16)}" for purpose, row in standing.items() if row is None}
    keys.new_many(fresh.values())
    given_rows = [standing[purpose] or _new_row(session, record, purpose, fresh[purpose]) for purpose in chosen]
    rows = [_give(session, record, row, invite.collections) for row in given_rows]
    session.flush()
    return subject, tuple(_consent(session, row) for row in rows)


def of_subject(session: Session, subject_id: str) -> list[Recorded]:
    """Everything the subject ever said yes to, oldest first, with what became of it."""
    query = select(ConsentPurposeRow).where(ConsentPurposeRow.subject_id == subject_id)
    rows = session.scalars(query.order_by(ConsentPurposeRow.id)).all()
    return [Recorded(_consent(session, row), row.state, row.ended_at) for row in rows]


def history(session: Session, keys: KeyStore, subject_id: str) -> list[dict[str, Any]]:
    """The subject's consent records as ISO/IEC TS 27560 lays them out, oldest first, each with its ``events``.

    ``event_time``, ``event_type`` and ``event_state`` are those of the yes; later events follow in ``events``, and
    ``states`` says how each purpose stands after the last of them.
    Raises KeyDestroyedError once the record key is gone (the proof period is over).
    """
    happened: dict[int, list[ConsentEventRow]] = defaultdict(list)
    rows = select(ConsentEventRow).join(ConsentRow).where(ConsentRow.subject_id == subject_id)
    for row in session.scalars(rows.order_by(ConsentEventRow.id)):
        happened[row.consent_id].append(row)
    query = select(ConsentRow).where(ConsentRow.subject_id == subject_id).order_by(ConsentRow.id)
    return [_with_events(keys, row, happened[row.id]) for row in session.scalars(query)]


def agreed_templates(session: Session, keys: KeyStore, subject_id: str) -> frozenset[Purpose]:
    """The purposes for which the subject's newest yes names a template: made already, or still to be made.

    Raises KeyDestroyedError once the record key is gone.
    """
    query = (
        select(ConsentPurposeRow.purpose, ConsentRow)
        .join(ConsentRow, ConsentRow.id == ConsentPurposeRow.consent_id)
        .where(ConsentPurposeRow.subject_id == subject_id, ConsentPurposeRow.state == GIVEN)
    )
    named = ((purpose, _unsealed(keys, row)["template_purposes"]) for purpose, row in session.execute(query))
    return frozenset(Purpose(purpose) for purpose, templates in named if purpose in templates)


def next_expiry(session: Session) -> datetime | None:
    """When the next purpose runs out."""
    return session.scalar(select(func.min(ConsentPurposeRow.expires_at)).where(ConsentPurposeRow.state == GIVEN))


def inviter(session: Session, subject_id: str) -> str:
    """Who invited the subject last. Raises UsageError when they never said yes."""
    query = select(ConsentRow.invited_by).where(ConsentRow.subject_id == subject_id).order_by(ConsentRow.id.desc())
    name = session.scalar(query.limit(1))
    if name is None:
        raise UnknownError("There is no consent record of this person.", "Check the id.")
    return name


def lacking_keys(session: Session, keys: KeyStore, now: datetime) -> int:
    """How many consents that live now have no data key: with the key store that belongs to this database, none."""
    query = select(ConsentPurposeRow.key_id).where(ConsentPurposeRow.state == GIVEN, ConsentPurposeRow.expires_at > now)
    return len(set(session.scalars(query)) - set(keys.ids("data-")))


def _subject(session: Session, keys: KeyStore, label: str, now: datetime) -> Subject:
    """The contact's living record, or a new one."""
    tag = contact_tag(keys, label)
    present = subjects.living(session, tag)
    if present is not None:
        if present.frozen_at is not None:
            raise RefusedError.because(
                "F6", "Everything about this person is frozen.", "Wait until the freeze is lifted."
            )
        return subjects.value(keys, present)
    tombstones.clear(session, keys, tag)
    subject_id = secrets.token_hex(8)
    keys.new(subjects.record_key(subject_id))
    sealed = subjects.seal_label(keys, subject_id, label)
    session.add(SubjectRow(id=subject_id, sealed_label=sealed, contact_tag=tag, created_at=now))
    session.flush()
    return Subject(subject_id, label)


def _record(
    session: Session,
    keys: KeyStore,
    subject_id: str,
    invite: invites.Invite,
    purposes: Sequence[Purpose],
    notice: Notice,
    jurisdiction: str,
    controller: str,
    now: datetime,
    expires: datetime,
    child: children.Childhood | None,
    packs: Sequence[str],
    templates: Collection[Purpose],
) -> ConsentRow:
    record_id = secrets.token_hex(16)
    proof = consent_record(
        record_id=record_id,
        subject_id=subject_id,
        notice=notice,
        purposes=purposes,
        collections=invite.collections,
        jurisdiction=jurisdiction,
        packs=packs,
        controller=controller,
        invited_by=invite.invited_by,
        given_at=now,
        expires_at=expires,
        templates=templates,
    )
    guardian = child.guardian if child is not None else None
    if child is not None and guardian is not None:
        proof["consented_by"] = {
            "guardian": guardian.label,
            "relation": guardian.relation,
            "child_told_notice": child.told,
        }
    row = ConsentRow(
        record_id=record_id,
        subject_id=subject_id,
        notice_version=notice.version,
        language=notice.language,
        given_at=now,
        expires_at=expires,
        state=GIVEN,
        invited_by=invite.invited_by,
        by_guardian=guardian is not None,
        sealed_proof=keys.seal(subjects.record_key(subject_id), canonical(proof), _context(record_id)),
    )
    session.add(row)
    session.flush()
    session.add_all(
        ConsentEventRow(consent_id=row.id, purpose=purpose.value, at=now, type="explicit", state=GIVEN)
        for purpose in purposes
    )
    return row


def _with_events(keys: KeyStore, row: ConsentRow, happened: Sequence[ConsentEventRow]) -> dict[str, Any]:
    """A record as it was sealed, and what happened to it since."""
    record = _unsealed(keys, row)
    events = [
        event(
            state=one.state,
            kind=one.type,
            at=one.at,
            purpose=one.purpose,
            subject_id=row.subject_id,
            controller=record["entity_id"],
            lasts=row.expires_at - row.given_at,
        )
        for one in happened
    ]
    return record | {"events": events, "states": states(events)}


def _unsealed(keys: KeyStore, row: ConsentRow) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(
        keys.unseal(subjects.record_key(row.subject_id), row.sealed_proof, _context(row.record_id))
    )
    return record


def _standing(session: Session, record: ConsentRow, purpose: Purpose) -> ConsentPurposeRow | None:
    """The subject's given row for a purpose, if there is one that has not run out."""
    row = session.scalar(
        select(ConsentPurposeRow).where(
            ConsentPurposeRow.subject_id == record.subject_id,
            ConsentPurposeRow.purpose == purpose.value,
            ConsentPurposeRow.state == GIVEN,
        )
    )
    if row is not None and row.expires_at <= record.given_at:
        # What had run out does not come back to life under its old key.
        end(session, [row], EXPIRED, record.given_at)
        return None
    return row


def _new_row(session: Session, record: ConsentRow, purpose: Purpose, key_id: str) -> ConsentPurposeRow:
    row = ConsentPurposeRow(
        consent_id=record.id,
        subject_id=record.subject_id,
        purpose=purpose.value,
        state=GIVEN,
        key_id=key_id,
        given_at=record.given_at,
        expires_at=record.expires_at,
    )
    session.add(row)
    session.flush()
    return row


def _give(
    session: Session, record: ConsentRow, row: ConsentPurposeRow, collections: Sequence[int]
) -> ConsentPurposeRow:
    """The subject's given row for a purpose, resting on ``record`` from now on."""
    row.consent_id = record.id
    for collection_id in collections:
        session.merge(ConsentCollectionRow(purpose_id=row.id, collection_id=collection_id, consent_id=record.id))
    session.flush()
    resting = (
        select(func.max(ConsentRow.expires_at))
        .join(ConsentCollectionRow, ConsentCollectionRow.consent_id == ConsentRow.id)
        .where(ConsentCollectionRow.purpose_id == row.id)
    )
    row.expires_at = max(record.expires_at, session.scalar(resting) or record.expires_at)
    return row


def _consent(session: Session, row: ConsentPurposeRow) -> Consent:
    record = session.get_one(ConsentRow, row.consent_id)
    reached = select(ConsentCollectionRow.collection_id).where(ConsentCollectionRow.purpose_id == row.id)
    return Consent(
        id=row.id,
        subject_id=row.subject_id,
        purpose=Purpose(row.purpose),
        collections=tuple(session.scalars(reached.order_by(ConsentCollectionRow.collection_id))),
        notice_version=record.notice_version,
        given_at=record.given_at,
        expires_at=row.expires_at,
        key_id=row.key_id,
        by_guardian=record.by_guardian,
    )


def _context(record_id: str) -> bytes:
    return b"consent proof " + record_id.encode()
