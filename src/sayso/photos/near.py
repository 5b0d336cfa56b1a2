"""Near-duplicates: the same picture encoded, resized or retouched anew, found by perceptual hash.

May know: perceptual hashes, photo ids. Must not know: pixels, people.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sqlalchemy import ColumnElement, and_, or_, select

from ..storage import Session
from ..values import Photo
from ..vision.images import NEAR_BITS
from .rows import to_photo
from .tables import PhotoRow

_FIRST_ROOM = 1024


class NearIndex:
    """The hashes of the whole archive in memory, compared all at once (50,000 take well below a millisecond).

    Across collections, because a face that is hidden in one photo is hidden in every copy of it.
    """

    def __init__(self) -> None:
        self._count = 0
        self._ids: npt.NDArray[np.int64] = np.empty(_FIRST_ROOM, np.int64)
        self._hashes: npt.NDArray[np.uint64] = np.empty(_FIRST_ROOM, np.uint64)

    def refresh(self, session: Session) -> None:
        """Take in photos that were added since, here or by another process."""
        last = int(self._ids[self._count - 1]) if self._count else 0
        newer = select(PhotoRow.id, PhotoRow.perceptual_hash).where(PhotoRow.id > last)
        for photo_id, perceptual_hash in session.execute(newer.order_by(PhotoRow.id)):
            self.append(photo_id, perceptual_hash)

    def append(self, photo_id: int, perceptual_hash: str) -> None:
        """Take in one photo; ids come in rising order."""
        if self._count == len(self._ids):
            self._ids = np.resize(self._ids, self._count * 2)
            self._hashes = np.resize(self._hashes, self._count * 2)
        self._ids[self._count] = photo_id
        self._hashes[self._count] = int(perceptual_hash, 16)
        self._count += 1

    def like(self, perceptual_hash: str) -> list[int]:
        """Ids of photos whose hash differs in at most ``NEAR_BITS`` of 64 bits, the first added first."""
        differing = np.bitwise_count(self._hashes[: self._count] ^ np.uint64(int(perceptual_hash, 16)))
        return [int(one) for one in self._ids[: self._count][differing <= NEAR_BITS]]


def group_of(session: Session, like: list[int]) -> int | None:
    """The id that stands for the group of the first of ``like`` that still exists, or None."""
    for photo_id in like:
        row = session.get(PhotoRow, photo_id)
        if row is not None:
            return row.near_group or row.id
    return None


def near_duplicates(session: Session, photo_id: int) -> list[Photo]:
    """The other photos of the same group of near-duplicates, by id."""
    row = session.get(PhotoRow, photo_id)
    if row is None:
        return []
    same = select(PhotoRow).where(in_group(row.near_group or row.id), PhotoRow.id != photo_id)
    return [to_photo(one) for one in session.scalars(same.order_by(PhotoRow.id))]


def in_group(group: int) -> ColumnElement[bool]:
    """Whether a photo belongs to a group of near-duplicates, asked so that the database finds it by its indexes."""
    return or_(PhotoRow.near_group == group, and_(PhotoRow.near_group.is_(None), PhotoRow.id == group))
