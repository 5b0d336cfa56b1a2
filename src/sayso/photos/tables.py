"""Tables of collections, photos, where photos came from, and faces (boxes only).

May know: storage. Must not know: people; no row here says who a face is.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Dialect, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from ..storage import Base, BigId, Utc


class Texts(TypeDecorator[tuple[str, ...]]):
    """A list of short texts, kept as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002
        return None if value is None else tuple(json.loads(value))


class CollectionRow(Base):
    """The ledger names ids for good, so that an id is never given twice (here and below: autoincrement)."""

    __tablename__ = "collections"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", name="second_person"),
        CheckConstraint("reach IN ('pointed', 'narrowed', 'swept')", name="reach"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    packs: Mapped[tuple[str, ...]] = mapped_column(Texts)
    reach: Mapped[str] = mapped_column(String(16))
    calibration: Mapped[str] = mapped_column(String(64))
    basis: Mapped[str | None] = mapped_column(String(100))
    assessment_sha256: Mapped[str | None] = mapped_column(String(64))
    occasion_start: Mapped[datetime | None] = mapped_column(DateTime)
    occasion_end: Mapped[datetime | None] = mapped_column(DateTime)
    reach_expires: Mapped[datetime | None] = mapped_column(Utc)
    proposed_by: Mapped[str | None] = mapped_column(String(200))
    approved_by: Mapped[str | None] = mapped_column(String(200))
    retention_until: Mapped[datetime | None] = mapped_column(Utc)
    notice_version: Mapped[int | None]
    chips_until: Mapped[datetime | None] = mapped_column(Utc)
    chips_key: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Utc)


class PhotoRow(Base):
    """``near_group`` is the id of the first of several near-duplicates, and empty in that first one itself.

    ``path`` is where the photo lies, or its key among the archive's own files when ``copied``.
    """

    __tablename__ = "photos"
    __table_args__ = (
        UniqueConstraint("collection_id", "sha256"),
        Index("ix_photos_collection_taken", "collection_id", "taken_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    collection_id: Mapped[int] = mapped_column(BigId, ForeignKey("collections.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(64))
    near_group: Mapped[int | None] = mapped_column(BigId, ForeignKey("photos.id", ondelete="SET NULL"), index=True)
    perceptual_hash: Mapped[str] = mapped_column(String(16))
    path: Mapped[str] = mapped_column(Text)
    copied: Mapped[bool]
    width: Mapped[int]
    height: Mapped[int]
    taken_at: Mapped[datetime | None] = mapped_column(DateTime)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    tags: Mapped[tuple[str, ...]] = mapped_column(Texts)
    added_at: Mapped[datetime] = mapped_column(Utc)


class SourceRow(Base):
    """A file that was read: while its size and time of change stay the same, it need not be read again.

    ``root`` is the folder that was added, or the one in which a single file lay: an absence counts only below it.
    """

    __tablename__ = "photo_sources"
    __table_args__ = (UniqueConstraint("collection_id", "path"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    collection_id: Mapped[int] = mapped_column(BigId, ForeignKey("collections.id", ondelete="CASCADE"))
    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photos.id", ondelete="CASCADE"), index=True)
    path: Mapped[str] = mapped_column(Text)
    root: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigId)
    mtime_ns: Mapped[int] = mapped_column(BigId)


class MissingRow(Base):
    """A photo whose file was not where it lay, since when it was first missed."""

    __tablename__ = "photos_missing"

    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True)
    since: Mapped[datetime] = mapped_column(Utc)


class FaceRow(Base):
    """A box in pixels of the upright photo at full size."""

    __tablename__ = "faces"
    __table_args__ = (UniqueConstraint("photo_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photos.id", ondelete="CASCADE"))
    number: Mapped[int]
    x: Mapped[float]
    y: Mapped[float]
    width: Mapped[float]
    height: Mapped[float]
    score: Mapped[float]
    by_hand: Mapped[bool] = mapped_column(default=False)
    do_not_measure: Mapped[bool] = mapped_column(default=False)


class KeptMarkRow(Base):
    """Where a deleted photo showed a face that is not to be measured, in parts of its width and height: should the
    same file come back, so does the mark. The photo itself is gone; its hash stays, and nothing else of it."""

    __tablename__ = "kept_marks"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    x: Mapped[float]
    y: Mapped[float]
    width: Mapped[float]
    height: Mapped[float]
