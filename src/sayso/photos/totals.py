"""How much an archive holds, in numbers.

May know: its room's tables. Must not know: people.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from ..storage import Session
from .tables import CollectionRow, FaceRow, PhotoRow


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over all collections."""

    collections: int
    photos: int
    faces: int


def totals(session: Session) -> Totals:
    """Count what is there."""
    numbers = [
        session.scalar(select(func.count()).select_from(table)) or 0 for table in (CollectionRow, PhotoRow, FaceRow)
    ]
    return Totals(*numbers)
