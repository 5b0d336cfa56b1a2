"""The table of breaches: what went wrong, when it was noticed, and who has been told.

May know: columns. Must not know: keys; what happened is sealed, because it may name people.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc


class BreachRow(Base):
    """``people`` is how many persons are concerned, as far as anybody knows; None while nobody does."""

    __tablename__ = "breaches"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    nonce: Mapped[str] = mapped_column(String(32), unique=True)
    sealed_what: Mapped[bytes] = mapped_column(LargeBinary)
    people: Mapped[int | None]
    noticed_at: Mapped[datetime] = mapped_column(Utc)
    noted_at: Mapped[datetime] = mapped_column(Utc)
    noted_by: Mapped[str] = mapped_column(String(200))
    authority_told_at: Mapped[datetime | None] = mapped_column(Utc)
    people_told_at: Mapped[datetime | None] = mapped_column(Utc)
