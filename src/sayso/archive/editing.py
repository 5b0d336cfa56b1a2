"""Front door, the retouching table: photos with every face closed, and what is closed by hand in them.

May know: photos, boxes, hide marks. Must not know: vectors, pages.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import delivery, finding, lifecycle, photos
from ..values import Act, Box, Collection, Cues, Face, Photo
from .door import Door


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some photos of a collection, and how many there are that pass the cues. ``faces`` by the photo's id."""

    collection: Collection
    photos: tuple[Photo, ...]
    faces: dict[int, tuple[Face, ...]]
    found: int
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One photo on the table: its faces as boxes in pixels of the upright photo. ``before`` and ``after`` are the ids
    of its neighbours in the collection."""

    photo: Photo
    collection: Collection
    faces: tuple[Face, ...]
    before: int | None
    after: int | None


class Editing:
    """``archive.editing``: look through photos, see one with every face closed, move and remove what was drawn."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def shelf(self, collection: str, cues: Cues | None = None, *, start: int = 0, limit: int = 60) -> Shelf:
        """Photos of a collection that pass every cue, from the ``start``-th on. Raises UsageError."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "photo.list")
            found = photos.get_collection(session, collection)
            listed = [one.photo for one in photos.list_photos(session, found.id, cues or Cues())]
            everything = photos.list_photos(session, found.id) if cues else None
            tagged = [one.photo for one in everything] if everything is not None else listed
            shown = listed[start : start + limit]
            faces = photos.faces_of_photos(session, [one.id for one in shown])
        return Shelf(
            found,
            tuple(shown),
            {photo_id: tuple(those) for photo_id, those in faces.items()},
            len(listed),
            tuple(sorted({tag for one in tagged for tag in one.tags})),
        )

    def sheet(self, photo_id: int) -> Sheet:
        """One photo's boxes, by number. Raises UsageError."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "photo.show")
            photo = photos.get_photo(session, photo_id)
            collection = photos.get_collection(session, photo.collection_id)
            ids = [one.photo.id for one in photos.list_photos(session, collection.id)]
            place = ids.index(photo.id)
            return Sheet(
                photo,
                collection,
                tuple(photos.faces_of(session, photo_id)),
                ids[place - 1] if place else None,
                ids[place + 1] if place + 1 < len(ids) else None,
            )

    def closed(self, photo_id: int, *, longest: int = 1600) -> bytes:
        """The photo as a JPEG with every face closed, listed or only suspected. Each look is a ledger entry that those
        who were matched in the photo can read. Raises UsageError, ImageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "photo.show")
            photo = photos.get_photo(session, photo_id)
            faces = photos.faces_of(session, photo_id)
            seen = finding.people_in(ground, session, photo_id)
            ground.note(session, Act("photo.show", actor, seen, photo.collection_id, facts=(("photo", photo_id),)))
        return delivery.preview(
            photos.load(photo, ground.blobs),
            faces=faces,
            closer=self._door.sight.closer,
            unnumbered=[face.id for face in faces],
            longest=longest,
        ).jpeg

    def move_box(self, photo_id: int, face: int, box: Box) -> Face:
        """Put a box that was drawn by hand elsewhere; albums are written anew. Raises UsageError for any other face."""
        actor = self._door.enter("photo.redact")
        return lifecycle.move_box(self._door.ground, self._door.sight, actor, photo_id=photo_id, number=face, box=box)

    def remove_box(self, photo_id: int, face: int) -> Face:
        """Take a box away that was drawn by hand; albums are written anew. Raises UsageError for any other face."""
        actor = self._door.enter("photo.redact")
        return lifecycle.remove_box(self._door.ground, self._door.sight, actor, photo_id=photo_id, number=face)

    def keep_hidden(self, photo_id: int, face: int) -> int:
        """Let a hiding stand after a review; how many faces, near-duplicates included. Raises UsageError."""
        actor = self._door.enter("photo.keep-hidden")
        return lifecycle.keep_hidden(self._door.ground, actor, photo_id=photo_id, number=face)
