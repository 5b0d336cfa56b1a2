"""Finds where faces are: MediaPipe's BlazeFace (full range) at several sizes, and a second detector for what it misses.

May know: pixels, the detectors' outputs. Must not know: whose face it is, or that anybody asks.
Must not keep: anything of a photo after the call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from ..errors import UsageError
from ..values import Box
from . import second_detector
from .geometry import Picture, Reals, merge_doubles, overlaps
from .models import ModelStore
from .runtime import Network, Shape, ShapedNetworks, kept_beside, load_openvino, precision, read_network, take_pixels

MODEL = "blazeface-full-range"


@dataclass(frozen=True, slots=True)
class Look:
    """One pass over a photo: its long side in pixels, the least score that counts, and how far the photo is turned
    before, in quarters anticlockwise."""

    side: int
    least: float
    quarters: int = 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a photo is looked at with. What ``second`` finds counts only where no look found anything."""

    looks: tuple[Look, ...]
    second: tuple[Look, ...]


#: Long sides in pixels at which a photo is looked at. The smallest finds faces that fill the photo.
SCALES = (96, 192, 768)

#: Added to find faces below about 40 pixels in a photo of 1,920.
SMALL_FACES_SCALE = 1536

#: The scores were chosen on rendered photos of every difficulty (bench/recall.py): as low as adds few false faces.
USUAL = Recipe(tuple(Look(side, 0.4) for side in SCALES), (Look(320, 0.5),))

#: For small faces, and for heads that lie or stand on their top, which both detectors miss unless the photo is turned.
THOROUGH = Recipe(
    (
        *USUAL.looks,
        Look(384, 0.4),
        Look(SMALL_FACES_SCALE, 0.5),
        *(Look(side, 0.5, quarters) for side in (384, 768) for quarters in (1, 2, 3)),
    ),
    (Look(640, 0.5), Look(960, 0.55)),
)

_STRIDE = 4
_SIDE_OF_PUBLISHED_INPUT = 192
_POINTS = 6
_SIDES_ARE_MULTIPLES_OF = 64

# Short sides as parts of the long one: panorama, 16:9, 3:2, 4:3 and square. A canvas shape costs half a second to
# compile, so that photos share a few.
_ASPECTS = (1 / 3, 7 / 12, 2 / 3, 3 / 4, 1.0)
_SQUARE_UP_TO = 192

# A photo is not blown up further than this, except for the smallest size.
_MOST_ENLARGED = 2.0

