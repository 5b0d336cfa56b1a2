"""Lays faces upright and in the same place: 468 points on each face, then a chip that fits a template.

May know: pixels, boxes, the mesh's card and outputs. Must not know: recognisers' outputs, whose face it is.
Must not keep: anything of a photo after the call.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache as once
from importlib import resources

import numpy as np
import numpy.typing as npt

from ..values import Box
from .geometry import Picture, Reals, apply, invert, similarity, square, warp
from .locate import Located
from .models import ModelStore
from .runtime import Bytes, Floats, Network, Shape, ShapedNetworks, kept_beside, read_network, take_pixels

MODEL = "face-mesh-468"
POINTS = 468

_SIDE = 192
_BATCH = 8

# The mesh was trained on squares of this many times the box.
_SURROUNDINGS = 1.5

# A mesh laid on a tilted face finds only part of the tilt, so that it is laid again while the angle still moves more
# than this (radians). Most faces in photos are upright enough for one laying, which costs nearly as much as measuring.
_SETTLED = np.radians(5)
_MOST_TURNS = 5

# Below this the mesh itself doubts that there is a face as it is laid, and other turns are tried.
_SURE = 0.5

# A turned mesh must be surer than the upright one by this much: most heads are upright, and small ones leave it unsure.
_MARGIN = 0.3
_QUARTER_TURNS = (np.pi / 2, -np.pi / 2, np.pi)

# Corners of the eyes in the mesh: of the one on the left of the picture, then of the other.
_LEFT_EYE = (33, 133)
_RIGHT_EYE = (362, 263)


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """Where stable mesh points lie on a chip.

    points: (k,) numbers of mesh points. places: (k, 2) in pixels of a chip of ``size`` x ``size``.
    """

    size: int
    points: npt.NDArray[np.intp]
    places: Reals


@once
def mesh29() -> Template:
    """29 points around eyes, nose and mouth on 150 x 150 pixels, as dlib's own chips have them on average."""
    facts = json.loads(resources.files("sayso.vision").joinpath("mesh29.json").read_text("utf-8"))
    return Template(facts["size"], np.array(facts["points"], np.intp), np.array(facts["places"]))


# Where ArcFace's training pictures have both eyes, the tip of the nose and the corners of the mouth on 112 x 112
# pixels (Deng et al. 2019; InsightFace's reference points), and the mesh points that mean the same.
_ARCFACE = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]]
)
_ARCFACE_POINTS = (_LEFT_EYE, _RIGHT_EYE, (4,), (61,), (291,))
_ARCFACE_SIZE = 112


@once
def arcface112() -> Template:
    """The points of ``mesh29`` on 112 x 112 pixels, moved together so that its eyes, nose and mouth come nearest to
    ArcFace's five points. 29 points hold a small face steadier than five do."""
    known = mesh29()
    places = dict(zip(known.points.tolist(), known.places, strict=True))
    five = np.array([np.mean([places[point] for point in points], axis=0) for points in _ARCFACE_POINTS])
    return Template(_ARCFACE_SIZE, known.points, apply(similarity(five, _ARCFACE), known.places))


