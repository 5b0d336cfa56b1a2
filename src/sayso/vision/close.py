"""Finds every place that might be a face, so that none stays visible by mistake: recall first, false alarms welcome.

May know: pixels, the locators. Must not know: whose face it is, or which of the places will be closed.
Use ``locate`` to find people; use this to redact.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import ModuleType

import cv2
import numpy as np
import numpy.typing as npt

from ..values import Box
from .images import RgbArray
from .locate import SCALES, SMALL_FACES_SCALE, Locator

_WAITING = "OMP_WAIT_POLICY"


def _import_yuface() -> ModuleType | None:
    """yuface with threads that sleep while they wait; by default they spin, which triples its time on a busy machine.

    Its private OpenMP library reads the environment once, while it is loaded, so the change is undone at once.
    """
    before = os.environ.get(_WAITING)
    os.environ.setdefault(_WAITING, "PASSIVE")
    try:
        return importlib.import_module("yuface")
    except ImportError:
        return None
    finally:
        if before is None:
            del os.environ[_WAITING]


_YUFACE = _import_yuface()

BLAZEFACE = "blazeface"
YUFACE = "yuface"
TURNED = "yuface, photo turned"

#: Scores from which a place counts. Chosen on the demo's group photos: the highest that leave no face open there.
LOCATOR_THRESHOLD = 0.3
LOCATOR_ALONE_THRESHOLD = 0.2
YUFACE_THRESHOLD = 0.35
TURNED_THRESHOLD = 0.6

#: A place above this share of the photo needs this score at least: a large face is seen easily by one of the passes,
#: while a large mistake spoils a photo.
LARGE_SHARE = 0.02
LARGE_THRESHOLD = 0.45

# Long sides in pixels. The finest pass never enlarges a photo; the others may, to twice its size.
_COARSE_SIDES = (160, 640)
_FINE_SIDE = 1920
_TURNED_SIDE = 640
_MOST_ENLARGED = 2.0

#: Degrees, anticlockwise, by which the photo is turned to find tilted and lying heads.
TURNS = (45, -45, 90, -90, 135, -135, 180)

# yuface looks at cells of up to 64 pixels; smaller pictures are laid on a canvas of at least this size.
_LEAST_CANVAS = 64

# A place is dropped when so much of it lies in a kept one that is neither much larger nor much smaller.
_SAME_SHARE = 0.7
_MUCH_LARGER = 4.0
_MUCH_SMALLER = 0.6


@dataclass(frozen=True, slots=True)
class Region:
    """A place that may be a face. ``score`` is 0 to 1 on the scale of ``source``, which names what found it."""

    box: Box
    score: float
    source: str


class Closer:
    """Locates for redaction. Deterministic; any number of threads may share one.

    ``sources`` names what it looks with. Where yuface is not installed, the locator alone looks at a lower threshold.
    """

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self.sources: tuple[str, ...] = (BLAZEFACE, YUFACE, TURNED) if _YUFACE else (BLAZEFACE,)

    def regions(self, rgb: RgbArray) -> list[Region]:
        """Every place that might be a face, the largest first, inside the photo.

        rgb: (h, w, 3) uint8, upright. Raises UsageError for any other array.
        """
        high, wide = rgb.shape[:2]
        threshold = LOCATOR_THRESHOLD if _YUFACE else LOCATOR_ALONE_THRESHOLD
        located = self._locator.locate(rgb, scales=(*SCALES, SMALL_FACES_SCALE), threshold=threshold)
        found = [Region(face.box, face.score, BLAZEFACE) for face in located]
        if _YUFACE is not None:
            fine = min(_FINE_SIDE, max(high, wide))
            for side in sorted({*(side for side in _COARSE_SIDES if side <= 2 * fine), fine}):
                found += _look(_YUFACE, rgb, side, 0, YUFACE_THRESHOLD, YUFACE)
            for degrees in TURNS:
                found += _look(_YUFACE, rgb, _TURNED_SIDE, degrees, TURNED_THRESHOLD, TURNED)
        inside = [replace(region, box=box) for region in found if (box := _clipped(region.box, wide, high))]
        large = LARGE_SHARE * wide * high if _YUFACE else float("inf")
        return merged(region for region in inside if region.box.area <= large or region.score >= LARGE_THRESHOLD)


def merged(regions: Iterable[Region]) -> list[Region]:
    """The regions without those that others cover, the largest first, each with the best score of what it covers.

    Of two boxes of the same face the larger stays. A box from a turned photo fits its face less well, so it stays only
    where no upright pass found one of about its size. A box much larger than another swallows nothing: it may be a
    mistake, while the small one is a face that its owner may want open.
    """
    kept: list[Region] = []
    order = sorted(regions, key=lambda r: (r.source == TURNED, -r.box.area, r.box.x, r.box.y, -r.score, r.source))
    for region in order:
        for number, other in enumerate(kept):
            if _same(other.box, region.box):
                kept[number] = replace(other, score=max(other.score, region.score))
                break
        else:
            kept.append(region)
    return sorted(kept, key=lambda r: (-r.box.area, r.box.x, r.box.y))


def _same(kept: Box, other: Box) -> bool:
    ratio = kept.area / other.area
    share = kept.overlap(other) / min(kept.area, other.area)
    return share >= _SAME_SHARE and _MUCH_SMALLER <= ratio <= _MUCH_LARGER


def _look(yuface: ModuleType, rgb: RgbArray, side: int, degrees: int, threshold: float, source: str) -> list[Region]:
    """What yuface finds in the photo at one size and turn, in pixels of the upright photo."""
    picture, transform = _at(rgb, side, degrees)
    rows = np.asarray(yuface.c_detect(np.ascontiguousarray(picture[..., ::-1])), np.float64).reshape(-1, 16)
    rows = rows[(rows[:, 0] >= threshold * 100) & (rows[:, 3] > 0) & (rows[:, 4] > 0)]
    back = cv2.invertAffineTransform(transform)
    # The box around the turned-back ellipse that fills the found box: it fits a head, unlike the turned box's corners.
    halves = rows[:, 3:5] / 2
    middles = (rows[:, 1:3] + halves) @ back[:, :2].T + back[:, 2]
    reaches = np.sqrt(halves**2 @ (back[:, :2] ** 2).T)
    return [
        Region(Box(x - across, y - down, 2 * across, 2 * down), score / 100, source)
        for (x, y), (across, down), score in zip(middles.tolist(), reaches.tolist(), rows[:, 0].tolist(), strict=True)
    ]


def _at(rgb: RgbArray, side: int, degrees: int) -> tuple[RgbArray, npt.NDArray[np.float64]]:
    """The photo with its long side at ``side`` pixels, turned, on a black canvas; and the transform (2, 3) to it."""
    high, wide = rgb.shape[:2]
    scale = min(side / max(high, wide), _MOST_ENLARGED)
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    level = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), degrees, 1.0)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    canvas = (
        max(round(size[0] * cosine + size[1] * sine), _LEAST_CANVAS),
        max(round(size[0] * sine + size[1] * cosine), _LEAST_CANVAS),
    )
    turn[:, 2] += (canvas[0] - size[0]) / 2, (canvas[1] - size[1]) / 2
    picture = np.asarray(cv2.warpAffine(level, turn, canvas, flags=cv2.INTER_LINEAR), np.uint8)
    grow = np.array([[size[0] / wide, 0, 0], [0, size[1] / high, 0], [0, 0, 1]])
    return picture, turn @ grow


def _clipped(box: Box, wide: int, high: int) -> Box | None:
    left, top = max(box.x, 0.0), max(box.y, 0.0)
    right, bottom = min(box.right, float(wide)), min(box.bottom, float(high))
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None
