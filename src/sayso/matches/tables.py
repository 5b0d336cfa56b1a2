"""Tables of decisions: which face is whose, and which photos were searched for whom.

May know: keyed tags. Must not know: vectors, or who an owner is: without the data key a tag belongs to nobody.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc


class MatchRow(Base):
    __tablename__ = "matches"
    __table_args__ = (
        UniqueConstraint("face_id", "owner"),
        Index(
            "uq_matches_one_face_a_photo",
            "photo_id",
            "owner",
            unique=True,
            sqlite_where=text("outcome = 'matched'"),
            postgresql_where=text("outcome = 'matched'"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    face_id: Mapped[int] = mapped_column(BigId, ForeignKey("faces.id", ondelete="CASCADE"))
    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photos.id", ondelete="CASCADE"), index=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    confirmed: Mapped[bool] = mapped_column(default=False)
    pointed: Mapped[bool] = mapped_column(default=False)
    pointed_by: Mapped[str | None] = mapped_column(String(200))
    decided_at: Mapped[datetime] = mapped_column(Utc)
    decided_by: Mapped[str | None] = mapped_column(String(200))


class SearchedRow(Base):
    """A photo that a finished search has read for one owner: it need not be measured for them again."""

    __tablename__ = "searched"

    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    template: Mapped[str] = mapped_column(String(64))


class LoosenedRow(Base):
    """A photo in which an owner's match has stopped to hold, until the albums that show it are written anew."""

    __tablename__ = "loosened"

    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
