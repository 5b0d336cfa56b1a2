"""The leak rate: how many other people's faces stay visible in renditions, against labelled photos.

May know: boxes, masks, counts. Must not know: how faces were found, who they belong to, where photos are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from ..values import Box
from .intervals import wilson

Mask = npt.NDArray[np.bool_]

#: Lower edges of the size bands, in pixels of the shorter side of the labelled box. Smaller faces are not counted.
BAND_EDGES = (12, 24, 40, 80)

#: Faces of this size or more must not leak; the rates by tilt and by what hides a face speak of these.
GOAL_SIZE = 24

#: Upper ends of the groups by tilt: degrees from upright, either way.
TILT_EDGES = (15, 45, 90, 180)

#: Upper ends of the groups by hidden share. Of which less than a quarter is seen is no face to find.
HIDDEN_EDGES = (0.1, 0.4, 0.75)

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
class Group:
    """Faces of ``GOAL_SIZE`` and more up to some tilt, or hidden up to some share; ``up_to`` None: not labelled."""

    up_to: float | None
    others: int = 0
    leaked: int = 0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the rate (Wilson 1927); (0, 1) when there were no faces."""
        return wilson(self.leaked, self.others) if self.others else (0.0, 1.0)


@dataclass(frozen=True, slots=True)
class Detail:
    """What a label may say besides the box. tilt: degrees, 0 is upright. seen: share of the face, 0 to 1."""

    tilt: float | None = None
    seen: float | None = None


@dataclass(frozen=True, slots=True)
class LeakReport:
    """Leaks over one or more photos; reports of several photos add up.

    ``pixels_for_nothing``: pixels closed far from any face that had to be closed; ``pixels``: all pixels looked at.
    """

    bands: tuple[Band, ...]
    pixels_for_nothing: int = 0
    pixels: int = 0
    tilts: tuple[Group, ...] = ()
    hidden: tuple[Group, ...] = ()

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
    def goal(self) -> Band:
        """All faces of ``GOAL_SIZE`` and more; the goal is that none of them leaks."""
        large = [band for band in self.bands if band.smallest >= GOAL_SIZE]
        return Band(GOAL_SIZE, None, sum(band.others for band in large), sum(band.leaked for band in large))

    @property
    def area_for_nothing(self) -> float:
        """Share of the photos' area that was closed for nothing, 0 to 1."""
        return self.pixels_for_nothing / self.pixels if self.pixels else 0.0

    def __add__(self, other: LeakReport) -> LeakReport:
        bands = tuple(
            Band(a.smallest, a.below, a.others + b.others, a.leaked + b.leaked)
            for a, b in zip(self.bands, other.bands, strict=True)
        )
        return LeakReport(
            bands,
            self.pixels_for_nothing + other.pixels_for_nothing,
            self.pixels + other.pixels,
            _added(self.tilts, other.tilts),
            _added(self.hidden, other.hidden),
        )


def no_leaks() -> LeakReport:
    """The report on no photo at all, to add others to."""
    return LeakReport(
        tuple(Band(low, high) for low, high in zip(BAND_EDGES, (*BAND_EDGES[1:], None), strict=True)),
        tilts=tuple(Group(edge) for edge in (*TILT_EDGES, None)),
        hidden=tuple(Group(edge) for edge in (*HIDDEN_EDGES, None)),
    )


def leak_rate(
    truth: Sequence[Box], opened: Sequence[bool], covered: Mask, details: Sequence[Detail] | None = None
) -> LeakReport:
    """Count the leaks in one rendition.

    truth: labelled boxes of all faces in the photo, in pixels of the rendition. opened: for each of them, whether it
    may be seen. covered: (h, w) bool, True where the rendition is redacted; for boxes see ``covered_by``. details:
    more about each of the faces; a face of which less than a quarter is seen is not counted, closed or not.

    A face that may not be seen is leaked when ``leaks`` says so. Raises ValueError when the lists differ in length.
    """
    high, wide = covered.shape
    report = no_leaks()
    excused = np.zeros_like(covered)
    for box, may_be_seen, detail in zip(truth, opened, details or [Detail()] * len(truth), strict=True):
        if may_be_seen:
            continue
        excused[_slices(_resized(box, 1 + 2 * _FAIR_MARGIN), wide, high)] = True
        leaked = leaks(box, covered)
        if leaked is not None and is_counted(box, detail):
            report += _of_one(box, detail, leaked)
    return replace(report, pixels_for_nothing=int(np.count_nonzero(covered & ~excused)), pixels=covered.size)


def leaks(box: Box, covered: Mask) -> bool | None:
    """Whether less than 60 % of a labelled box's inner part (shrunk by a fifth) is covered; None outside the photo."""
    inner = covered[_slices(_resized(box, _INNER), covered.shape[1], covered.shape[0])]
    return bool(inner.mean() < COVERED_ENOUGH) if inner.size else None


def is_counted(box: Box, detail: Detail) -> bool:
    """Whether a face is large enough, and enough of it is seen, that closing it must be asked for."""
    enough_seen = detail.seen is None or 1 - detail.seen <= HIDDEN_EDGES[-1]
    return min(box.width, box.height) >= BAND_EDGES[0] and enough_seen


def _of_one(box: Box, detail: Detail, leaked: bool) -> LeakReport:
    """The report on one counted face."""
    empty = no_leaks()
    size = min(box.width, box.height)
    bands = tuple(
        replace(band, others=1, leaked=int(leaked))
        if size >= band.smallest and (band.below is None or size < band.below)
        else band
        for band in empty.bands
    )
    if size < GOAL_SIZE:
        return replace(empty, bands=bands)
    tilt = None if detail.tilt is None else abs((detail.tilt + 180) % 360 - 180)
    hidden = None if detail.seen is None else 1 - detail.seen
    return LeakReport(bands, tilts=_counted(empty.tilts, tilt, leaked), hidden=_counted(empty.hidden, hidden, leaked))


def _counted(groups: Sequence[Group], value: float | None, leaked: bool) -> tuple[Group, ...]:
    """The groups with one face in the first that ``value`` does not exceed, or in the one of what is not labelled."""
    edges = [group.up_to for group in groups]
    place = next((n for n, edge in enumerate(edges) if value is not None and edge is not None and value <= edge), -1)
    chosen = place % len(groups)
    return tuple(
        replace(group, others=1, leaked=int(leaked)) if number == chosen else group
        for number, group in enumerate(groups)
    )


def _added(first: Sequence[Group], second: Sequence[Group]) -> tuple[Group, ...]:
    if not first or not second:
        return tuple(first or second)
    return tuple(Group(a.up_to, a.others + b.others, a.leaked + b.leaked) for a, b in zip(first, second, strict=True))


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
