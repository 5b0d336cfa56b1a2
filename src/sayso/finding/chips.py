"""Face chips: the aligned pixels of faces that were measured, kept encrypted so that the next search need not decode.

May know: pixels, collections' facts, keys. Must not know: persons, vectors; none is ever kept here.
Off unless somebody turned it on for a collection and every law pack allows it, those of the people in it included, and
gone with the collection's key.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import cv2
import numpy as np
from numpy.typing import NDArray

from .. import consent, photos, policy
from ..errors import KeyStoreError, UsageError
from ..ground import Ground, Sight, refuse_if_ceased
from ..keys import OVERHEAD
from ..policy import Action, Facts, Pack
from ..storage import Session
from ..values import Act, Actor, Collection, Face, Photo, Reach
from . import reach as reaches
from .lawful import require

Pixels = NDArray[np.uint8]

#: What the ids of the collections' chip keys begin with.
KEYS = "chips-"

_FOLDER = "chips"

# Lossless, so that a search decides the same with chips as without; more effort hardly makes them smaller.
_PNG_EFFORT = 1

# Before each face of a photo: its id, and how many bytes follow; none for a face that is not worth measuring.
_HEAD = np.dtype([("face", "<i8"), ("size", "<u4")])


#: Chips of one photo as PNG files, by the id of the face; empty for a face that is not worth measuring.
Encoded = Mapping[int, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Upright:
    """Faces of one photo after alignment, by the id of the face; None for one that is not worth measuring."""

    chips: Mapping[int, Pixels | None]

    def worth(self, faces: Sequence[Face]) -> dict[int, Pixels]:
        """The chips of those of ``faces`` that can be measured, by their place among them."""
        return {place: chip for place, face in enumerate(faces) if (chip := self.chips.get(face.id)) is not None}


class Shelf:
    """The chips of one collection, for as long as its facts and every pack allow them."""

    def __init__(self, session: Session, ground: Ground, sight: Sight, collection: Collection) -> None:
        self._ground, self._collection = ground, collection
        # Chips that were laid for one recogniser are of no use to another.
        self._alignment = sight.store.alignment
        self.learn(session)

    def learn(self, session: Session) -> None:
        """Read again which packs apply: somebody may have brought one meanwhile."""
        self._ground.learn_packs(session)
        self._packs = _packs(session, self._ground, self._collection) if self._collection.chips_key else ()

    @property
    def is_open(self) -> bool:
        """Whether chips are kept now."""
        if self._collection.chips_key is None:
            return False
        return _allowed(self._ground, self._collection, self._packs)

    def take(self, photo: Photo, faces: Sequence[Face]) -> Upright | None:
        """The chips of all these faces, or None when one of them is not there."""
        if not self.is_open:
            return None
        held = self._read(photo)
        if not held or any(face.id not in held for face in faces):
            return None
        with suppress(ValueError):
            return Upright({face.id: _pixels(held[face.id]) for face in faces})
        return None

    def put(self, photo: Photo, faces: Iterable[Face], fresh: Encoded) -> int:
        """Keep those of these chips that may be measured, beside what is there of the photo; how many were new.

        Called where the faces' marks were just read, in the same transaction: what takes long was done before.
        """
        wanted = {face.id for face in faces if not face.do_not_measure}
        fresh = {number: data for number, data in fresh.items() if number in wanted}
        if not fresh or not self.is_open:
            return 0
        held = {number: data for number, data in self._read(photo).items() if number in wanted}
        content = bytearray(joined({**held, **fresh}))
        try:
            # Without the key the chips have ended meanwhile.
            with suppress(KeyStoreError):
                sealed = self._ground.keys.seal(self._collection.chips_key or "", content, self._context(photo))
                self._ground.blobs.put(sealed, key_of(photo))
                return sum(bool(data) for data in fresh.values())
            return 0
        finally:
            content[:] = bytes(len(content))

    def _read(self, photo: Photo) -> dict[int, bytes]:
        """What is kept of a photo; nothing when it is damaged, or was laid for another recogniser."""
        with suppress(OSError, KeyStoreError, ValueError):
            sealed = self._ground.blobs.path(key_of(photo)).read_bytes()
            content = bytearray(max(len(sealed) - OVERHEAD, 0))
            self._ground.keys.unseal_into(self._collection.chips_key or "", sealed, self._context(photo), content)
            try:
                return parted(content)
            finally:
                content[:] = bytes(len(content))
        return {}

    def _context(self, photo: Photo) -> bytes:
        return f"chips {self._alignment} {photo.id}".encode()


def key_of(photo: Photo) -> str:
    """Where a photo's chips lie among the archive's files."""
    return f"{_FOLDER}/{photo.collection_id}/{photo.id}"


def keep(ground: Ground, actor: Actor, collection_name: str, until: datetime) -> Collection:
    """Keep face chips of a collection from its next search on, until a day.

    Raises RefusedError (F3, L7) when its reach is not open, or when a pack does not allow it for so long.
    """
    with ground.database.begin() as session:
        # To end chips, of which there is an entry of the same verb, stays possible.
        refuse_if_ceased(session)
        collection = photos.get_collection(session, collection_name)
        packs, now = _packs(session, ground, collection), ground.clock()
        if collection.reach is not Reach.POINTED:
            reaches.effective(collection, None, packs, now)
        wished = replace(collection, chips_until=until)
        require(Action.KEEP_CHIPS, _facts(ground, wished), packs, "See `sayso law explain keep-chips`.")
        key_id = collection.chips_key or ground.keys.new(f"{KEYS}{collection.id}-{secrets.token_hex(8)}")
        kept = photos.keep_chips(session, collection.id, until, key_id)
        noted = (("chips", "kept"), ("until", until.date().isoformat()))
        ground.note(session, Act("collection.chips", actor, collection_id=collection.id, facts=noted))
    return kept


def stop(ground: Ground, actor: Actor, collection_name: str) -> Collection:
    """Destroy a collection's face chips now and keep none from here on. Raises UsageError when none are kept."""
    with ground.database.begin() as session:
        collection = photos.get_collection(session, collection_name)
    if collection.chips_key is None:
        raise UsageError(f"No face chips of '{collection.name}' are kept.", "Nothing needs to be done.")
    return end(ground, actor, collection)


