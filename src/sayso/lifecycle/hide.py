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

from .. import delivery, finding, photos
from ..delivery import AlbumsBusyError
from ..errors import UsageError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor, Counts, Face
from .tables import HiddenRow


@dataclass(frozen=True, slots=True)
class Hidden:
    """A face that is hidden. ``out_of_reach`` albums had been moved by their holders when it was closed.
    ``reviewed_at``: when somebody looked at it and let it stand."""

    face: Face
    at: datetime
    also: int = 0
    out_of_reach: int = 0
    reviewed_at: datetime | None = None


def hide(ground: Ground, sight: Sight, actor: Actor, *, photo_id: int, number: int) -> Hidden:
    """Close one face in every album, with its counterparts in near-duplicates, and never measure it again (R2).

    The mark stands with the first transaction; a process that is killed after it closes the rest when the archive is
    opened next. Hiding twice does no harm. Raises UsageError for an unknown photo or number.
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
    return Hidden(face, now, len(marked) - 1, _close(ground, sight, actor, marked))


def unhide(ground: Ground, sight: Sight, actor: Actor, *, photo_id: int, number: int) -> int:
    """Take it back after a review; how many faces are as before. Raises UsageError when the face is not hidden."""
    with ground.database.begin() as session:
        face = photos.get_face(session, photo_id, number)
        if not face.do_not_measure:
            raise UsageError(f"Face {number} of photo {photo_id} is not hidden.", "See `sayso photo hidden`.")
        cleared = photos.clear_do_not_measure(session, face.id)
        session.execute(delete(HiddenRow).where(HiddenRow.face_id.in_([one.id for one in cleared])))
        noted = (("photo", photo_id), ("face", number), ("faces", len(cleared)))
        ground.note(session, Act("unhide", actor, facts=noted))
        albums = _albums(session, cleared)
    delivery.reissue(ground, sight, albums)
    return len(cleared)


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


def complete_hides(ground: Ground, sight: Sight, actor: Actor) -> None:
    """Write the albums anew that a killed process left with a hidden face in them.

    Does nothing while another process writes albums: the next opening does it then.
    """
    with ground.database.begin() as session:
        left = session.scalars(select(HiddenRow.face_id).where(HiddenRow.closed_at.is_(None)))
        faces = [photos.face(session, face_id) for face_id in left]
    if faces:
        with suppress(AlbumsBusyError):
            _close(ground, sight, actor, faces)


def _close(ground: Ground, sight: Sight, actor: Actor, faces: list[Face]) -> int:
    with ground.database.begin() as session:
        albums = _albums(session, faces)
        finding.chips.drop(ground, session, {face.photo_id for face in faces})
    unreached = delivery.reissue(ground, sight, albums)
    with ground.database.begin() as session:
        for row in session.scalars(select(HiddenRow).where(HiddenRow.face_id.in_([one.id for one in faces]))):
            row.closed_at = row.closed_at or ground.clock()
        if unreached:
            noted = (("photo", faces[0].photo_id), ("albums_out_of_reach", unreached))
            ground.note(session, Act("hide.albums", actor, facts=noted))
    return unreached


def _albums(session: Session, faces: Iterable[Face]) -> list[int]:
    return delivery.albums_with(session, {face.photo_id for face in faces})
