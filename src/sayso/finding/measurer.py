"""Measures faces of one photo: decode, align, assess, measure. Vectors live inside one ``with`` and are overwritten.

May know: pixels and vectors. Must not know: persons, decisions, the law.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..ground import Sight
from ..values import Box
from ..vision import decode, hopeless_at

FloatArray = NDArray[np.float32]

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
    picture = decode(source, longest=_longest_needed(boxes, full_size))
    scale = picture.rgb.shape[1] / full_size[0]
    aligned = sight.aligner.align_boxes(picture.rgb, [box.scaled(scale) for box in boxes])
    worth = [place for place in range(len(boxes)) if not hopeless_at(aligned.landmarks[place])]
    vectors = np.zeros((len(worth), sight.recognizer.dimension), np.float32)
    try:
        if worth:
            sight.recognizer.measure(np.ascontiguousarray(aligned.chips[worth]), vectors)
        yield Measured(tuple(worth), vectors)
    finally:
        vectors.fill(0)


def _longest_needed(boxes: Sequence[Box], full_size: tuple[int, int]) -> int:
    smallest = min((max(box.width, box.height) for box in boxes), default=1.0)
    return round(max(full_size) * min(1.0, _FACE_WIDTH / max(smallest, 1.0)))
