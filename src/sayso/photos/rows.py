"""Rows to the values that flow through the other rooms.

May know: the tables of this room. Must not know: anything else.
"""

from __future__ import annotations

from ..values import Box, Face, Photo, Place
from .tables import FaceRow, PhotoRow

#: Ids in one query; databases limit the parameters of a statement.
AT_ONCE = 5000


def to_photo(row: PhotoRow) -> Photo:
    """A photo as the other rooms see it."""
    located = row.latitude is not None and row.longitude is not None
    return Photo(
        id=row.id,
        collection_id=row.collection_id,
        sha256=row.sha256,
        path=row.path,
        copied=row.copied,
        width=row.width,
        height=row.height,
        taken_at=row.taken_at,
        place=Place(row.latitude, row.longitude) if located else None,  # type: ignore[arg-type]
        tags=row.tags,
    )


def to_face(row: FaceRow) -> Face:
    """A face as the other rooms see it."""
    box = Box(row.x, row.y, row.width, row.height)
    return Face(row.id, row.photo_id, row.number, box, row.score, row.by_hand, row.do_not_measure)
