"""Who is to be told that new photos of them were found, once a day at most.

May know: keyed tags, numbers, days. Must not know: who anybody is, how they are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, select

from ..storage import Session
from .tables import NewsRow


def add_news(session: Session, owner: str, photos: int) -> None:
    """So many new photos wait to be told of."""
    row = session.get(NewsRow, owner)
    if row is None:
        row = NewsRow(owner=owner, photos=0)
        session.add(row)
    row.photos += photos
    session.flush()


def take_news(session: Session, today: date) -> dict[str, int]:
    """How many new photos each owner is to be told of today; they then count as told."""
    found = {}
    for row in session.scalars(select(NewsRow).where(NewsRow.photos > 0)):
        if row.told_on is None or row.told_on < today:
            found[row.owner] = row.photos
            row.photos, row.told_on = 0, today
    session.flush()
    return found


def forget_news(session: Session, owners: Sequence[str] | None) -> None:
    """Forget what waits for these owners; for everybody without them."""
    query = delete(NewsRow)
    session.execute(query if owners is None else query.where(NewsRow.owner.in_(owners)))
