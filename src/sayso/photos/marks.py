"""Marks that outlive their photo: a face that somebody closed stays closed when the same file is added again.

May know: hashes of files, boxes. Must not know: whose face it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from ..storage import Session
from ..values import Box
from .rows import AT_ONCE
from .tables import FaceRow, KeptMarkRow, PhotoRow


def keep(session: Session, photo_ids: Sequence[int]) -> None:
    """Remember the marks of photos that are about to be deleted."""
    marked = select(FaceRow, PhotoRow).join(PhotoRow, PhotoRow.id == FaceRow.photo_id).where(FaceRow.do_not_measure)
    going: list[tuple[FaceRow, PhotoRow]] = []
    for start in range(0, len(photo_ids), AT_ONCE):
        rows = session.execute(marked.where(PhotoRow.id.in_(photo_ids[start : start + AT_ONCE])))
        going += [(face, photo) for face, photo in rows]
    for face, photo in going:
        box = relative(face, photo)
        if box not in kept(session, photo.sha256):
            session.add(KeptMarkRow(sha256=photo.sha256, x=box.x, y=box.y, width=box.width, height=box.height))
            session.flush()


def kept(session: Session, sha256: str) -> list[Box]:
    """The places in a file with this hash that were marked when it was deleted, in parts of its width and height."""
    rows = session.scalars(select(KeptMarkRow).where(KeptMarkRow.sha256 == sha256).order_by(KeptMarkRow.id))
    return [Box(row.x, row.y, row.width, row.height) for row in rows]


def forget(session: Session, sha256: str, box: Box) -> None:
    """Let go of the marks that lie over a place, because somebody took the mark back."""
    rows = session.scalars(select(KeptMarkRow).where(KeptMarkRow.sha256 == sha256))
    over = [row.id for row in rows if Box(row.x, row.y, row.width, row.height).overlap(box) > 0]
    session.execute(delete(KeptMarkRow).where(KeptMarkRow.id.in_(over)))


def relative(row: FaceRow, photo: PhotoRow) -> Box:
    """The box in parts of the photo's width and height."""
    return Box(row.x / photo.width, row.y / photo.height, row.width / photo.width, row.height / photo.height)
