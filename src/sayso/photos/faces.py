"""Faces of photos: look up, add by hand, mark as not to be measured.

May know: boxes, near-duplicates. Must not know: whose face it is, vectors.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from sqlalchemy import func, select

from ..errors import UnknownError, UsageError
from ..storage import Session
from ..values import Box, Face
from .marks import forget, kept, relative
from .near import in_group, near_duplicates
from .rows import AT_ONCE, to_face
from .tables import FaceRow, PhotoRow

#: Intersection over union from which two boxes are the same place.
_SAME_PLACE = 0.5


def faces_of(session: Session, photo_id: int) -> list[Face]:
    """The faces of a photo, by number."""
    return faces_of_photos(session, [photo_id]).get(photo_id, [])


def faces_of_photos(session: Session, photo_ids: Sequence[int]) -> dict[int, list[Face]]:
    """The faces of many photos, each list by number; photos without a face are left out."""
    found: dict[int, list[Face]] = {}
    for start in range(0, len(photo_ids), AT_ONCE):
        query = select(FaceRow).where(FaceRow.photo_id.in_(photo_ids[start : start + AT_ONCE]))
        for row in session.scalars(query.order_by(FaceRow.photo_id, FaceRow.number)):
            found.setdefault(row.photo_id, []).append(to_face(row))
    return found


def face(session: Session, face_id: int) -> Face:
    """One face by its id. Raises UsageError when there is none."""
    return to_face(_row(session, face_id))


def get_face(session: Session, photo_id: int, number: int) -> Face:
    """One face by its number within a photo. Raises UsageError when there is none."""
    row = session.scalar(select(FaceRow).where(FaceRow.photo_id == photo_id, FaceRow.number == number))
    if row is None:
        count = session.scalar(select(func.count()).where(FaceRow.photo_id == photo_id))
        raise UnknownError(f"Photo {photo_id} has no face number {number}.", f"It has {count} faces; list them first.")
    return to_face(row)


def add_face_by_hand(session: Session, photo_id: int, box: Box) -> Face:
    """A face that the locator missed, drawn by a person; where there is a face already, that one.

    A box over a face that is not to be measured bears the same mark.
    Raises UsageError when there is no such photo or the box does not lie inside it.
    """
    photo = session.get(PhotoRow, photo_id)
    if photo is None:
        raise UnknownError(f"There is no photo {photo_id}.", "List the photos of the collection first.")
    refuse_outside(photo, box)
    present = faces_of(session, photo_id)
    for one in present:
        if one.box.iou(box) >= _SAME_PLACE:
            return one
    row = FaceRow(
        photo_id=photo_id,
        number=max((one.number for one in present), default=0) + 1,
        x=box.x,
        y=box.y,
        width=box.width,
        height=box.height,
        score=1.0,
        by_hand=True,
        do_not_measure=any(one.do_not_measure and one.box.overlap(box) > 0 for one in present),
    )
    session.add(row)
    _mark(photo, [row], [*kept(session, photo.sha256), *_marked(session, photo)])
    session.flush()
    return to_face(row)


def refuse_outside(photo: PhotoRow, box: Box) -> None:
    """Raises UsageError for a box that does not lie inside the photo."""
    numbers = (box.x, box.y, box.width, box.height)
    inside = box.x >= 0 and box.y >= 0 and box.right <= photo.width and box.bottom <= photo.height
    if not all(map(math.isfinite, numbers)) or box.width < 1 or box.height < 1 or not inside:
        raise UsageError(
            "This box does not lie inside the photo.", f"The photo is {photo.width} × {photo.height} pixels."
        )


def mark_do_not_measure(session: Session, face_id: int) -> list[Face]:
    """Never measure this face again, nor the same face in near-duplicates; the faces that now bear the mark.

    Raises UsageError when there is no such face.
    """
    return _set_mark(session, face_id, True)


def clear_do_not_measure(session: Session, face_id: int) -> list[Face]:
    """Take the mark back, in near-duplicates too; the faces that bore it. Raises UsageError as above."""
    return _set_mark(session, face_id, False)


def counterparts(session: Session, face_id: int) -> list[Face]:
    """The same face in near-duplicates of its photo: the boxes at the same place, whatever the photos' sizes.

    Raises UsageError when there is no such face.
    """
    row = _row(session, face_id)
    photo = session.get_one(PhotoRow, row.photo_id)
    own = relative(row, photo)
    others = [other.id for other in near_duplicates(session, photo.id)]
    rows = session.execute(
        select(FaceRow, PhotoRow).join(PhotoRow, PhotoRow.id == FaceRow.photo_id).where(PhotoRow.id.in_(others))
    )
    return [to_face(one) for one, size in rows if relative(one, size).iou(own) >= _SAME_PLACE]


def carry_marks(session: Session, photo: PhotoRow, faces: Sequence[FaceRow]) -> None:
    """Mark faces of a new photo as not to be measured where near-duplicates show a marked one at the same place, or
    where the same file did before it was deleted; there also if the locator misses what was marked then."""
    before = kept(session, photo.sha256)
    _mark(photo, faces, before if photo.near_group is None else [*before, *_marked(session, photo)])
    known = list(faces)
    for place in before:
        if not any(relative(one, photo).iou(place) >= _SAME_PLACE for one in known):
            row = FaceRow(
                photo_id=photo.id,
                number=len(known) + 1,
                x=place.x * photo.width,
                y=place.y * photo.height,
                width=place.width * photo.width,
                height=place.height * photo.height,
                score=1.0,
                by_hand=True,
                do_not_measure=True,
            )
            session.add(row)
            known.append(row)
    session.flush()


def _mark(photo: PhotoRow, faces: Iterable[FaceRow], places: Sequence[Box]) -> None:
    for one in faces:
        if any(relative(one, photo).iou(place) >= _SAME_PLACE for place in places):
            one.do_not_measure = True


def _marked(session: Session, photo: PhotoRow) -> list[Box]:
    """Where this photo and its near-duplicates show faces that are not to be measured."""
    rows = session.execute(
        select(FaceRow, PhotoRow)
        .join(PhotoRow, PhotoRow.id == FaceRow.photo_id)
        .where(FaceRow.do_not_measure, in_group(photo.near_group or photo.id))
    )
    return [relative(face, own) for face, own in rows]


def _row(session: Session, face_id: int) -> FaceRow:
    row = session.get(FaceRow, face_id)
    if row is None:
        raise UnknownError(f"There is no face {face_id}.", "List the faces of the photo first.")
    return row


def _set_mark(session: Session, face_id: int, value: bool) -> list[Face]:
    ids = [face_id, *(one.id for one in counterparts(session, face_id))]
    rows = [_row(session, one) for one in ids]
    for row in rows:
        row.do_not_measure = value
        if not value:
            photo = session.get_one(PhotoRow, row.photo_id)
            forget(session, photo.sha256, relative(row, photo))
    session.flush()
    return [to_face(row) for row in rows]
