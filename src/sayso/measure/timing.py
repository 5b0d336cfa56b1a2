"""Times the pieces of a search without measuring anybody: own photos are decoded, the models look at a grey picture.

May know: photos' files, boxes, models. Must not know: people. What the models see is nobody's face, so that timing is
no processing of anybody; a network takes as long for one picture as for another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

import numpy as np

from ..consent.contacts import ARCHIVE_KEY
from ..errors import ImageError, SaysoError
from ..finding.chips import packed, unpacked
from ..finding.measurer import decoded_size
from ..ground import Ground, Sight
from ..photos import load
from ..values import Box, Face, Photo
from ..vision import Located, decode, hopeless_at
from .price import Pieces

#: At most so many photos, evenly over the collection.
_PHOTOS = 12

_ROUNDS = 5
_CONTEXT = b"timing"

#: A grey picture with places for faces that are as large in it as a search sees them. Their eyes are said to be level,
#: so that the mesh is laid once, as on most faces; on grey alone it would look for a face that lies.
_GREY, _SIDE, _FACE = 128, 800, 200
_LEVEL = np.array([(60, 80), (140, 80), (100, 120), (100, 150), (20, 90), (180, 90)], np.float64)
_FACES = tuple(
    Located(Box(x, y, _FACE, _FACE), 1.0, _LEVEL + np.array((x, y))) for y in (100, 500) for x in (0, 200, 400, 600)
)

#: Templates and faces that are compared at once, as a search of many does.
_COMPARED = (1024, 1024)


def time_pieces(ground: Ground, sight: Sight, photos: Sequence[tuple[Photo, Sequence[Face]]]) -> tuple[Pieces, int]:
    """Seconds for each piece, the least of five rounds, and how many photos were decoded for it.

    photos: with the faces that may be measured. Raises ImageError when none of those that were chosen can be read.
    """
    chosen = _readable(ground, photos[:: len(photos) // _PHOTOS + 1])
    grey = np.full((_SIDE, _SIDE, 3), _GREY, np.uint8)
    chip = sight.aligner.align(grey, _FACES[:1]).chips
    # A search measures the faces of a photo together: a few at once take longer each than many.
    batch = max(1, round(sum(len(faces) for _, faces in photos) / len(photos)))
    chips = np.full((batch, *chip.shape[1:]), _GREY, np.uint8)
    vectors = np.zeros((batch, sight.recognizer.dimension), np.float32)
    gallery, probes = (np.zeros((many, sight.recognizer.dimension), np.float32) for many in _COMPARED)

    # Noise takes as many bytes as no face does: what it costs to open is an upper bound.
    noise = np.random.default_rng(_GREY).integers(0, 256, chip.shape[1:], np.uint8)
    kept = ground.keys.seal(ARCHIVE_KEY, packed(dict.fromkeys(range(batch), noise)), _CONTEXT)

    def decode_all() -> None:
        for data, size in chosen:
            decode(data, longest=size)

    def align_all() -> None:
        aligned = sight.aligner.align(grey, _FACES)
        for landmarks in aligned.landmarks:
            hopeless_at(landmarks)

    pieces = Pieces(
        decode=_seconds(decode_all, len(chosen)),
        align=_seconds(align_all, len(_FACES)),
        measure=_seconds(lambda: sight.recognizer.measure(chips, vectors), batch),
        compare=_seconds(lambda: sight.recognizer.distance(probes, gallery), len(probes) * len(gallery)),
        open_chip=_seconds(lambda: _open(ground, kept), batch),
    )
    return pieces, len(chosen)


def _open(ground: Ground, kept: bytes) -> None:
    unpacked(bytearray(ground.keys.unseal(ARCHIVE_KEY, kept, _CONTEXT)))


def _readable(ground: Ground, photos: Sequence[tuple[Photo, Sequence[Face]]]) -> list[tuple[bytes, int]]:
    """The bytes of photos that can be read, with the long side at which a search would decode them."""
    found = []
    for photo, faces in photos:
        size = decoded_size([face.box for face in faces], (photo.width, photo.height))
        try:
            source = load(photo, ground.blobs)
            data = source if isinstance(source, bytes) else source.read_bytes()
            decode(data, longest=size)
        except (SaysoError, OSError):
            continue
        found.append((data, size))
    if not found:
        raise ImageError("No photo with a face that may be measured could be read.", "Bring the files back first.")
    return found


def _seconds(work: Callable[[], object], items: int) -> float:
    """Least seconds for one item: whatever else the machine does only adds to them. A first round, in which models are
    compiled, does not count."""
    taken = []
    for number in range(_ROUNDS + 1):
        start = perf_counter()
        work()
        if number:
            taken.append((perf_counter() - start) / items)
    return min(taken)