# A find below this score, and any of the second detector, is no other face when it shares more than these with a better
# one: of intersection over union, and of the smaller box inside the other.
_SURE = 0.5
_SAME_SHARED = 0.2
_SAME_INSIDE = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A face's place. ``box`` may reach beyond the photo's edge; ``score`` is 0 to 1.

    points: (6, 2) pixels: the eyes (left in the picture first, were the face upright), nose, mouth, the ears' sides.
    """

    box: Box
    score: float
    points: Reals


class Locator:
    """Locates faces. Any number of threads may share one."""

    def __init__(self, store: ModelStore, *, threads: int = 1) -> None:
        """threads: how many one call may use."""
        path = store.path(MODEL)

        def build(shape: Shape) -> Network:
            return Network(
                lambda: take_pixels(_at_shape(read_network(path), shape), mean=127.5, scale=127.5),
                threads=threads,
                precision=precision(),
                kept=kept_beside(path, *shape, "pixels", 127.5, 127.5),
            )

        self._networks = ShapedNetworks(build)

    def locate(
        self,
        rgb: Picture,
        *,
        small_faces: bool = False,
        threshold: float | None = None,
        scales: tuple[int, ...] | None = None,
    ) -> list[Located]:
        """The faces in a photo, the surest first.

        rgb: (h, w, 3) uint8, red first, upright.
        small_faces: look closer, and for turned heads too (``THOROUGH``); bench/recall.py tells how much longer.
        threshold: least score, above 0 and below 1, instead of the recipe's.
        scales: let BlazeFace alone look, with the photo upright, at these long sides in pixels.
        Method: Bazarevsky et al. 2019 (arXiv:1907.05047), run fully convolutionally, doubles merged across sizes.
        """
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or 0 in rgb.shape:
            raise UsageError(
                "Faces can only be located in pixels of shape (h, w, 3), uint8.", "Decode the photo first."
            )
        if threshold is not None and not 0 < threshold < 1:
            raise UsageError(f"The threshold {threshold} is no score.", "Choose one between 0 and 1.")
        recipe = THOROUGH if small_faces else USUAL
        if scales is not None:
            recipe = Recipe(tuple(Look(side, recipe.looks[0].least) for side in scales), ())
        if threshold is not None:
            recipe = _with_least(recipe, threshold)
        return self._follow(rgb, recipe)

    def _follow(self, rgb: Picture, recipe: Recipe) -> list[Located]:
        found = [self._look(level, look) for level, look in _levels(rgb, recipe.looks)]
        boxes, scores, points = (np.concatenate(part) for part in zip(*found, strict=True))
        boxes, scores, points = _without_fragments(*merge_doubles(boxes, scores, points))
        for level, look in _levels(rgb, recipe.second) if second_detector.AVAILABLE else ():
            more = _second_look(level, look)
            new = _elsewhere(boxes, more[0])
            boxes, scores, points = (
                np.concatenate([old, own[new]]) for old, own in zip((boxes, scores, points), more, strict=True)
            )
        return [
            Located(Box(left, top, right - left, bottom - top), score, own.reshape(_POINTS, 2))
            for (left, top, right, bottom), score, own in sorted(
                zip(boxes.tolist(), scores.tolist(), points, strict=True), key=lambda face: (-face[1], face[0])
            )
        ]

    def _look(self, level: _Level, look: Look) -> tuple[Reals, Reals, Reals]:
        """Boxes (n, 4), scores (n,) and points (n, 12) in pixels of the photo, before doubles are merged."""
        turned = np.rot90(level.pixels, look.quarters)
        canvas = np.zeros((*_canvas_shape(*turned.shape[:2]), 3), np.uint8)
        canvas[: turned.shape[0], : turned.shape[1]] = turned
        offsets, logits = self._networks.at((1, *canvas.shape)).run(canvas[None])
        cells = np.flatnonzero(logits[0, :, 0] > np.log(look.least / (1 - look.least)))
        rows, columns = np.divmod(cells, canvas.shape[1] // _STRIDE)
        middles = (np.stack([columns, rows], 1) + 0.5) * _STRIDE
        values = offsets[0, cells].astype(np.float64)
        centres, sizes = values[:, :2] + middles, values[:, 2:4]
        sound = (sizes > 0).all(1)
        points = values[:, 4:].reshape(-1, _POINTS, 2) + middles[:, None]
        centres, points = (_turned_back(places[sound], look.quarters, level) for places in (centres, points))
        halves = sizes[sound, :: -1 if look.quarters % 2 else 1] / 2
        boxes = np.hstack([centres - halves, centres + halves])
        scores = 1 / (1 + np.exp(-logits[0, cells, 0].astype(np.float64)))
        return boxes / level.scale, scores[sound], points.reshape(-1, 2 * _POINTS) / level.scale


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The photo at one size, ``scale`` times as large."""

    pixels: Picture
    scale: float


def _with_least(recipe: Recipe, least: float) -> Recipe:
    return Recipe(
        tuple(replace(look, least=least) for look in recipe.looks),
        tuple(replace(look, least=least) for look in recipe.second),
    )


