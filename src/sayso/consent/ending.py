"""How a purpose ends: its row, the records that named it, and their history change together.

May know: the consent tables. Must not know: keys, labels, or why it ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from ..storage import Session
from .tables import GIVEN, WITHDRAWN, ConsentEventRow, ConsentPurposeRow, ConsentRow


def end(session: Session, rows: Iterable[ConsentPurposeRow], state: str, now: datetime) -> None:
    """Bring given purposes to ``state`` (``withdrawn``, ``expired``); a record ends with the last purpose it named."""
    ended = [row for row in rows if row.state == GIVEN]
    for row in ended:
        row.state, row.ended_at = state, now
    session.flush()
    for subject_id in sorted({row.subject_id for row in ended}):
        _end_records(session, subject_id, {row.purpose for row in ended if row.subject_id == subject_id}, state, now)
    session.flush()


def _end_records(session: Session, subject_id: str, ended: set[str], state: str, now: datetime) -> None:
    living = set(
        session.scalars(
            select(ConsentPurposeRow.purpose).where(
                ConsentPurposeRow.subject_id == subject_id, ConsentPurposeRow.state == GIVEN
            )
        )
    )
    records = session.scalars(
        select(ConsentRow).where(ConsentRow.subject_id == subject_id, ConsentRow.state == GIVEN)
    ).all()
    kind = "explicit" if state == WITHDRAWN else "lapsed"
    for record in records:
        named = set(
            session.scalars(
                select(ConsentEventRow.purpose).where(
                    ConsentEventRow.consent_id == record.id, ConsentEventRow.state == GIVEN
                )
            )
        )
        for purpose in sorted(named & ended):
            session.add(ConsentEventRow(consent_id=record.id, purpose=purpose, at=now, type=kind, state=state))
        if not named & living:
            record.state = state
