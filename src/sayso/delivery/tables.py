"""Tables of albums that were handed out, so that a later no reaches them too.

May know: keyed tags of owners, photos' ids. Must not know: names; the folder is sealed under the owner's data key.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc


class IssuedAlbumRow(Base):
    __tablename__ = "issued_albums"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    sealed_facts: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(Utc)


class IssuedFaceRow(Base):
    """A photo in an album, and the tag of somebody whose face is open in it: the owner's own, or one who shares."""

    __tablename__ = "issued_faces"

    album_id: Mapped[int] = mapped_column(BigId, ForeignKey("issued_albums.id", ondelete="CASCADE"), primary_key=True)
    photo_id: Mapped[int] = mapped_column(BigId, primary_key=True, index=True)
    owner: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class NewsRow(Base):
    """How many new photos an owner has yet to be told of, and the day on which they were last told of any."""

    __tablename__ = "album_news"

    owner: Mapped[str] = mapped_column(String(64), primary_key=True)
    photos: Mapped[int]
    told_on: Mapped[date | None]
