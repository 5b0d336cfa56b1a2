"""Take photos away with everything that came of them: faces, decisions, copies, and their place in issued albums.

May know: photos, files, albums. Must not know: whose faces were in them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from filelock import FileLock, Timeout
from sqlalchemy import delete, select

from .. import delivery, finding, photos
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor
from .tables import RemovalRow

# Seconds that one removal waits for another.
_WAIT = 120


def delete_photos(ground: Ground, sight: Sight, actor: Actor, photo_ids: Sequence[int]) -> int:
    """Delete photos; how many. Photos that stayed in the operator's own folders are left there untouched.

    A process that is killed after the rows have gone deletes the rest when the archive is opened next.
    Raises UsageError for an unknown id; then nothing is deleted.
    """
    with ground.database.begin() as session:
        albums = delivery.albums_with(session, photo_ids)
        chips = finding.chips.files_of(session, photo_ids)
        files = [*photos.delete_photos(session, photo_ids), *chips]
        ground.note(session, Act("photo.delete", actor, facts=(("photos", len(photo_ids)),)))
        remember(session, files=files, albums=albums)
    take_along(ground, sight)
    return len(photo_ids)


def delete_collection(ground: Ground, sight: Sight, actor: Actor, name: str) -> int:
    """Delete a collection and all its photos; how many photos went with it. Raises UsageError for an unknown one."""
    with ground.database.begin() as session:
        collection = photos.get_collection(session, name)
        ids = [one.photo.id for one in photos.list_photos(session, collection_id=collection.id)]
        albums = delivery.albums_with(session, ids)
        chips = finding.chips.files_of(session, ids)
        uploads = [f"{photos.UPLOADS}/{one}" for one in photos.staging(ground.blobs).files(collection.id)]
        files = [*photos.delete_collection(session, collection.id), *chips, *uploads]
        ground.note(
            session, Act("collection.delete", actor, collection_id=collection.id, facts=(("photos", len(ids)),))
        )
        remember(session, files=files, albums=albums)
    finding.chips.sweep(ground)
    take_along(ground, sight)
    return len(ids)


def complete_removals(ground: Ground, sight: Sight) -> None:
    """Delete what a killed process left of photos that are gone. Does nothing while another process is at it."""
    with ground.database.begin() as session:
        due = session.scalar(select(RemovalRow.id).limit(1)) is not None
    if due:
        take_along(ground, sight, wait=0)


def remember(session: Session, *, files: Sequence[str] = (), albums: Sequence[int] = ()) -> None:
    """Note which files are to be deleted and which albums are to be written anew, whoever dies meanwhile."""
    session.add(RemovalRow(rest=json.dumps([list(files), list(albums)])))


def take_along(ground: Ground, sight: Sight, wait: float = _WAIT) -> None:
    """Delete what every removal left, whoever began it; twice does no harm."""
    try:
        with FileLock(ground.keys.folder / "removals.lock", timeout=wait, mode=0o600):
            with ground.database.begin() as session:
                rows = list(session.scalars(select(RemovalRow).order_by(RemovalRow.id)))
            for row in rows:
                files, albums = json.loads(row.rest)
                for key in files:
                    ground.blobs.delete(key)
                delivery.reissue(ground, sight, albums)
                with ground.database.begin() as session:
                    session.execute(delete(RemovalRow).where(RemovalRow.id == row.id))
            ground.database.scrub()
    except Timeout:
        # The rows have gone; the process at work, or the one that opens the archive next, takes the rest along.
        return
