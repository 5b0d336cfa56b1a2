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
    """Counts over all collections, or over one."""

    collections: int
    photos: int
    faces: int


def totals(session: Session, collection_id: int | None = None) -> Totals:
    """Count what is there, in the whole archive or in one collection."""
    collections = select(func.count()).select_from(CollectionRow)
    photos = select(func.count()).select_from(PhotoRow)
    faces = select(func.count()).select_from(FaceRow)
    if collection_id is not None:
        collections = collections.where(CollectionRow.id == collection_id)
        photos = photos.where(PhotoRow.collection_id == collection_id)
        faces = faces.join(PhotoRow, PhotoRow.id == FaceRow.photo_id).where(PhotoRow.collection_id == collection_id)
    return Totals(*(session.scalar(query) or 0 for query in (collections, photos, faces)))
