"""The leak rate: how many other people's faces stay visible in renditions, against labelled photos.

May know: boxes, masks, counts. Must not know: how faces were found, who they belong to, where photos are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..values import Box
from .intervals import wilson

Mask = npt.NDArray[np.bool_]

#: Lower edges of the size bands, in pixels of the shorter side of the labelled box. Smaller faces are not counted.
BAND_EDGES = (12, 24, 40, 80)

#: A face is leaked when less than this share of its inner part is covered.
COVERED_ENOUGH = 0.6

# The labelled box is shrunk by a fifth: its rim is hair and background.
_INNER = 0.8

# Around a face that had to be closed, this much of its size on each side is the price of closing it well.
_FAIR_MARGIN = 0.5


@dataclass(frozen=True, slots=True)
class Band:
    """Faces of one size: at least ``smallest`` pixels, below ``below`` (None: no upper end)."""

    smallest: int
    below: int | None
    others: int = 0
    leaked: int = 0

    @property
    def rate(self) -> float | None:
        """Share of these faces that leaked, 0 to 1; None when there were none."""
        return self.leaked / self.others if self.others else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the rate (Wilson 1927); (0, 1) when there were no faces."""
        return wilson(self.leaked, self.others) if self.others else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class LeakReport:
    """Leaks over one or more photos; reports of several photos add up.

    ``pixels_for_nothing``: pixels closed far from any face that had to be closed; ``pixels``: all pixels looked at.
    """

    bands: tuple[Band, ...]
    pixels_for_nothing: int = 0
    pixels: int = 0

    @property
    def others(self) -> int:
        """Faces of other people, none smaller than the lowest band."""
        return sum(band.others for band in self.bands)

    @property
    def leaked(self) -> int:
        """Those among them that stayed visible."""
        return sum(band.leaked for band in self.bands)

    @property
    def rate(self) -> float | None:
        """The leak rate, 0 to 1; None when nobody else was pictured."""
        return self.leaked / self.others if self.others else None

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the leak rate (Wilson 1927)."""
        return wilson(self.leaked, self.others) if self.others else (0.0, 1.0)

    @property
    def area_for_nothing(self) -> float:
        """Share of the photos' area that was closed for nothing, 0 to 1."""
        return self.pixels_for_nothing / self.pixels if self.pixels else 0.0

    def __add__(self, other: LeakReport) -> LeakReport:
        bands = tuple(
            Band(a.smallest, a.below, a.others + b.others, a.leaked + b.leaked)
            for a, b in zip(self.bands, other.bands, strict=True)
        )
        return LeakReport(bands, self.pixels_for_nothing + other.pixels_for_nothing, self.pixels + other.pixels)


def no_leaks() -> LeakReport:
    """The report on no photo at all, to add others to."""
    return LeakReport(tuple(Band(low, high) for low, high in zip(BAND_EDGES, (*BAND_EDGES[1:], None), strict=True)))


def leak_rate(truth: Sequence[Box], opened: Sequence[bool], covered: Mask) -> LeakReport:
    """Count the leaks in one rendition.

    truth: labelled boxes of all faces in the photo, in pixels of the rendition. opened: for each of them, whether it
    may be seen. covered: (h, w) bool, True where the rendition is redacted; for boxes see ``covered_by``.

    A face that may not be seen is leaked when less than 60 % of its inner part (the box shrunk by a fifth) is covered.
    Raises ValueError when ``truth`` and ``opened`` differ in length.
    """
    high, wide = covered.shape
    counts = [[0, 0] for _ in BAND_EDGES]
    excused = np.zeros_like(covered)
    for box, may_be_seen in zip(truth, opened, strict=True):
        if may_be_seen:
            continue
        excused[_slices(_resized(box, 1 + 2 * _FAIR_MARGIN), wide, high)] = True
        band = sum(min(box.width, box.height) >= edge for edge in BAND_EDGES) - 1
        inner = covered[_slices(_resized(box, _INNER), wide, high)]
        if band < 0 or not inner.size:
            continue
        counts[band][0] += 1
        counts[band][1] += bool(inner.mean() < COVERED_ENOUGH)
    bands = tuple(
        Band(empty.smallest, empty.below, others, leaked)
        for empty, (others, leaked) in zip(no_leaks().bands, counts, strict=True)
    )
    return LeakReport(bands, int(np.count_nonzero(covered & ~excused)), covered.size)


def covered_by(boxes: Sequence[Box], width: int, height: int) -> Mask:
    """The mask (height, width) of everything that lies in one of the boxes."""
    mask = np.zeros((height, width), np.bool_)
    for box in boxes:
        mask[_slices(box, width, height)] = True
    return mask


def _resized(box: Box, factor: float) -> Box:
    """The box with its sides ``factor`` times as long around the same centre."""
    x, y = box.centre
    wide, high = box.width * factor, box.height * factor
    return Box(x - wide / 2, y - high / 2, wide, high)


def _slices(box: Box, width: int, height: int) -> tuple[slice, slice]:
    left, right = (min(max(round(edge), 0), width) for edge in (box.x, box.right))
    top, bottom = (min(max(round(edge), 0), height) for edge in (box.y, box.bottom))
    return slice(top, bottom), slice(left, right)
