"""Take photos away with everything that came of them: faces, decisions, copies, and their place in issued albums.

May know: photos, files, albums, owner tags. Must not know: whose faces were in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress

from filelock import FileLock, Timeout
from sqlalchemy import delete, select, update

from .. import delivery, finding, matches, photos
from ..delivery import AlbumsBusyError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor
from . import exported
from .standing import UnfinishedError, resisting, waiting
from .tables import RemovalRow

# Seconds that one removal waits for another.
_WAIT = 120

_GONE = "The photos are gone"


def delete_photos(ground: Ground, sight: Sight, actor: Actor, photo_ids: Sequence[int]) -> int:
    """Delete photos; how many. Photos that stayed in the operator's own folders are left there untouched.

    Exports that hold one of them are deleted too: they can be made again.
    A process that is killed after the rows have gone deletes the rest when the archive is opened next.
    Raises UsageError for an unknown id; then nothing is deleted. Raises UnfinishedError when a part has to wait.
    """
    with ground.database.begin() as session:
        albums = delivery.albums_with(session, photo_ids)
        exports = exported.owners_with(session, photo_ids)
        chips = finding.chips.files_of(session, photo_ids)
        files = [*photos.delete_photos(session, photo_ids), *chips]
        ground.note(session, Act("photo.delete", actor, facts=(("photos", len(photo_ids)),)))
        remember(session, files=files, albums=albums, exports=exports)
    take_along(ground, sight, actor, _GONE)
    return len(photo_ids)


def delete_collection(ground: Ground, sight: Sight, actor: Actor, name: str) -> int:
    """Delete a collection and all its photos; how many photos went with it.

    Raises UsageError for an unknown one, UnfinishedError when a part of it has to wait.
    """
    with ground.database.begin() as session:
        collection = photos.get_collection(session, name)
        ids = [one.photo.id for one in photos.list_photos(session, collection_id=collection.id)]
        albums = delivery.albums_with(session, ids)
        exports = exported.owners_with(session, ids)
        chips = finding.chips.files_of(session, ids)
        uploads = [f"{photos.UPLOADS}/{one}" for one in photos.staging(ground.blobs).files(collection.id)]
        files = [*photos.delete_collection(session, collection.id), *chips, *uploads]
        ground.note(
            session, Act("collection.delete", actor, collection_id=collection.id, facts=(("photos", len(ids)),))
        )
        remember(session, files=files, albums=albums, exports=exports)
    finding.chips.sweep(ground)
    take_along(ground, sight, actor, _GONE)
    return len(ids)


def complete_removals(ground: Ground, sight: Sight, keeper: Actor) -> None:
    """Delete what a killed process left of photos that are gone. Does nothing while another process is at it."""
    _note_loosened(ground)
    with ground.database.begin() as session:
        due = session.scalar(select(RemovalRow.id).limit(1)) is not None
    if due:
        with suppress(UnfinishedError):
            take_along(ground, sight, keeper, "The removal stands", wait=0)


def settle(ground: Ground, sight: Sight, actor: Actor) -> None:
    """Write anew the albums that show a face open whose match made room for somebody's word, or for a doubt.

    A process that is killed before leaves that to the next opening. Raises UnfinishedError when an album has to wait.
    """
    if _note_loosened(ground):
        take_along(ground, sight, actor, "The decision stands")


def settle_in_time(ground: Ground, sight: Sight, actor: Actor) -> None:
    """As ``settle``; an album that has to wait is written anew at the next opening, or by ``tend``."""
    with suppress(UnfinishedError):
        settle(ground, sight, actor)


def _note_loosened(ground: Ground) -> bool:
    """Whether albums or exports show what does not hold any more; they are remembered."""
    with ground.database.read() as session:
        if not matches.any_loosened(session):
            return False
    with ground.database.begin() as session:
        loosened = matches.take_loosened(session)
        photo_ids = sorted({photo_id for photo_id, _ in loosened})
        albums = delivery.albums_with(session, photo_ids)
        owners = {*exported.owners_with(session, photo_ids), *(owner for _, owner in loosened)}
        exports = sorted(owners) if exported.any_export(session, sorted(owners)) else []
        if albums or exports:
            remember(session, albums=albums, exports=exports)
    return bool(albums or exports)


def remember(
    session: Session, *, files: Sequence[str] = (), albums: Sequence[int] = (), exports: Sequence[str] = ()
) -> None:
    """Note which files are to be deleted, which albums are to be written anew, and whose exports are to go, by owner
    tag, whoever dies meanwhile."""
    session.add(RemovalRow(rest=json.dumps([list(files), list(albums), list(exports)])))


def drop_chips(ground: Ground, session: Session, photo_ids: Iterable[int]) -> None:
    """Delete the face chips that are kept of these photos. A file that resists is noted, and deleted at the next
    opening."""
    left = [key for key in finding.chips.files_of(session, photo_ids) if not _deleted(ground, key)]
    if left:
        remember(session, files=left)


def take_along(ground: Ground, sight: Sight, actor: Actor, stands: str, wait: float = _WAIT) -> None:
    """Delete what every removal left, whoever began it; twice does no harm.

    stands: what holds already, in words. Raises UnfinishedError when something has to wait; it stays noted.
    """
    try:
        with FileLock(ground.keys.folder / "removals.lock", timeout=wait, mode=0o600):
            with ground.database.begin() as session:
                rows = list(session.scalars(select(RemovalRow).order_by(RemovalRow.id)))
            finished = [_finish(ground, sight, actor, row, wait) for row in rows]
            ground.database.scrub()
    except (Timeout, AlbumsBusyError):
        # The rows have gone; the process at work, or the one that opens the archive next, takes the rest along.
        raise waiting(stands) from None
    if not all(finished):
        raise resisting(stands)


def _finish(ground: Ground, sight: Sight, actor: Actor, row: RemovalRow, wait: float) -> bool:
    """Whether nothing is left of one removal. A file that resists holds up nothing else."""
    files, albums, exports = json.loads(row.rest)
    left = [key for key in files if not _deleted(ground, key)]
    unreached = 0
    if albums or exports:
        with delivery.alone(ground, wait):
            unreached = delivery.reissue(ground, sight, albums) + exported.delete_of(ground, exports)
    with ground.database.begin() as session:
        if left:
            session.execute(update(RemovalRow).where(RemovalRow.id == row.id).values(rest=json.dumps([left, [], []])))
        else:
            session.execute(delete(RemovalRow).where(RemovalRow.id == row.id))
        if unreached:
            ground.note(session, Act("removal.albums", actor, facts=(("albums_out_of_reach", unreached),)))
    return not left


def _deleted(ground: Ground, key: str) -> bool:
    try:
        ground.blobs.delete(key)
    except OSError:
        return False
    return True
