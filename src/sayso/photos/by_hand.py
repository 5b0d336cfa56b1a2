"""Boxes that a person drew: move them and take them away again. What a locator found stays where it was found.

May know: boxes, marks. Must not know: whose face it is, vectors.
"""

from __future__ import annotations

from sqlalchemy import select

from ..errors import UsageError
from ..storage import Session
from ..values import Box, Face
from .faces import carry_marks, faces_of, get_face, refuse_outside
from .rows import to_face
from .tables import FaceRow, PhotoRow


def move_face_by_hand(session: Session, photo_id: int, number: int, box: Box) -> Face:
    """Put a drawn box elsewhere in its photo. Over a face that is not to be measured it bears the same mark.

    Raises UsageError for a box that was not drawn by hand, one that is hidden, or a place outside the photo.
    """
    row = _drawn(session, photo_id, number)
    photo = session.get_one(PhotoRow, photo_id)
    refuse_outside(photo, box)
    row.x, row.y, row.width, row.height = box.x, box.y, box.width, box.height
    others = [one for one in faces_of(session, photo_id) if one.id != row.id]
    row.do_not_measure = any(one.do_not_measure and one.box.overlap(box) > 0 for one in others)
    session.flush()
    carry_marks(session, photo, [row])
    return to_face(row)


def remove_face_by_hand(session: Session, photo_id: int, number: int) -> Face:
    """Take a drawn box away; the face as it was. Raises UsageError as above."""
    row = _drawn(session, photo_id, number)
    face = to_face(row)
    session.delete(row)
    session.flush()
    return face


def _drawn(session: Session, photo_id: int, number: int) -> FaceRow:
    face = get_face(session, photo_id, number)
    if not face.by_hand:
        raise UsageError(
            f"Face {number} of photo {photo_id} was located, not drawn by hand: it stays.",
            "Hide it, if it must never be measured or shown.",
        )
    if face.do_not_measure:
        raise UsageError(
            f"Face {number} of photo {photo_id} is hidden: its box stays where it is.",
            "Take the hiding back first, if a review allows it.",
        )
    return session.scalars(select(FaceRow).where(FaceRow.id == face.id)).one()
