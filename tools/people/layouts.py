"""Where people are in a picture: rows of stands, stands seen by a tilted camera, people lying under blankets.

May know: pixels. Must not know: how people look.
A layout is a list from far to near: places for people, and panels that hide where their bodies end.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compiled import Reals
from .vectors import turn_matrix

NAMES = ("stands", "stands", "tilted camera", "lying")

#: Sizes of faces, in pixels.
SMALLEST, LARGEST = 12.0, 80.0

# A head from chin to crown, and from the eyes to where a panel hides the body, in sizes of its face.
_HEAD, _TO_PANEL = 1.45, 2.6
# Shares of places where somebody stands half before somebody else, and where the picture's edge cuts through a face.
_BESIDE_ANOTHER, _AT_THE_EDGE = 0.3, 0.12
# Degrees from which a camera counts as tilted far.
_FAR_TILTED = 12.0


@dataclass(frozen=True, slots=True)
class Place:
    """A face's middle (pixels) and size, the tilt of its owner, and of the light with the camera (degrees)."""

    x: float
    y: float
    size: float
    tilt: float
    light_tilt: float


@dataclass(frozen=True, slots=True)
class Panel:
    """Corners (n, 2) in pixels, and a linear rgb colour."""

    corners: Reals
    colour: Reals


def draw_layout(r: np.random.Generator, name: str, wide: int, high: int) -> list[Place | Panel]:
    """The layout of this name for a picture of this size."""
    if name == "lying":
        return _lying(r, wide, high)
    return _stands(r, wide, high, float(r.uniform(15, 345)) if name == "tilted camera" else float(r.normal(0, 2)))


def _colour(r: np.random.Generator) -> Reals:
    return np.clip(r.uniform(0.03, 0.45) * r.uniform(0.6, 1.2, 3), 0.01, 0.8)


def _stands(r: np.random.Generator, wide: int, high: int, camera_tilt: float) -> list[Place | Panel]:
    """Rows of people behind parapets, the nearer the larger, the whole turned by the camera's tilt."""
    turn = turn_matrix(roll=-camera_tilt)[:2, :2]
    middle = np.array([wide / 2, high / 2])

    def in_picture(x: float, y: float) -> Reals:
        return np.asarray(turn @ (np.array([x, y]) - middle) + middle, np.float64)

    # Turned far, only a square in the middle is sure to stay in the picture.
    turned = abs(camera_tilt) > _FAR_TILTED
    first, across = ((wide - high) / 2, high) if turned else (0.0, wide)
    rows = int(r.integers(2, 4))
    sizes = np.sort(np.exp(r.uniform(np.log(14), np.log(74), rows)))
    heights = np.linspace(0.05 * high + sizes[0], high - 1.6 * sizes[-1], rows) + r.normal(0, 0.03 * high, rows)
    items: list[Place | Panel] = []
    for size, height in zip(sizes, heights, strict=True):
        count = int(np.clip(r.integers(2, 6), 2, across // (1.6 * size)))
        slots = (np.arange(count) + 0.5) / count + r.uniform(-0.3, 0.3, count) / count
        own: list[tuple[float, float, float]] = []
        for slot in slots.tolist():
            x, y, face = first + slot * across, height + r.normal(0, 0.25) * size, size * r.uniform(0.88, 1.12)
            if own and r.random() < _BESIDE_ANOTHER:
                x = own[-1][0] + r.choice((-1, 1)) * r.uniform(0.4, 0.95) * size
                y = own[-1][1] + r.uniform(0.25, 0.7) * size
            elif r.random() < _AT_THE_EDGE and not turned:
                x = r.choice((0, wide)) + r.uniform(-0.3, 0.3) * size
            own.append((x, y, float(np.clip(face, SMALLEST, LARGEST))))
        for x, y, face in own:
            leaning = camera_tilt + float(r.normal(0, 6))
            there_x, there_y = in_picture(x, y).tolist()
            items.append(Place(there_x, there_y, face, leaning, camera_tilt))
        top = height + _TO_PANEL * size
        corners = [(-wide, top), (2 * wide, top), (2 * wide, 3 * high), (-wide, 3 * high)]
        items.append(Panel(np.array([in_picture(*corner) for corner in corners]), _colour(r)))
    return items


def _lying(r: np.random.Generator, wide: int, high: int) -> list[Place | Panel]:
    """People on their backs seen from above, each at any angle, under blankets up to the chest."""
    across, down = int(r.integers(3, 5)), int(r.integers(2, 4))
    cells = [(column, row) for row in range(down) for column in range(across)]
    items: list[Place | Panel] = []
    for number in r.permutation(len(cells)).tolist():
        column, row = cells[number]
        x, y = (column + r.uniform(0.3, 0.7)) * wide / across, (row + r.uniform(0.3, 0.7)) * high / down
        if r.random() < _AT_THE_EDGE:
            y = float(r.choice((0, high))) + r.uniform(-6, 6)
        most = min(LARGEST, 0.42 * min(wide / across, high / down))
        size, tilt = float(np.exp(r.uniform(np.log(SMALLEST), np.log(most)))), float(r.uniform(0, 360))
        items.append(Place(float(x), float(y), size, tilt, 0.0))
        turn = turn_matrix(roll=-tilt)[:2, :2]
        half, top, bottom = 1.9 * size, _TO_PANEL * size * r.uniform(0.65, 1), _HEAD * 4.2 * size
        corners = np.array([(-half, top), (half, top), (half * 0.9, bottom), (-half * 0.9, bottom)])
        items.append(Panel(corners @ turn.T + np.array([x, y]), _colour(r)))
    return items
