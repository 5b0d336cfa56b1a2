"""Tables of what is under way, so that it is completed when interrupted: withdrawals, removals, requests, hides.

May know: subject ids, sealed lists of what is still to be deleted. Must not know: what the lists point at.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc


class WithdrawalRow(Base):
    __tablename__ = "withdrawals"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(16), index=True)
    ending: Mapped[str] = mapped_column(String(16))
    purposes: Mapped[str] = mapped_column(String(64))
    key_id: Mapped[str] = mapped_column(String(64))
    sealed_rest: Mapped[bytes] = mapped_column(LargeBinary)
    asked_at: Mapped[datetime] = mapped_column(Utc)
    actor: Mapped[str] = mapped_column(String(128))
    role: Mapped[str] = mapped_column(String(16))
    route: Mapped[str] = mapped_column(String(8))


class ExportRow(Base):
    """An export that was written. ``sealed_folder`` is under the data key of the consent that it rests on."""

    __tablename__ = "exports"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    sealed_folder: Mapped[bytes] = mapped_column(LargeBinary)


class RemovalRow(Base):
    """Photos whose rows are gone: ``rest`` is JSON, the keys of their files, the ids of albums that held them, and the
    owner tags of exports that may hold them."""

    __tablename__ = "removals"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    rest: Mapped[str] = mapped_column(Text)


class RequestRow(Base):
    """What a person asked for by right, and until when it must be done."""

    __tablename__ = "requests"
    __table_args__ = (
        CheckConstraint("kind IN ('access', 'erasure', 'correction')", name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject_id: Mapped[str] = mapped_column(String(16), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(Utc)
    due_at: Mapped[datetime] = mapped_column(Utc)
    done_at: Mapped[datetime | None] = mapped_column(Utc)


class HiddenRow(Base):
    """A face that somebody asked to close. Who asked is not kept; ``closed_at`` is set once all albums are anew, and
    ``reviewed_at`` once a review has let it stand."""

    __tablename__ = "hidden_faces"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    face_id: Mapped[int] = mapped_column(BigId, ForeignKey("faces.id", ondelete="CASCADE"), unique=True)
    hidden_at: Mapped[datetime] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
    reviewed_at: Mapped[datetime | None] = mapped_column(Utc)
