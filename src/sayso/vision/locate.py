"""Finds where faces are: MediaPipe's BlazeFace (full range) run over a photo at several sizes.

May know: pixels, the detector's card and outputs. Must not know: whose face it is, or that anybody asks.
Must not keep: anything of a photo after the call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from ..errors import UsageError
from ..values import Box
from .geometry import Picture, Reals, merge_doubles
from .models import ModelStore
from .runtime import Bytes, Network, Shape, ShapedNetworks, load_openvino, precision, read_network, take_pixels

MODEL = "blazeface-full-range"

#: Long sides in pixels at which a photo is looked at. The smallest finds faces that fill the photo.
SCALES = (96, 192, 768)

#: Added to find faces below about 40 pixels in a photo of 1,920.
SMALL_FACES_SCALE = 1536

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


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A face's place. ``box`` may reach beyond the photo's edge; ``score`` is 0 to 1.

    points: (6, 2) pixels: the eyes (left in the picture first), nose, mouth, and the ears' sides.
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
            model = _at_shape(read_network(path), shape)
            return Network(take_pixels(model, mean=127.5, scale=127.5), threads=threads, precision=precision())

        self._networks = ShapedNetworks(build)

    def locate(
        self,
        rgb: Picture,
        *,
        small_faces: bool = False,
        threshold: float = 0.5,
        scales: tuple[int, ...] | None = None,
    ) -> list[Located]:
        """The faces in a photo, the surest first.

        rgb: (h, w, 3) uint8, red first, upright.
        small_faces: look at a larger size too, which takes about four times as long.
        threshold: least score, above 0 and below 1.
        scales: long sides to look at instead of ``SCALES``, in pixels.
        Method: Bazarevsky et al. 2019 (arXiv:1907.05047), run fully convolutionally, doubles merged across sizes.
        """
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8 or 0 in rgb.shape:
            raise UsageError(
                "Faces can only be located in pixels of shape (h, w, 3), uint8.", "Decode the photo first."
            )
        if not 0 < threshold < 1:
            raise UsageError(f"The threshold {threshold} is no score.", "Choose one between 0 and 1.")
        sides = scales or (*SCALES, *([SMALL_FACES_SCALE] if small_faces else []))
        least = float(np.log(threshold / (1 - threshold)))
        found = [self._at_scale(canvas, scale, least) for canvas, scale in _canvases(rgb, sides)]
        boxes, scores, points = (np.concatenate(part) for part in zip(*found, strict=True))
        boxes, scores, points = merge_doubles(boxes, scores, points)
        return [
            Located(Box(left, top, right - left, bottom - top), score, own.reshape(_POINTS, 2))
            for (left, top, right, bottom), score, own in zip(boxes.tolist(), scores.tolist(), points, strict=True)
        ]

    def _at_scale(self, canvas: Bytes, scale: float, least: float) -> tuple[Reals, Reals, Reals]:
        """Boxes (n, 4), scores (n,) and points (n, 12) in pixels of the photo, before doubles are merged."""
        batch = canvas[None]
        offsets, logits = self._networks.at(batch.shape).run(batch)
        cells = np.flatnonzero(logits[0, :, 0] > least)
        rows, columns = np.divmod(cells, canvas.shape[1] // _STRIDE)
        middles = (np.stack([columns, rows], 1) + 0.5) * _STRIDE
        values = offsets[0, cells].astype(np.float64)
        centres, sizes = values[:, :2] + middles, values[:, 2:4]
        sound = (sizes > 0).all(1)
        boxes = np.hstack([centres - sizes / 2, centres + sizes / 2])
        points = (values[:, 4:].reshape(-1, _POINTS, 2) + middles[:, None]).reshape(-1, 2 * _POINTS)
        scores = 1 / (1 + np.exp(-logits[0, cells, 0].astype(np.float64)))
        return boxes[sound] / scale, scores[sound], points[sound] / scale


def _canvases(rgb: Picture, sides: tuple[int, ...]) -> Iterator[tuple[Bytes, float]]:
    """The photo at each size in the top left corner of a black canvas, with its scale; the largest first."""
    high, wide = rgb.shape[:2]
    source = rgb
    for side in sorted(set(sides), reverse=True):
        scale = side / max(high, wide)
        if scale > _MOST_ENLARGED and side != min(sides):
            continue
        shape = max(1, round(wide * scale)), max(1, round(high * scale))
        smaller = shape[0] * shape[1] < source.shape[0] * source.shape[1]
        level = cv2.resize(source, shape, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
        canvas = np.zeros((*_canvas_shape(shape[1], shape[0]), 3), np.uint8)
        canvas[: shape[1], : shape[0]] = level
        yield canvas, scale
        if scale <= 1:
            source = np.asarray(level, np.uint8)


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
