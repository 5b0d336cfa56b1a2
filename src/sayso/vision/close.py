"""Finds every place that might be a face, so that none stays visible by mistake: recall first, false alarms welcome.

May know: pixels, the locators. Must not know: whose face it is, or which of the places will be closed.
Use ``locate`` to find people; use this to redact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ..values import Box
from . import second_detector
from .geometry import Reals, apply, invert
from .images import RgbArray
from .locate import SCALES, SMALL_FACES_SCALE, Locator

BLAZEFACE = "blazeface"
YUFACE = "yuface"
TURNED = "blazeface, photo turned"

#: Scores from which a small place counts, by what found it, with the second detector and without. Chosen on the demo's
#: group photos and on rendered scenes of small, hidden, tilted and cut-off faces (bench/recall.py): lower ones close
#: few more faces and much more of everything else.
THRESHOLDS = {BLAZEFACE: 0.22, TURNED: 0.2, YUFACE: 0.35}
ALONE_THRESHOLDS = {BLAZEFACE: 0.2, TURNED: 0.2}

#: From the first share of the photo on a larger place needs a better score, from the second on it needs this one: a
#: large face is seen easily by one of the passes, while a large mistake spoils a photo.
SMALL_SHARE, LARGE_SHARE = 0.005, 0.02
LARGE_THRESHOLD = 0.45
LARGE_ALONE_THRESHOLD = 0.3

# Long sides in pixels of the upright looks.
_UPRIGHT_SIDES = (*SCALES, 384, SMALL_FACES_SCALE)

# Long sides of the further looks, each with the square canvas on which it is laid, and the degrees of a turn. The
# canvas is the same for every turn and every shape of photo: each shape of canvas costs half a second to compile.
_CANVASES = ((384, 448, 45), (768, 896, 30))

# Long sides of the looks with the second detector. The finest never enlarges a photo.
_COARSE_SIDES = (160, 640)
_FINE_SIDE = 1920
_MOST_ENLARGED = 2.0

# Of a place found in a mirrored rim, at least this share must lie in the photo.
_INSIDE_SHARE = 0.25

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

    The photo is looked at upright at several sizes; on a canvas whose rim mirrors it, which makes cut-off faces whole;
    and turned, for heads that are tilted, lie, or stand on their top.
    ``sources`` names what it looks with. Without the second detector it looks at a lower threshold.
    """

    def __init__(self, locator: Locator) -> None:
        self._locator = locator
        self.sources: tuple[str, ...] = (BLAZEFACE, TURNED, *([YUFACE] if second_detector.AVAILABLE else []))

    def regions(self, rgb: RgbArray) -> list[Region]:
        """Every place that might be a face, the largest first, inside the photo.

        rgb: (h, w, 3) uint8, upright. Raises UsageError for any other array.
        """
        both = second_detector.AVAILABLE
        thresholds, large = (THRESHOLDS, LARGE_THRESHOLD) if both else (ALONE_THRESHOLDS, LARGE_ALONE_THRESHOLD)
        located = self._locator.locate(rgb, scales=_UPRIGHT_SIDES, threshold=thresholds[BLAZEFACE])
        found = [Region(face.box, face.score, BLAZEFACE) for face in located]
        found += self._on_canvases(rgb, thresholds)
        found += _second_looks(rgb)
        high, wide = rgb.shape[:2]
        inside = [replace(region, box=box) for region in found if (box := _clipped(region.box, wide, high))]
        return merged(
            region
            for region in inside
            if region.score >= _enough(region.box.area / (wide * high), thresholds[region.source], large)
        )

    def _on_canvases(self, rgb: RgbArray, thresholds: Mapping[str, float]) -> Iterator[Region]:
        """What BlazeFace finds on square canvases: upright with a mirrored rim, then turned all the way round."""
        frame = Box(0, 0, rgb.shape[1], rgb.shape[0])
        for side, size, step in _CANVASES:
            level, scale = _level(rgb, side)
            for degrees in range(0, 360, step):
                source = TURNED if degrees else BLAZEFACE
                canvas, transform = _laid(level, size, degrees)
                back = invert(transform) / scale
                for face in self._locator.locate(canvas, scales=(size,), threshold=thresholds[source]):
                    box = _turned_back(face.box, back)
                    # What lies in the rim for the most part is the mirror image of a face, which is found as itself.
                    if degrees or box.overlap(frame) >= _INSIDE_SHARE * box.area:
                        yield Region(box, face.score, source)


