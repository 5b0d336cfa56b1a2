"""Front door, a look at a photo in which everybody is closed: noted first, made once for all who look.

May know: photos, those whom a look concerns. Must not know: why somebody looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .. import delivery, finding, photos
from ..delivery import Preview
from ..values import Act, Actor, Face, Photo
from .door import Door


@dataclass(frozen=True, slots=True)
class Numbered:
    """A face that can be named by its number; its place in parts (0 to 1) of the photo's width and height. ``where``:
    ``top_left`` to ``bottom_right``, by the thirds of the photo in which its middle lies."""

    number: int
    left: float
    top: float
    width: float
    height: float
    where: str


def numbered(photo: Photo, faces: Iterable[Face]) -> tuple[Numbered, ...]:
    """The faces that nobody asked to leave alone, by number."""
    free = sorted((one for one in faces if not one.do_not_measure), key=lambda one: one.number)
    return tuple(
        Numbered(
            one.number,
            one.box.x / photo.width,
            one.box.y / photo.height,
            one.box.width / photo.width,
            one.box.height / photo.height,
            _where(one.box.centre[0] / photo.width, one.box.centre[1] / photo.height),
        )
        for one in free
    )


def look(door: Door, actor: Actor, photo_id: int, *, small: bool, also: tuple[str, ...] = ()) -> Preview:
    """The closed and numbered photo. also: ids of subjects whom the look concerns besides those who are in the photo.

    Raises UsageError for an unknown photo, SaysoError when its file cannot be read or too many people look at once.
    """
    ground = door.ground
    with ground.database.read() as session:
        photo = photos.get_photo(session, photo_id)
        faces = photos.faces_of(session, photo_id)
        seen = tuple(dict.fromkeys((*also, *finding.people_in(ground, session, photo_id))))
    ground.note_look(Act("photo.show", actor, seen, photo.collection_id, facts=(("photo", photo_id),)))
    return door.previews.get(
        photo,
        faces,
        lambda: delivery.preview(
            photos.load(photo, ground.blobs),
            faces=faces,
            closer=door.sight.closer,
            unnumbered=[face.id for face in faces if face.do_not_measure],
        ),
        small=small,
    )


def _where(across: float, down: float) -> str:
    row, column = (max(0, min(2, int(part * 3))) for part in (down, across))
    return f"{('top', 'middle', 'bottom')[row]}_{('left', 'middle', 'right')[column]}"
