"""Front door, a look at a photo in which everybody is closed: noted first, made once for all who look.

May know: photos, those whom a look concerns. Must not know: why somebody looks.
"""

from __future__ import annotations

from .. import delivery, finding, photos
from ..delivery import Preview
from ..values import Act, Actor
from .door import Door


def look(door: Door, actor: Actor, photo_id: int, *, small: bool, also: tuple[str, ...] = ()) -> Preview:
    """The closed and numbered photo. also: ids of subjects whom the look concerns besides those who are in the photo.

    Raises UsageError for an unknown photo, SaysoError when its file cannot be read or too many people look at once.
    """
    ground = door.ground
    with ground.database.begin() as session:
        photo = photos.get_photo(session, photo_id)
        faces = photos.faces_of(session, photo_id)
        seen = tuple(dict.fromkeys((*also, *finding.people_in(ground, session, photo_id))))
        ground.note(session, Act("photo.show", actor, seen, photo.collection_id, facts=(("photo", photo_id),)))
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
