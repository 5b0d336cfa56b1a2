"""Find places for number badges beside faces, and draw them.

May know: boxes, numbers, pixels. Must not know: photos' contents, people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from ..values import Box
from ..vision.images import RgbArray

Reals = npt.NDArray[np.float64]

_DIRECTIONS = 16
_RINGS = 10
_CLEARANCE = 1.12
_SHRINK = 0.85
_PAPER = (255, 252, 246)
_INK = (44, 38, 32)


@dataclass(frozen=True, slots=True)
class Badge:
    """A disc in pixels of the picture: centre and diameter."""

    x: float
    y: float
    diameter: float


def place_badges(boxes: Sequence[Box], width: int, height: int, diameter: float) -> tuple[Badge, ...]:
    """One badge beside each box, inside the picture, none touching another, and off the faces where there is room.

    boxes: in pixels of a ``width`` x ``height`` picture. diameter: wished for; smaller when the picture is too full.
    """
    corners = np.array([[box.x, box.y, box.right, box.bottom] for box in boxes]).reshape(-1, 4)
    diameter = min(diameter, float(width), float(height))
    while (centres := _placed(corners, width, height, diameter)) is None:
        diameter *= _SHRINK
    return tuple(Badge(float(x), float(y), diameter) for x, y in centres)


def draw_badges(rgb: RgbArray, boxes: Sequence[Box], badges: Sequence[Badge], numbers: Sequence[int]) -> RgbArray:
    """A copy of the picture with each number on its badge and a short line from the badge to its box."""
    drawn = rgb.copy()
    for box, badge in zip(boxes, badges, strict=True):
        line = max(1, round(badge.diameter * 0.07))
        edge = (int(np.clip(badge.x, box.x, box.right)), int(np.clip(badge.y, box.y, box.bottom)))
        ends = (round(badge.x), round(badge.y)), edge
        cv2.line(drawn, *ends, _INK, line * 3, cv2.LINE_AA)
        cv2.line(drawn, *ends, _PAPER, line, cv2.LINE_AA)
    for badge in badges:
        centre, radius = (round(badge.x), round(badge.y)), badge.diameter / 2
        cv2.circle(drawn, centre, round(radius), _INK, -1, cv2.LINE_AA)
        cv2.circle(drawn, centre, max(1, round(radius * 0.9)), _PAPER, -1, cv2.LINE_AA)
    canvas = Image.fromarray(drawn)
    pen = ImageDraw.Draw(canvas)
    for badge, number in zip(badges, numbers, strict=True):
        text = str(number)
        font = ImageFont.load_default(badge.diameter * (0.62 if len(text) < 3 else 0.44))
        pen.text((badge.x, badge.y), text, fill=_INK, font=font, anchor="mm", stroke_width=badge.diameter * 0.012)
    return np.array(canvas, dtype=np.uint8)


def _placed(corners: Reals, width: int, height: int, diameter: float) -> list[Reals] | None:
    centres: list[Reals] = []
    # The middle of the crowd has least room and is served first.
    middle = corners.reshape(-1, 2, 2).mean((0, 1)) if len(corners) else np.zeros(2)
    order = np.argsort(np.abs(corners.reshape(-1, 2, 2).mean(1) - middle).sum(1), kind="stable")
    found: dict[int, Reals] = {}
    for index in order:
        candidates = np.vstack([_around(corners[index], diameter), _everywhere(width, height, diameter)])
        radius = diameter / 2
        fits = (candidates >= radius).all(1) & (candidates <= np.array([width, height]) - radius).all(1)
        candidates = candidates[fits]
        if centres:
            gaps = np.linalg.norm(candidates[:, None] - np.array(centres)[None], axis=2)
            candidates = candidates[(gaps >= diameter * _CLEARANCE).all(1)]
        if not len(candidates):
            return None
        best = candidates[np.argmin(_cost(candidates, corners, int(index), diameter))]
        centres.append(best)
        found[int(index)] = best
    return [found[index] for index in range(len(corners))]


def _around(box: Reals, diameter: float) -> Reals:
    """Places on rings around a box (4,), the nearest ring touching it: (n, 2)."""
    turns = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    ways = np.stack([np.sin(turns), -np.cos(turns)], 1)
    half = (box[2:] - box[:2]) / 2
    # From the centre to the rim of the box in each direction.
    rim = (half / np.maximum(np.abs(ways), 1e-9)).min(1)
    rings = diameter * (0.6 + 0.4 * np.arange(_RINGS))
    reach = rim[None] + rings[:, None]
    places: Reals = ((box[:2] + half) + reach[..., None] * ways[None]).reshape(-1, 2)
    return places


def _everywhere(width: int, height: int, diameter: float) -> Reals:
    """A lattice over the picture: where a badge goes when its surroundings are full."""
    step = diameter * _CLEARANCE
    across = np.arange(diameter / 2, width - diameter / 2 + 1e-9, step)
    down = np.arange(diameter / 2, height - diameter / 2 + 1e-9, step)
    return np.stack(np.meshgrid(across, down), -1).reshape(-1, 2)


def _cost(candidates: Reals, corners: Reals, own: int, diameter: float) -> Reals:
    """How bad each place (n, 2) is: far from its own box, on somebody's face, or nearer to another's."""
    outside = np.maximum(corners[None, :, :2] - candidates[:, None], candidates[:, None] - corners[None, :, 2:])
    distance = np.linalg.norm(np.maximum(outside, 0), axis=2) + np.minimum(outside.max(2), 0)
    covers = np.clip(diameter / 2 - distance, 0, diameter).sum(1)
    others = np.delete(distance, own, axis=1)
    nearer = np.clip(distance[:, own] + diameter / 4 - others.min(1), 0, None) if others.size else 0.0
    return np.asarray(distance[:, own] + 4 * covers + 2 * nearer)
