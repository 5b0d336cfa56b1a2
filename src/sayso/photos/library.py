"""Photos of the archive: look up, list, load, delete.

May know: storage, cues, files. Must not know: people, vectors, how a photo came in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func, select, update

from ..errors import ImageError, SaysoError, UnknownError
from ..storage import FolderBlobs, Session
from ..values import Cues, Photo
from .cues import conditions, passes
from .marks import keep
from .reading import read_file
from .rows import AT_ONCE, to_photo
from .tables import FaceRow, PhotoRow

_EVERYTHING = Cues()


@dataclass(frozen=True, slots=True)
class Listed:
    """A photo and how many faces were found in it."""

    photo: Photo
    faces: int


def get_photo(session: Session, photo_id: int) -> Photo:
    """One photo by its id. Raises UsageError when there is none."""
    return to_photo(_rows(session, [photo_id])[0])


def get_photos(session: Session, photo_ids: Iterable[int]) -> list[Photo]:
    """Those of these photos that are there, each once, by id."""
    return [to_photo(row) for row in _there(session, photo_ids)]


def still_there(session: Session, photo_id: int) -> bool:
    """Whether a photo has not been deleted meanwhile."""
    return session.scalar(select(PhotoRow.id).where(PhotoRow.id == photo_id)) is not None


def any_of_these(session: Session, files: Iterable[Path | bytes]) -> bool:
    """Whether one of these files, or of their contents, is byte for byte a photo of the archive; files that cannot be
    read are passed over.

    A photo that was saved anew is not recognised: telling that would take measuring it.
    """
    digests = []
    for path in files:
        if isinstance(path, bytes):
            digests.append(hashlib.sha256(path).hexdigest())
            continue
        with suppress(OSError), path.open("rb") as file:
            digests.append(hashlib.file_digest(file, "sha256").hexdigest())
    return session.scalar(select(PhotoRow.id).where(PhotoRow.sha256.in_(digests)).limit(1)) is not None


def list_photos(
    session: Session, collection_id: int, cues: Cues = _EVERYTHING, *, limit: int | None = None, after: int = 0
) -> list[Listed]:
    """Photos of a collection that pass every cue given, by id.

    limit, after: at most so many, with ids above ``after``: the last id of one page begins the next.
    Raises UsageError for a cue that makes no sense.
    """
    count = select(func.count(FaceRow.id)).where(FaceRow.photo_id == PhotoRow.id).scalar_subquery()
    query = select(PhotoRow, count).where(
        PhotoRow.collection_id == collection_id, PhotoRow.id > after, *conditions(cues)
    )
    found: list[Listed] = []
    for row, faces in session.execute(query.order_by(PhotoRow.id).execution_options(yield_per=500)):
        if len(found) == limit:
            break
        photo = to_photo(row)
        if passes(photo, cues):
            found.append(Listed(photo, faces))
    return found


def load(photo: Photo, blobs: FolderBlobs) -> bytes | Path:
    """The photo's file: the path of the archive's own copy, or the bytes of a file that stays where it is.

    Raises SaysoError when it is gone, cannot be read, or is not the file any more that was added.
    """
    if photo.copied:
        path = blobs.path(photo.path)
        if not path.is_file():
            raise SaysoError(
                f"The archive's copy of photo {photo.id} is missing.", "Restore it from a backup, or add it again."
            )
        return path
    try:
        data = read_file(Path(photo.path)).data
    except ImageError as error:
        raise SaysoError(
            f"Photo {photo.id} cannot be read at {photo.path}. {error.what}",
            "Bring the file back, or add the folder where it lies now.",
        ) from None
    if hashlib.sha256(data).hexdigest() != photo.sha256:
        raise SaysoError(
            f"Photo {photo.id} at {photo.path} was changed since it was added.", "Add the folder again to take it in."
        )
    return data


def delete_photos(session: Session, photo_ids: Iterable[int]) -> list[str]:
    """Delete photos with their faces; the keys of their copied files, for the caller to remove.

    Raises UsageError when one of them is unknown; then none is deleted.
    """
    rows = _rows(session, photo_ids)
    keys = [row.path for row in rows if row.copied]
    leaving = {row.id for row in rows}
    keep(session, sorted(leaving))
    for row in rows:
        _hand_on_group(session, row.id, leaving)
    for row in rows:
        session.execute(delete(PhotoRow).where(PhotoRow.id == row.id))
    session.expire_all()
    return keys


def _rows(session: Session, photo_ids: Iterable[int]) -> list[PhotoRow]:
    wanted = set(photo_ids)
    rows = _there(session, wanted)
    unknown = wanted - {row.id for row in rows}
    if unknown:
        raise UnknownError(f"There is no photo {min(unknown)}.", "List the photos of the collection first.")
    return rows


def _there(session: Session, photo_ids: Iterable[int]) -> list[PhotoRow]:
    wanted = sorted(set(photo_ids))
    rows: list[PhotoRow] = []
    for start in range(0, len(wanted), AT_ONCE):
        query = select(PhotoRow).where(PhotoRow.id.in_(wanted[start : start + AT_ONCE]))
        rows += session.scalars(query.order_by(PhotoRow.id))
    return rows


def _hand_on_group(session: Session, first: int, leaving: set[int]) -> None:
    """When the first of a group of near-duplicates leaves, the next one stands for the group."""
    members = session.scalars(select(PhotoRow.id).where(PhotoRow.near_group == first).order_by(PhotoRow.id))
    staying = [one for one in members if one not in leaving]
    if staying:
        session.execute(update(PhotoRow).where(PhotoRow.id.in_(staying)).values(near_group=staying[0]))
        session.execute(update(PhotoRow).where(PhotoRow.id == staying[0]).values(near_group=None))