def end(ground: Ground, actor: Actor, collection: Collection) -> Collection:
    """Destroy the key first, then the files. Killed in between, it is begun again: the facts change last."""
    if collection.chips_key is not None:
        ground.keys.destroy([collection.chips_key])
    ground.blobs.delete_below(f"{_FOLDER}/{collection.id}")
    with ground.database.begin() as session:
        ended = photos.keep_chips(session, collection.id, None, None)
        ground.note(
            session, Act("collection.chips", actor, collection_id=collection.id, facts=(("chips", "destroyed"),))
        )
    return ended


def end_all(ground: Ground) -> int:
    """Destroy every chip of the archive with its key; how many collections kept any."""
    doomed = ground.keys.ids(KEYS)
    ground.keys.destroy(doomed)
    ground.blobs.delete_below(_FOLDER)
    return len(doomed)


def drop(ground: Ground, session: Session, photo_ids: Iterable[int]) -> None:
    """Delete what is kept of single photos; twice does no harm. Chips of them are made anew only by a later search."""
    for key in files_of(session, photo_ids):
        ground.blobs.delete(key)


def sweep(ground: Ground) -> None:
    """Destroy the keys of chips that no collection names: of one that was deleted, or whose change was undone."""
    # In one transaction: who turns chips on makes the key inside theirs.
    with ground.database.begin() as session:
        named = {one.chips_key for one in photos.list_collections(session)}
        left_over = [key for key in ground.keys.ids(KEYS) if key not in named]
        if left_over:
            ground.keys.destroy(left_over)


def files_of(session: Session, photo_ids: Iterable[int]) -> list[str]:
    """Keys of the files in which chips of these photos may lie."""
    keeping = {one.id for one in photos.list_collections(session) if one.chips_key is not None}
    if not keeping:
        return []
    found = photos.get_photos(session, photo_ids)
    return [key_of(photo) for photo in found if photo.collection_id in keeping]


def due(session: Session, ground: Ground) -> list[Collection]:
    """The collections whose chips have run out, or which a law pack does not allow any more."""
    return [
        one
        for one in photos.list_collections(session)
        if one.chips_key is not None and not _allowed(ground, one, _packs(session, ground, one))
    ]


def _allowed(ground: Ground, collection: Collection, packs: Sequence[Pack]) -> bool:
    return policy.decide(Action.KEEP_CHIPS, _facts(ground, collection), packs).allowed


def _packs(session: Session, ground: Ground, collection: Collection) -> tuple[Pack, ...]:
    """The packs of the archive and the collection, and those of everybody in it: whose face a chip is, nobody knows."""
    brought = consent.packs.around(session, ground.keys, collection.id)
    return ground.load((*(pack.id for pack in ground.packs_of(collection)), *brought))


def _facts(ground: Ground, collection: Collection) -> Facts:
    facts = reaches.widening_facts(collection, collection.reach, ground.clock())
    return replace(facts, chips_until=collection.chips_until)


def packed(chips: Mapping[int, Pixels | None]) -> bytes:
    """Chips of a photo by the faces' ids, as they are sealed; None stands for a face that is not worth measuring."""
    return joined(encoded(chips))


def unpacked(content: bytearray) -> dict[int, Pixels | None]:
    """What ``packed`` wrote. Raises ValueError when it is something else."""
    return {number: _pixels(data) for number, data in parted(content).items()}


def encoded(chips: Mapping[int, Pixels | None]) -> dict[int, bytes]:
    """Chips as files; None becomes an empty one."""
    return {number: b"" if chip is None else _png(chip) for number, chip in chips.items()}


def joined(files: Encoded) -> bytes:
    """The files of a photo one after the other, each behind its face's id and its length."""
    return b"".join(np.array([(number, len(data))], _HEAD).tobytes() + data for number, data in files.items())


def parted(content: bytearray) -> dict[int, bytes]:
    """What ``joined`` wrote. Raises ValueError when it is something else."""
    found: dict[int, bytes] = {}
    place = 0
    while place < len(content):
        (number, size) = np.frombuffer(content, _HEAD, 1, place)[0].item()
        place += _HEAD.itemsize
        found[number] = bytes(content[place : place + size])
        if len(found[number]) < size:
            raise ValueError("chips are cut off")
        place += size
    return found


def _png(chip: Pixels) -> bytes:
    return cv2.imencode(".png", chip[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, _PNG_EFFORT])[1].tobytes()


def _pixels(data: bytes) -> Pixels | None:
    """A chip from its file. Raises ValueError when it is damaged."""
    if not data:
        return None
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError("a chip is damaged")
    return np.ascontiguousarray(np.asarray(picture, np.uint8)[..., ::-1])
