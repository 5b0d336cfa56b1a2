"""Move a box that somebody drew to close a place, or take it away, in albums that were handed out as well.

May know: faces' places, albums. Must not know: whose face it is, pixels, vectors.
"""

from __future__ import annotations

from .. import delivery, finding, matches, photos
from ..errors import UsageError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor, Box, Face, Outcome
from . import exported
from .remove import remember, take_along


def move_box(ground: Ground, sight: Sight, actor: Actor, *, photo_id: int, number: int, box: Box) -> Face:
    """Put a box that was drawn by hand elsewhere. Albums are written anew; killed meanwhile, at the next opening.

    Raises UsageError for a face that was located, that is hidden or somebody's, or for a box outside the photo,
    UnfinishedError when an album has to wait.
    """
    with ground.database.begin() as session:
        _refuse_somebodys(session, photo_id, number)
        face = photos.move_face_by_hand(session, photo_id, number, box)
        _note(ground, session, actor, "photo.move-box", face)
    take_along(ground, sight, actor, "The box is moved in everything new")
    return face


def remove_box(ground: Ground, sight: Sight, actor: Actor, *, photo_id: int, number: int) -> Face:
    """Take a box that was drawn by hand away; the face as it was. Raises UsageError as above."""
    with ground.database.begin() as session:
        _refuse_somebodys(session, photo_id, number)
        face = photos.remove_face_by_hand(session, photo_id, number)
        _note(ground, session, actor, "photo.remove-box", face)
    take_along(ground, sight, actor, "The box is gone from everything new")
    return face


def _refuse_somebodys(session: Session, photo_id: int, number: int) -> None:
    """What a person pointed at is theirs: moved, it would open another place in their album."""
    face = photos.get_face(session, photo_id, number)
    claims = matches.on_photos(session, [photo_id])
    # A face that was located is refused for that reason, whosever it is.
    if face.by_hand and any(one.face_id == face.id and one.outcome is not Outcome.REJECTED for one in claims):
        raise UsageError(
            f"Somebody was found at face {number} of photo {photo_id}: its box stays where it is.",
            "Draw another box beside it, if more has to be closed.",
        )


def _note(ground: Ground, session: Session, actor: Actor, verb: str, face: Face) -> None:
    finding.chips.drop(ground, session, [face.photo_id])
    remember(
        session,
        albums=delivery.albums_with(session, [face.photo_id]),
        exports=exported.owners_with(session, [face.photo_id]),
    )
    photo = photos.get_photo(session, face.photo_id)
    noted = (("photo", face.photo_id), ("face", face.number))
    ground.note(session, Act(verb, actor, collection_id=photo.collection_id, facts=noted))
