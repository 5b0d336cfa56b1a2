"""Hide first, argue later: close a face everywhere at once, on anybody's word, and let people review it afterwards.

May know: faces' places, albums. Must not know: whose face it is, who asked, pixels, vectors.
Nothing is measured: neither to hide a face nor to find its counterparts in near-duplicates.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from .. import delivery, photos
from ..delivery import AlbumsBusyError
from ..errors import UnknownError, UsageError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor, Box, Counts, Face
from . import exported
from .remove import drop_chips, remember, take_along
from .standing import waiting
from .tables import HiddenRow

# Seconds that hiding waits for an album that is being written; after them it says that the mark stands.
_SOON = 30


@dataclass(frozen=True, slots=True)
class Hidden:
    """A face that is hidden. ``out_of_reach`` albums and exports had been moved or deleted when it was closed, or
    cannot be written any more. ``reviewed_at``: when somebody looked at it and let it stand."""

    face: Face
    at: datetime
    also: int = 0
    out_of_reach: int = 0
    reviewed_at: datetime | None = None


def hide(ground: Ground, sight: Sight, actor: Actor, *, photo_id: int, number: int) -> Hidden:
    """Close one face in every album, with its counterparts in near-duplicates, and never measure it again (R2).

    The mark stands with the first transaction; a process that is killed after it closes the rest when the archive is
    opened next. Exports that hold the photo are deleted: they can be made again. Hiding twice does no harm.
    Raises UsageError for an unknown photo or number, UnfinishedError when an album has to wait.
    """
    with ground.database.begin() as session:
        face = photos.get_face(session, photo_id, number)
        now = ground.clock()
        marked = photos.mark_do_not_measure(session, face.id)
        known = set(session.scalars(select(HiddenRow.face_id)))
        session.add_all(HiddenRow(face_id=one.id, hidden_at=now) for one in marked if one.id not in known)
        noted = (("photo", photo_id), ("face", number), ("faces", len(marked)))
        photo = photos.get_photo(session, photo_id)
        ground.note(session, Act("hide", actor, collection_id=photo.collection_id, counts=Counts(), facts=noted))
    try:
        unreached = _close(ground, sight, actor, marked, _SOON)
    except AlbumsBusyError:
        raise waiting("The face is marked, and is neither measured nor shown in anything new") from None
    return Hidden(face, now, len(marked) - 1, unreached)


def unhide(ground: Ground, sight: Sight, actor: Actor, *, photo_id: int, number: int) -> int:
    """Take it back after a review; how many faces are as before.

    Raises UsageError when the face is not hidden, UnfinishedError when an album has to wait.
    """
    with ground.database.begin() as session:
        face = photos.get_face(session, photo_id, number)
        if not face.do_not_measure:
            raise UnknownError(f"Face {number} of photo {photo_id} is not hidden.", "See `sayso photo hidden`.")
        cleared = photos.clear_do_not_measure(session, face.id)
        session.execute(delete(HiddenRow).where(HiddenRow.face_id.in_([one.id for one in cleared])))
        noted = (("photo", photo_id), ("face", number), ("faces", len(cleared)))
        ground.note(session, Act("unhide", actor, facts=noted))
        remember(session, albums=_albums(session, cleared))
    take_along(ground, sight, actor, "The mark is taken back")
    return len(cleared)


def redact(ground: Ground, sight: Sight, actor: Actor, *, photo_id: int, box: Box) -> Face:
    """Close a place by hand that no detector found, in every album; exports that hold the photo are deleted.

    Raises UsageError for a box outside the photo, UnfinishedError when an album has to wait.
    """
    with ground.database.begin() as session:
        photo = photos.get_photo(session, photo_id)
        face = photos.add_face_by_hand(session, photo_id, box)
        noted = (("photo", photo_id), ("face", face.number))
        ground.note(session, Act("photo.redact", actor, collection_id=photo.collection_id, facts=noted))
        remember(session, albums=_albums(session, [face]), exports=exported.owners_with(session, [photo_id]))
    take_along(ground, sight, actor, "The place is closed in everything new")
    return face


def hidden(session: Session) -> list[Hidden]:
    """Every face that is hidden, the oldest first, for review."""
    rows = session.scalars(select(HiddenRow).order_by(HiddenRow.hidden_at, HiddenRow.id))
    return [Hidden(photos.face(session, row.face_id), row.hidden_at, reviewed_at=row.reviewed_at) for row in rows]


def keep_hidden(ground: Ground, actor: Actor, *, photo_id: int, number: int) -> int:
    """Let a hiding stand after a review; how many faces, near-duplicates included. Raises UsageError when the face is
    not hidden."""
    with ground.database.begin() as session:
        face = photos.get_face(session, photo_id, number)
        if not face.do_not_measure:
            raise UsageError(f"Face {number} of photo {photo_id} is not hidden.", "See `sayso photo hidden`.")
        ids = [face.id, *(one.id for one in photos.counterparts(session, face.id))]
        rows = list(session.scalars(select(HiddenRow).where(HiddenRow.face_id.in_(ids))))
        for row in rows:
            row.reviewed_at = row.reviewed_at or ground.clock()
        noted = (("photo", photo_id), ("face", number), ("faces", len(rows)))
        ground.note(session, Act("hide.kept", actor, facts=noted))
    return len(rows)


def any_closing(session: Session) -> bool:
    """Whether albums may still show a face that is hidden already."""
    return session.scalar(select(HiddenRow.id).where(HiddenRow.closed_at.is_(None)).limit(1)) is not None


def is_closing(session: Session, photo_id: int) -> bool:
    """Whether a face in this photo is hidden, but albums may still show it: nobody is to see them until they do not."""
    query = select(HiddenRow.id).where(HiddenRow.closed_at.is_(None))
    faces = [face.id for face in photos.faces_of(session, photo_id)]
    return session.scalar(query.where(HiddenRow.face_id.in_(faces)).limit(1)) is not None


def complete_hides(ground: Ground, sight: Sight, actor: Actor) -> None:
    """Write the albums anew that a killed process left with a hidden face in them.

    Does nothing while another process writes albums: the next opening does it then.
    """
    with ground.database.begin() as session:
        left = session.scalars(select(HiddenRow.face_id).where(HiddenRow.closed_at.is_(None)))
        faces = [photos.face(session, face_id) for face_id in left]
    if faces:
        with suppress(AlbumsBusyError):
            _close(ground, sight, actor, faces, 0)


def _close(ground: Ground, sight: Sight, actor: Actor, faces: list[Face], wait: float) -> int:
    with ground.database.begin() as session:
        albums = _albums(session, faces)
        exports = exported.owners_with(session, [face.photo_id for face in faces])
        drop_chips(ground, session, {face.photo_id for face in faces})
    with delivery.alone(ground, wait):
        unreached = delivery.reissue(ground, sight, albums) + exported.delete_of(ground, exports)
    with ground.database.begin() as session:
        for row in session.scalars(select(HiddenRow).where(HiddenRow.face_id.in_([one.id for one in faces]))):
            row.closed_at = row.closed_at or ground.clock()
        if unreached:
            noted = (("photo", faces[0].photo_id), ("albums_out_of_reach", unreached))
            ground.note(session, Act("hide.albums", actor, facts=noted))
    return unreached


def _albums(session: Session, faces: Iterable[Face]) -> list[int]:
    return delivery.albums_with(session, {face.photo_id for face in faces})