def _enough(share: float, least: float, large: float) -> float:
    """The score that a place of this share of the photo needs: ``least`` for small ones, ``large`` for large ones."""
    grown = np.log(share / SMALL_SHARE) / np.log(LARGE_SHARE / SMALL_SHARE)
    return least + (large - least) * float(np.clip(grown, 0, 1))


def merged(regions: Iterable[Region]) -> list[Region]:
    """The regions without those that others cover, the largest first, each with the best score of what it covers.

    Of two boxes of the same face the larger stays. A box from a turned photo fits its face less well, so it stays only
    where no upright pass found one of about its size. A box much larger than another swallows nothing: it may be a
    mistake, while the small one is a face that its owner may want open.
    """
    kept: list[Region] = []
    covered: list[Region] = []
    order = sorted(regions, key=lambda r: (r.source == TURNED, -r.box.area, r.box.x, r.box.y, -r.score, r.source))
    for region in order:
        (covered if any(_same(other.box, region.box) for other in kept) else kept).append(region)
    # A score goes to the box that fits best: a loose one around the same face would become certain by it.
    for region in covered:
        same = [number for number, other in enumerate(kept) if _same(other.box, region.box)]
        best = max(same, key=lambda number: kept[number].box.iou(region.box))
        kept[best] = replace(kept[best], score=max(kept[best].score, region.score))
    return sorted(kept, key=lambda r: (-r.box.area, r.box.x, r.box.y))


def _same(kept: Box, other: Box) -> bool:
    ratio = kept.area / other.area
    share = kept.overlap(other) / min(kept.area, other.area)
    return share >= _SAME_SHARE and _MUCH_SMALLER <= ratio <= _MUCH_LARGER


def _second_looks(rgb: RgbArray) -> Iterator[Region]:
    """What the second detector finds in the upright photo; nothing where it is not installed."""
    if not second_detector.AVAILABLE:
        return
    fine = min(_FINE_SIDE, max(rgb.shape[:2]))
    for side in sorted({*(side for side in _COARSE_SIDES if side <= 2 * fine), fine}):
        level, scale = _level(rgb, side)
        finds = second_detector.look(level, THRESHOLDS[YUFACE])
        for (left, top, width, height), score in zip(finds.boxes.tolist(), finds.scores.tolist(), strict=True):
            yield Region(Box(left, top, width, height).scaled(1 / scale), score, YUFACE)


def _level(rgb: RgbArray, side: int) -> tuple[RgbArray, float]:
    """The photo with its long side at ``side`` pixels, or at twice its size if that is less; and its scale."""
    high, wide = rgb.shape[:2]
    scale = min(side / max(high, wide), _MOST_ENLARGED)
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    level = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    return np.asarray(level, np.uint8), scale


def _laid(level: RgbArray, size: int, degrees: int) -> tuple[RgbArray, Reals]:
    """The level in the middle of a square canvas of ``size`` pixels, turned anticlockwise and made to fit; and the
    transform (2, 3) to it. Around it is black, or its mirror image if it is not turned."""
    high, wide = level.shape[:2]
    angle = np.radians(degrees)
    cosine, sine = abs(np.cos(angle)), abs(np.sin(angle))
    scale = min(1.0, size / max(wide * cosine + high * sine, wide * sine + high * cosine))
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, scale)
    turn[:, 2] += (size - wide) / 2, (size - high) / 2
    border = cv2.BORDER_CONSTANT if degrees else cv2.BORDER_REFLECT
    canvas = cv2.warpAffine(level, turn, (size, size), flags=cv2.INTER_LINEAR, borderMode=border)
    return np.asarray(canvas, np.uint8), np.asarray(turn, np.float64)


def _turned_back(box: Box, back: Reals) -> Box:
    """The box around the turned-back ellipse that fills the found box: it fits a head, unlike the turned box's
    corners."""
    x, y = apply(back, np.array(box.centre))
    across, down = np.sqrt(back[:, :2] ** 2 @ np.square([box.width / 2, box.height / 2]))
    return Box(float(x - across), float(y - down), float(2 * across), float(2 * down))


def _clipped(box: Box, wide: int, high: int) -> Box | None:
    left, top = max(box.x, 0.0), max(box.y, 0.0)
    right, bottom = min(box.right, float(wide)), min(box.bottom, float(high))
    return Box(left, top, right - left, bottom - top) if right > left and bottom > top else None
