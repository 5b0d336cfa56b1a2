"""Take photos away with everything that came of them: faces, decisions, copies, and their place in issued albums.

May know: photos, files, albums. Must not know: whose faces were in them.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import delivery, photos
from ..ground import Ground, Sight
from ..values import Act, Actor


def delete_photos(ground: Ground, sight: Sight, actor: Actor, photo_ids: Sequence[int]) -> int:
    """Delete photos; how many. Photos that stayed in the operator's own folders are left there untouched.

    Raises UsageError for an unknown id; then nothing is deleted.
    """
    with ground.database.begin() as session:
        albums = delivery.albums_with(session, photo_ids)
        files = photos.delete_photos(session, photo_ids)
        ground.note(session, Act("photo.delete", actor, facts=(("photos", len(photo_ids)),)))
    _take_along(ground, sight, files, albums)
    return len(photo_ids)


def delete_collection(ground: Ground, sight: Sight, actor: Actor, name: str) -> int:
    """Delete a collection and all its photos; how many photos went with it. Raises UsageError for an unknown one."""
    with ground.database.begin() as session:
        collection = photos.get_collection(session, name)
        ids = [one.photo.id for one in photos.list_photos(session, collection_id=collection.id)]
        albums = delivery.albums_with(session, ids)
        files = photos.delete_collection(session, collection.id)
        ground.note(
            session, Act("collection.delete", actor, collection_id=collection.id, facts=(("photos", len(ids)),))
        )
    _take_along(ground, sight, files, albums)
    return len(ids)


def _take_along(ground: Ground, sight: Sight, files: Sequence[str], albums: Sequence[int]) -> None:
    for key in files:
        ground.blobs.delete(key)
    delivery.reissue(ground, sight, albums)
    ground.database.scrub()