def _levels(rgb: Picture, looks: Sequence[Look]) -> Iterator[tuple[_Level, Look]]:
    """The photo at the size of each look; the largest first, so that a smaller one is made of a larger one."""
    high, wide = rgb.shape[:2]
    source = rgb
    sides = {look.side for look in looks}
    for side in sorted(sides, reverse=True):
        scale = side / max(high, wide)
        if scale > _MOST_ENLARGED and side != min(sides):
            continue
        shape = max(1, round(wide * scale)), max(1, round(high * scale))
        smaller = shape[0] * shape[1] < source.shape[0] * source.shape[1]
        pixels = cv2.resize(source, shape, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
        level = _Level(np.asarray(pixels, np.uint8), scale)
        yield from ((level, look) for look in looks if look.side == side)
        if scale <= 1:
            source = level.pixels


def _second_look(level: _Level, look: Look) -> tuple[Reals, Reals, Reals]:
    """What the second detector finds, as the first one says it: square boxes, and its six points."""
    finds = second_detector.look(level.pixels, look.least)
    halves = np.sqrt(finds.boxes[:, 2:].prod(1, keepdims=True)) / 2
    centres = finds.boxes[:, :2] + finds.boxes[:, 2:] / 2
    left_eye, right_eye, nose, *mouth = finds.points.transpose(1, 0, 2)
    # It does not mark ears: they lie about half as far again beyond the eyes.
    beyond = (right_eye - left_eye) / 2
    points = np.hstack([left_eye, right_eye, nose, (mouth[0] + mouth[1]) / 2, left_eye - beyond, right_eye + beyond])
    return np.hstack([centres - halves, centres + halves]) / level.scale, finds.scores, points / level.scale


def _without_fragments(boxes: Reals, scores: Reals, points: Reals) -> tuple[Reals, Reals, Reals]:
    """The finds, surest first, without doubtful ones that overlap a better one: they are parts of the same face, and
    would be measured, closed and asked about as somebody else's."""
    sure = int((scores >= _SURE).sum())
    kept = np.concatenate([np.arange(sure), sure + _elsewhere(boxes[:sure], boxes[sure:])])
    return boxes[kept], scores[kept], points[kept]


def _elsewhere(known: Reals, more: Reals) -> npt.NDArray[np.intp]:
    """Which of ``more`` boxes (n, 4), surest first, are neither a known face nor the same as an earlier one."""
    kept: list[int] = []
    for number, box in enumerate(more):
        others = np.concatenate([known, more[kept]])
        shared, inside = overlaps(box, others)
        if not ((shared > _SAME_SHARED) | (inside > _SAME_INSIDE)).any():
            kept.append(number)
    return np.array(kept, np.intp)


def _turned_back(places: Reals, quarters: int, level: _Level) -> Reals:
    """Places (..., 2) of the level turned anticlockwise by quarters, in pixels of the level itself."""
    high, wide = level.pixels.shape[:2]
    across, down = places[..., 0], places[..., 1]
    match quarters % 4:
        case 0:
            return places
        case 1:
            return np.stack([wide - down, across], -1)
        case 2:
            return np.stack([wide - across, high - down], -1)
        case _:
            return np.stack([down, high - across], -1)


def _canvas_shape(high: int, wide: int) -> tuple[int, int]:
    long = max(high, wide)
    short = min(high, wide)
    aspect = 1.0 if long <= _SQUARE_UP_TO else next(part for part in _ASPECTS if short <= _rounded(long * part))
    across, along = _rounded(long * aspect), _rounded(long)
    return (across, along) if wide >= high else (along, across)


def _rounded(side: float) -> int:
    return -(-round(side) // _SIDES_ARE_MULTIPLES_OF) * _SIDES_ARE_MULTIPLES_OF


def _at_shape(model: Any, shape: Shape) -> Any:
    """BlazeFace for another input size: its fixed sizes of inner maps and outputs follow the input's."""
    growth = np.array(shape[1:3]) / _SIDE_OF_PUBLISHED_INPUT
    for step in model.get_ordered_ops():
        match step.get_type_name():
            case "Interpolate":
                sizes = _constant(step, 1)
                if sizes.size == 2:
                    _replace(step, np.round(sizes * growth).astype(sizes.dtype))
            case "Reshape":
                flat = step.get_output_shape(0)
                if len(flat) == 3:
                    _replace(step, np.array([1, -1, flat[-1]], np.int64))
    model.get_parameters()[0].set_partial_shape(load_openvino().PartialShape(list(shape)))
    model.validate_nodes_and_infer_types()
    return model


def _constant(step: Any, number: int) -> Any:
    return step.input(number).get_source_output().get_node().get_data()


def _replace(step: Any, values: Any) -> None:
    step.input(1).replace_source_output(load_openvino().opset8.constant(values).output(0))