TEMPLATES = {"mesh29": mesh29, "arcface-112": arcface112}


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Faces made comparable, in the order in which they were given.

    chips: (n, size, size, 3) uint8, red first. landmarks: (n, 468, 3) in pixels of the photo, z on the same scale.
    presence: (n,) 0 to 1, how sure the mesh is that there is a face.
    """

    chips: Bytes
    landmarks: Floats
    presence: Floats


class Aligner:
    """Aligns faces to a template. Any number of threads may share one."""

    def __init__(self, store: ModelStore, *, threads: int = 1, template: Template | None = None) -> None:
        """threads: how many one call may use. template: the one that the store's recogniser takes, if None."""
        path = store.path(MODEL)

        def build(shape: Shape) -> Network:
            # In bf16 points move by up to 0.7 pixels of the mesh's input, for little gain in speed.
            return Network(
                lambda: take_pixels(read_network(path, shape), mean=0.0, scale=255.0),
                threads=threads,
                precision="f32",
                kept=kept_beside(path, *shape, "pixels", 0.0, 255.0),
            )

        self._networks = ShapedNetworks(build)
        self.template = template or TEMPLATES[store.alignment]()

    def align(self, rgb: Picture, located: Sequence[Located]) -> Aligned:
        """Chips and landmarks of faces that were just located.

        rgb: (h, w, 3) uint8, red first, the photo in which they were located.
        """
        squares = [_square(one.box, _angle(one.points[0], one.points[1])) for one in located]
        return self._cut(rgb, *self._mesh(rgb, squares))

    def align_boxes(self, rgb: Picture, boxes: Sequence[Box]) -> Aligned:
        """Chips and landmarks of faces of which only the boxes are known.

        The mesh is laid upright first, and by quarter turns where it sees no face: a head may lie.
        rgb: (h, w, 3) uint8, red first. boxes: in pixels of that photo.
        """
        landmarks, presence = self._settled(rgb, boxes, 0.0)
        unsure = np.flatnonzero(presence < _SURE)
        least = np.maximum(presence[unsure] + _MARGIN, _SURE)
        for start in _QUARTER_TURNS if len(unsure) else ():
            again, surer = self._settled(rgb, [boxes[number] for number in unsure.tolist()], start)
            better = surer > least
            landmarks[unsure[better]], presence[unsure[better]] = again[better], surer[better]
            least = np.maximum(least, surer)
        return self._cut(rgb, landmarks, presence)

    def _settled(self, rgb: Picture, boxes: Sequence[Box], start: float) -> tuple[Floats, Floats]:
        """As ``_mesh``, laid at an angle, turned by the line of the eyes that was found, and laid again until the line
        settles."""
        angles = np.full(len(boxes), start)
        landmarks, presence = self._mesh(rgb, [_square(box, start) for box in boxes])
        turning = np.arange(len(boxes))
        for _ in range(_MOST_TURNS):
            found = np.array([_eye_angle(landmarks[number]) for number in turning.tolist()])
            moved = np.abs(np.angle(np.exp(1j * (found - angles[turning])))) > _SETTLED
            turning = turning[moved]
            if not len(turning):
                break
            angles[turning] = found[moved]
            squares = [_square(boxes[number], float(angles[number])) for number in turning.tolist()]
            landmarks[turning], presence[turning] = self._mesh(rgb, squares)
        return landmarks, presence

    def _mesh(self, rgb: Picture, transforms: Sequence[Reals]) -> tuple[Floats, Floats]:
        """Landmarks (n, 468, 3) in pixels of the photo and presence (n,) for squares given by their transforms."""
        landmarks = np.empty((len(transforms), POINTS, 3), np.float32)
        presence = np.empty(len(transforms), np.float32)
        start = 0
        while start < len(transforms):
            count = _BATCH if len(transforms) - start >= _BATCH else 1
            part = slice(start, start + count)
            batch = np.stack([warp(rgb, transform, _SIDE) for transform in transforms[part]])
            points, logits = self._networks.at(batch.shape).run(batch)
            landmarks[part] = points.reshape(-1, POINTS, 3)
            presence[part] = 1 / (1 + np.exp(-logits.reshape(-1)))
            start += count
        for own, transform in zip(landmarks, transforms, strict=True):
            own[:, :2] = apply(invert(transform), own[:, :2])
            own[:, 2] /= np.hypot(transform[0, 0], transform[1, 0])
        return landmarks, presence

    def _cut(self, rgb: Picture, landmarks: Floats, presence: Floats) -> Aligned:
        template = self.template
        chips = np.empty((len(landmarks), template.size, template.size, 3), np.uint8)
        for chip, own in zip(chips, landmarks, strict=True):
            chip[...] = warp(rgb, similarity(own[template.points, :2], template.places), template.size)
        return Aligned(chips, landmarks, presence)


def _square(box: Box, angle: float) -> Reals:
    side = _SURROUNDINGS * max(box.width, box.height)
    return square(np.array(box.centre), side, angle, _SIDE)


def _angle(left: npt.NDArray[np.floating], right: npt.NDArray[np.floating]) -> float:
    """How far the line from one eye to the other falls, in radians."""
    across, down = right - left
    return float(np.arctan2(down, across))


def _eye_angle(landmarks: Floats) -> float:
    return _angle(landmarks[_LEFT_EYE, :2].mean(0), landmarks[_RIGHT_EYE, :2].mean(0))
