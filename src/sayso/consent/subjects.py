"""Subjects: find a person's record by id or label, list them, freeze and unfreeze them.

May know: the sealed label and its tag. Must not know: purposes, templates, photos.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from ..errors import UnknownError, UsageError
from ..keys import KeyStore
from ..storage import Session
from ..values import Subject
from . import invites, tombstones
from .contacts import contact_tag, normalised
from .tables import SubjectRow


def record_key(subject_id: str) -> str:
    """The id of the subject's record key, which seals label, proofs and ledger links."""
    return f"record-{subject_id}"


def seal_label(keys: KeyStore, subject_id: str, label: str) -> bytes:
    """The label as the database keeps it."""
    return keys.seal(record_key(subject_id), label.encode(), _context(subject_id))


def value(keys: KeyStore, row: SubjectRow) -> Subject:
    """The subject of a row; the label is empty once it has been erased."""
    if row.sealed_label is None:
        return Subject(row.id, "")
    return Subject(row.id, keys.unseal(record_key(row.id), row.sealed_label, _context(row.id)).decode())


def living(session: Session, tag: str) -> SubjectRow | None:
    """The record of the contact with this tag that was not withdrawn, if there is one."""
    return session.scalar(select(SubjectRow).where(SubjectRow.contact_tag == tag, SubjectRow.withdrawn_at.is_(None)))


def resolve(session: Session, keys: KeyStore, text: str) -> Subject:
    """The subject with this id, or with this label (case and spacing do not matter).

    A withdrawn subject is found by id only. Raises UsageError when nobody, or more than one person, fits.
    """
    by_id = session.get(SubjectRow, text.strip().lower())
    by_label = living(session, contact_tag(keys, text)) if normalised(text) else None
    found = {row.id: row for row in (by_id, by_label) if row is not None}
    if not found:
        raise UnknownError("Nobody with that id or label has a consent record.", "Check the spelling, or invite them.")
    if len(found) > 1:
        raise UsageError("That is one person's id and another person's label.", "Use the id of the person you mean.")
    return value(keys, *found.values())


def list_all(session: Session, keys: KeyStore, *, start: int = 0, limit: int | None = None) -> list[Subject]:
    """Every subject who was not withdrawn, oldest record first; so many left out, then at most so many."""
    query = select(SubjectRow).where(SubjectRow.withdrawn_at.is_(None))
    query = query.order_by(SubjectRow.created_at, SubjectRow.id).offset(start).limit(limit)
    return [value(keys, row) for row in session.scalars(query)]


def living_ids(session: Session) -> list[str]:
    """Ids of every subject who was not withdrawn; opens no label."""
    query = select(SubjectRow.id).where(SubjectRow.withdrawn_at.is_(None))
    return list(session.scalars(query.order_by(SubjectRow.id)))


def is_known_as(session: Session, keys: KeyStore, subject_id: str, label: str) -> bool:
    """Whether a subject is the contact that a label names, however it is spelt. Raises UsageError."""
    return get(session, subject_id).contact_tag == contact_tag(keys, label)


def rename(session: Session, keys: KeyStore, subject_id: str, label: str) -> None:
    """Give a living subject another label, and the invites that wait for them too.

    Raises UsageError when it is none, or another living subject's, or that of somebody who withdrew: the no of old
    would end this person's consent when the archive is opened next.
    """
    row = get(session, subject_id)
    tag = contact_tag(keys, label)
    other = living(session, tag)
    if row.withdrawn_at is not None:
        raise UsageError("This person has withdrawn; their label is gone.", "There is nothing to correct.")
    if other is not None and other.id != row.id:
        raise UsageError("Somebody else has this label already.", "Choose one that tells the two apart.")
    if tombstones.lies(session, keys, tag):
        raise UsageError(
            "This label cannot be given to anybody who is here already.",
            "Choose another one, or withdraw this consent and invite them under it.",
        )
    if row.contact_tag is not None:
        invites.relabel(session, keys, row.contact_tag, label)
    row.contact_tag, row.sealed_label = tag, seal_label(keys, subject_id, label.strip())
    session.flush()


def freeze(session: Session, subject_id: str, now: datetime) -> None:
    """Stop everything about a subject at once (LAW F6). Freezing twice keeps the first time. Raises UsageError."""
    row = get(session, subject_id)
    if row.frozen_at is None:
        row.frozen_at = now
        session.flush()


def is_frozen(session: Session, subject_id: str) -> bool:
    """Whether everything about a subject is stopped. Raises UsageError when there is no such subject."""
    return get(session, subject_id).frozen_at is not None


def frozen(session: Session) -> list[str]:
    """Ids of everybody who is frozen and was not withdrawn."""
    query = select(SubjectRow.id).where(SubjectRow.frozen_at.is_not(None), SubjectRow.withdrawn_at.is_(None))
    return list(session.scalars(query.order_by(SubjectRow.id)))


def unfreeze(session: Session, subject_id: str) -> None:
    """Lift the freeze. Raises UsageError when there is no such subject."""
    get(session, subject_id).frozen_at = None
    session.flush()


def get(session: Session, subject_id: str) -> SubjectRow:
    """The row of a subject id. Raises UsageError when there is none."""
    row = session.get(SubjectRow, subject_id)
    if row is None:
        raise UnknownError("There is no subject with that id.", "Check the id, or use the person's label.")
    return row


def _context(subject_id: str) -> bytes:
    return b"subject label " + subject_id.encode()
