"""What a worker does with one file: read, hash, decode once, read cues, locate faces, copy in if asked.

May know: pixels for as long as one file takes, boxes, cues. Must not know: tables, people, vectors.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock

from ..storage import FolderBlobs
from ..values import Box, Place
from ..vision import Locator, prepare
from ..vision.images import Picture, decode, perceptual_hash
from ..vision.metadata import read_cues
from .reading import Content, read_file
from .sources import Source
from .zips import Zips

# Long sides that the locator looks at; the decoder stays at or above them and spares the rest.
_LONGEST = 768
_LONGEST_FOR_SMALL_FACES = 1536

_SUFFIXES = {"JPEG": "jpg", "PNG": "png", "WebP": "webp", "TIFF": "tif", "HEIC": "heic", "AVIF": "avif"}


@dataclass(frozen=True, slots=True)
class Located:
    """A face's box in pixels of the upright photo at full size, inside the photo; score 0 to 1."""

    box: Box
    score: float


@dataclass(frozen=True, slots=True)
class Examined:
    """Everything that is kept of one file. ``key`` is where its copy lies, or None when it stays where it is."""

    source: Source
    sha256: str
    perceptual_hash: str
    width: int
    height: int
    taken_at: datetime | None
    place: Place | None
    faces: tuple[Located, ...]
    key: str | None


@dataclass(frozen=True, slots=True)
class Examine:
    """The work on one file. ``blobs`` receives copies of members of zip archives, and of files too with ``copy``."""

    blobs: FolderBlobs
    collection_id: int
    copy: bool
    small_faces: bool

    def __call__(self, source: Source) -> Examined:
        """Raises ImageError when the file cannot be used, ArchiveError when a copy cannot be written."""
        content = _read(source)
        digest = hashlib.sha256(content.data).hexdigest()
        picture = decode(content.data, longest=_LONGEST_FOR_SMALL_FACES if self.small_faces else _LONGEST)
        cues = read_cues(picture.exif)
        faces = _faces(picture, self.small_faces)
        key = None
        if self.copy or source.member is not None:
            key = f"photos/{self.collection_id}/{digest[:2]}/{digest[2:]}.{_SUFFIXES[picture.format]}"
            self.blobs.put(content.data, key)
        return Examined(
            source=replace(source, size=content.size, mtime_ns=content.mtime_ns),
            sha256=digest,
            perceptual_hash=perceptual_hash(picture.rgb),
            width=picture.width,
            height=picture.height,
            taken_at=cues.taken_at,
            place=cues.place,
            faces=faces,
            key=key,
        )


def _locator() -> Locator:
    with _making:
        return _made()


@cache
def _made() -> Locator:
    return Locator(prepare())


_making = Lock()
_zips = Zips()


def _read(source: Source) -> Content:
    if source.member is None:
        return read_file(source.path)
    return Content(_zips.read(Path(source.path), source.member), source.size, source.mtime_ns)


def _faces(picture: Picture, small_faces: bool) -> tuple[Located, ...]:
    located = _locator().locate(picture.rgb, small_faces=small_faces)
    boxes = ((_inside(one.box.scaled(1 / picture.scale), picture), one.score) for one in located)
    return tuple(Located(box, score) for box, score in boxes if box is not None)


def _inside(box: Box, picture: Picture) -> Box | None:
    left, top = max(box.x, 0.0), max(box.y, 0.0)
    right, bottom = min(box.right, picture.width), min(box.bottom, picture.height)
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None
