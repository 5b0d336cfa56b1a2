"""Plane geometry on arrays: similarity transforms, warps without aliasing, and suppression of double boxes.

May know: numpy and OpenCV. Must not know: models, files, photos as such.
Points are (x, y) in pixels with pixel centres at whole numbers; a transform is (2, 3), applied as ``A @ [x, y, 1]``.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Reals = npt.NDArray[np.float64]
Picture = npt.NDArray[np.uint8]

# Below this scale a bilinear warp would skip pixels.
_ALIASES_BELOW = 0.75

# Boxes that share more of the smaller one than this are the same face at two sizes.
_SAME_IF_INSIDE = 0.75


def similarity(source: npt.NDArray[np.floating], target: npt.NDArray[np.floating]) -> Reals:
    """The rotation, scale and shift (2, 3) that bring ``source`` closest to ``target``, both (n >= 2, 2).

    Least squares (Umeyama 1991, in two dimensions and without reflection). Raises ValueError if all points coincide.
    """
    middle, aim = source.mean(0, dtype=np.float64), target.mean(0, dtype=np.float64)
    a, b = source - middle, target - aim
    spread = float((a * a).sum())
    if spread <= 0:
        raise ValueError("all points coincide")
    cosine = float((a * b).sum()) / spread
    sine = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / spread
    turn = np.array([[cosine, -sine], [sine, cosine]])
    return np.hstack([turn, (aim - turn @ middle)[:, None]])


def square(centre: npt.NDArray[np.floating], side: float, angle: float, size: int) -> Reals:
    """The transform (2, 3) that cuts a square out of a photo and lays it upright on ``size`` x ``size`` pixels.

    side: in pixels of the photo; angle: how far the square is turned, in radians, clockwise as seen.
    """
    scale = size / side
    cosine, sine = np.cos(angle) * scale, np.sin(angle) * scale
    turn = np.array([[cosine, sine], [-sine, cosine]])
    return np.hstack([turn, (size / 2 - turn @ np.asarray(centre, np.float64))[:, None]])


def invert(transform: Reals) -> Reals:
    """The transform (2, 3) back. Raises numpy.linalg.LinAlgError if there is none."""
    turn = np.linalg.inv(transform[:, :2])
    return np.hstack([turn, -(turn @ transform[:, 2:])])


def apply(transform: Reals, points: npt.NDArray[np.floating]) -> Reals:
    """The points (..., 2) after ``transform``."""
    return points @ transform[:, :2].T + transform[:, 2]


def warp(picture: Picture, transform: Reals, size: int) -> Picture:
    """``size`` x ``size`` pixels of ``picture`` after a similarity ``transform``; black where there is none.

    Where the transform shrinks, the part that is needed is first scaled down by area, so that nothing aliases.
    """
    scale = float(np.hypot(transform[0, 0], transform[1, 0]))
    if scale < _ALIASES_BELOW:
        corners = apply(invert(transform), np.array([[0.0, 0.0], [size, 0], [0, size], [size, size]]))
        left, top = np.maximum(np.floor(corners.min(0) - 4).astype(int), 0)
        right, bottom = np.minimum(np.ceil(corners.max(0) + 4).astype(int), picture.shape[1::-1])
        if right - left > 2 and bottom - top > 2:
            wide, high = max(1, round((right - left) * scale)), max(1, round((bottom - top) * scale))
            part = picture[top:bottom, left:right]
            picture = np.asarray(cv2.resize(part, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
            across, down = (right - left) / wide, (bottom - top) / high
            # Where the small pixels' centres lie among the large ones.
            back = np.array([[across, 0, left + (across - 1) / 2], [0, down, top + (down - 1) / 2], [0, 0, 1]])
            transform = transform @ back
    return np.asarray(cv2.warpAffine(picture, transform, (size, size), flags=cv2.INTER_LINEAR), np.uint8)


def overlaps(one: Reals, many: Reals) -> tuple[Reals, Reals]:
    """How ``one`` box (4,) and each of ``many`` (n, 4) overlap, all as left, top, right, bottom.

    Returns intersection over union (n,) and the share of the smaller box that lies in the other (n,), both 0 to 1.
    """
    wide = np.clip(np.minimum(one[2], many[:, 2]) - np.maximum(one[0], many[:, 0]), 0, None)
    high = np.clip(np.minimum(one[3], many[:, 3]) - np.maximum(one[1], many[:, 1]), 0, None)
    shared = wide * high
    area = (one[2] - one[0]) * (one[3] - one[1])
    areas = (many[:, 2] - many[:, 0]) * (many[:, 3] - many[:, 1])
    return shared / (area + areas - shared), shared / np.minimum(area, areas)


def merge_doubles(
    boxes: Reals, scores: Reals, extras: Reals, *, most_overlap: float = 0.3
) -> tuple[Reals, Reals, Reals]:
    """One box for each group of boxes that mean the same face (weighted non-maximum suppression, as in MediaPipe).

    boxes: (n, 4) left, top, right, bottom, of positive size. scores: (n,), above 0. extras: (n, k) numbers that are
    averaged together with the boxes, such as key points.
    most_overlap: intersection over union above which two boxes are the same.
    Returns the same three for the groups, highest score first: weighted means, and the best score of each group.
    The result does not depend on the order of the input, and applying it again changes nothing.
    """
    while True:
        merged = _merge_once(boxes, scores, extras, most_overlap)
        if len(merged[1]) == len(scores):
            return merged
        boxes, scores, extras = merged


def _merge_once(boxes: Reals, scores: Reals, extras: Reals, most_overlap: float) -> tuple[Reals, Reals, Reals]:
    order = np.lexsort((*boxes.T, *extras.T, -scores))
    boxes, scores, extras = boxes[order], scores[order], extras[order]
    left = np.arange(len(scores))
    places: list[Reals] = []
    tops: list[float] = []
    others: list[Reals] = []
    while len(left):
        first = left[0]
        shared, inside = overlaps(boxes[first], boxes)
        group = shared > most_overlap
        group[first] = True
        weights = scores[group] / scores[group].sum()
        places.append(weights @ boxes[group])
        others.append(weights @ extras[group])
        tops.append(float(scores[first]))
        left = left[1:]
        left = left[(shared[left] <= most_overlap) & (inside[left] <= _SAME_IF_INSIDE)]
    shape = (len(tops), 4), (len(tops), extras.shape[1])
    return np.array(places).reshape(shape[0]), np.array(tops), np.array(others).reshape(shape[1])
