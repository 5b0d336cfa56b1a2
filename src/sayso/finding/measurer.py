"""Measures faces of one photo: decode, align, assess, measure. Vectors live inside one ``with`` and are overwritten.

May know: pixels and vectors. Must not know: persons, decisions, the law.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..ground import Sight
from ..values import Box
from ..vision import decode, hopeless_at

FloatArray = NDArray[np.float32]
Pixels = NDArray[np.uint8]

#: Width in pixels that a face keeps when a photo is decoded at reduced size: as wide as it lies on a chip.
_FACE_WIDTH = 160


@dataclass(frozen=True, slots=True)
class Measured:
    """Faces of one photo that were worth measuring.

    places: (n,) which of the given boxes they are. vectors: (n, dimension) float32, zero once the ``with`` ends.
    """

    places: tuple[int, ...]
    vectors: FloatArray

    def __repr__(self) -> str:
        return f"Measured({len(self.places)} faces)"


@contextmanager
def measured(
    sight: Sight, source: Path | bytes, boxes: Sequence[Box], *, full_size: tuple[int, int]
) -> Iterator[Measured]:
    """Measure the faces in these boxes.

    boxes: in pixels of the upright photo, whose width and height are ``full_size``. Faces too small or turned
    too far are left out: nothing is measured of them. Raises ImageError when the photo cannot be read.
    """
    chips = upright(sight, source, boxes, full_size=full_size)
    with measured_chips(sight, {place: chip for place, chip in enumerate(chips) if chip is not None}) as result:
        yield result


def upright(
    sight: Sight, source: Path | bytes, boxes: Sequence[Box], *, full_size: tuple[int, int]
) -> list[Pixels | None]:
    """The chip of the face in each box, (size, size, 3) uint8; None for one that is not worth measuring. See
    ``measured``."""
    picture = decode(source, longest=decoded_size(boxes, full_size))
    scale = picture.rgb.shape[1] / full_size[0]
    aligned = sight.aligner.align_boxes(picture.rgb, [box.scaled(scale) for box in boxes])
    return [
        None if hopeless_at(landmarks) else chip
        for chip, landmarks in zip(aligned.chips, aligned.landmarks, strict=True)
    ]


@contextmanager
def measured_chips(sight: Sight, chips: Mapping[int, Pixels]) -> Iterator[Measured]:
    """Measure chips that are worth it, by which of the boxes they are."""
    vectors = np.zeros((len(chips), sight.recognizer.dimension), np.float32)
    try:
        if chips:
            sight.recognizer.measure(np.stack(list(chips.values())), vectors)
        yield Measured(tuple(chips), vectors)
    finally:
        vectors.fill(0)


def decoded_size(boxes: Sequence[Box], full_size: tuple[int, int]) -> int:
    """The long side in pixels at which a photo of ``full_size`` is decoded to measure the faces in these boxes."""
    smallest = min((max(box.width, box.height) for box in boxes), default=1.0)
    return round(max(full_size) * min(1.0, _FACE_WIDTH / max(smallest, 1.0)))
