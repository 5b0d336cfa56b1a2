"""The end of a proof period: what was kept to prove a consent that ended long ago is deleted.

May know: the consent tables, the packs that a proof names. Must not know: why the period is as long as it is; the
caller destroys the record key first, so that ledger links and proofs open nowhere any more, in backups neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from ..errors import KeyDestroyedError
from ..keys import KeyStore
from ..storage import Session
from . import records
from .tables import ChildRow, ConsentCollectionRow, ConsentEventRow, ConsentPurposeRow, ConsentRow, SubjectRow


@dataclass(frozen=True, slots=True)
class Ended:
    """A subject whose last purpose ended. ``packs`` are the ids of the law packs under which they had said yes; none
    once the record key is gone."""

    subject_id: str
    at: datetime
    packs: tuple[str, ...]


def ended(session: Session, keys: KeyStore) -> list[Ended]:
    """Every subject of whom only the proof is left, the oldest first."""
    query = select(SubjectRow).where(SubjectRow.withdrawn_at.is_not(None), SubjectRow.sealed_label.is_(None))
    return [
        Ended(row.id, row.withdrawn_at, _packs(session, keys, row.id))
        for row in session.scalars(query.order_by(SubjectRow.withdrawn_at, SubjectRow.id))
        if row.withdrawn_at is not None
    ]


def erase(session: Session, subject_ids: Sequence[str]) -> int:
    """Delete every row about these subjects; how many subjects there were."""
    purposes = select(ConsentPurposeRow.id).where(ConsentPurposeRow.subject_id.in_(subject_ids))
    consents = select(ConsentRow.id).where(ConsentRow.subject_id.in_(subject_ids))
    session.execute(delete(ConsentCollectionRow).where(ConsentCollectionRow.purpose_id.in_(purposes)))
    session.execute(delete(ConsentEventRow).where(ConsentEventRow.consent_id.in_(consents)))
    for table in (ConsentPurposeRow, ConsentRow, ChildRow):
        session.execute(delete(table).where(table.subject_id.in_(subject_ids)))
    gone = delete(SubjectRow).where(SubjectRow.id.in_(subject_ids)).returning(SubjectRow.id)
    return len(session.scalars(gone).all())


def _packs(session: Session, keys: KeyStore, subject_id: str) -> tuple[str, ...]:
    try:
        said = records.history(session, keys, subject_id)
    except KeyDestroyedError:
        return ()
    return tuple(dict.fromkeys(name for record in said for name in record["jurisdiction"].split(", ")))
