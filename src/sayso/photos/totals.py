"""How much an archive holds, in numbers.

May know: its room's tables. Must not know: people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from ..storage import Session
from .tables import CollectionRow, FaceRow, PhotoRow

#: Ids in one query.
_AT_ONCE = 500


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


def by_collection(session: Session, photo_ids: Sequence[int]) -> Counter[int]:
    """How many of these photos lie in each collection, by its id; a photo counts as often as it is named."""
    times = Counter(photo_ids)
    found: Counter[int] = Counter()
    names = sorted(times)
    for first in range(0, len(names), _AT_ONCE):
        query = select(PhotoRow.id, PhotoRow.collection_id).where(PhotoRow.id.in_(names[first : first + _AT_ONCE]))
        for photo_id, collection_id in session.execute(query):
            found[collection_id] += times[photo_id]
    return found
