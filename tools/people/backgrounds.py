"""What is behind people: walls, rooms, shelves, lights out of focus, leaves, sky.

May know: pixels. Must not know: people.
"""

from __future__ import annotations

import cv2
import numpy as np

from .compiled import Floats, Reals

NAMES = ("plain", "gradient", "wall", "bokeh", "room", "foliage", "sky", "books")


def draw_background(r: np.random.Generator, wide: int, high: int, name: str | None = None) -> tuple[str, Floats]:
    """Its name and picture (high, wide, 3), as displayed, 0 to 1."""
    name = name or str(r.choice(NAMES))
    colour = r.uniform(0.05, 0.85, 3) * 0.5 + r.uniform(0.1, 0.5)
    other = np.clip(colour + r.normal(0, 0.15, 3), 0, 1)
    image = np.ones((high, wide, 3), np.float32) * colour.astype(np.float32)
    if name == "gradient":
        rows, columns = np.mgrid[0:high, 0:wide]
        t = columns / wide * np.cos(r.uniform(0, 6)) + rows / high * np.sin(r.uniform(0, 6))
        t = ((t - t.min()) / (np.ptp(t) + 1e-6))[..., None]
        image = colour * (1 - t) + other * t
    elif name in ("wall", "plain"):
        image *= 1 + 0.05 * _clouds(r, wide, high, wide / 18)[..., None]
    elif name == "bokeh":
        image = _lamps(r, image * 0.4)
    elif name in ("room", "books"):
        image = _rectangles(r, image, colour, shelves=name == "books")
    else:
        sizes = (8, 20, 50)
        clouds = np.sum([_clouds(r, wide, high, wide / size / 2) for size in sizes], 0)
        clouds = ((clouds - clouds.mean()) / (clouds.std() + 1e-6))[..., None]
        middle, spread = ((0.16, 0.30, 0.10), (0.07, 0.10, 0.04))
        if name == "sky":
            middle, spread = ((0.5, 0.65, 0.85), (0.1, 0.07, 0.04))
        image = np.array(middle) + np.array(spread) * clouds
    return name, np.clip(image, 0, 1).astype(np.float32)


def _clouds(r: np.random.Generator, wide: int, high: int, size: float) -> Reals:
    """Noise of mean about 0 and deviation 1, with bumps of about ``size`` pixels."""
    noise = cv2.GaussianBlur(r.normal(0, 1, (high, wide)).astype(np.float32), (0, 0), size)
    return np.asarray(noise / (noise.std() + 1e-6), np.float64)


def _lamps(r: np.random.Generator, image: Floats) -> Floats:
    high, wide = image.shape[:2]
    for _ in range(40):
        middle = int(r.uniform(0, wide)), int(r.uniform(0, high))
        radius = int(r.uniform(0.01, 0.06) * wide)
        colour = r.uniform(0.3, 1) * np.array([1, r.uniform(0.6, 1), r.uniform(0.3, 1)])
        cv2.circle(image, middle, radius, np.clip(colour, 0, 1).tolist(), -1)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), wide / 70), np.float32)


def _rectangles(r: np.random.Generator, image: Floats, colour: Reals, *, shelves: bool) -> Floats:
    high, wide = image.shape[:2]
    for _ in range(70 if shelves else 14):
        left, top = int(r.uniform(-0.1, 1) * wide), int(r.uniform(-0.1, 1) * high)
        if shelves:
            across, down, top = int(r.uniform(0.01, 0.04) * wide), int(0.18 * high), int(r.integers(0, 5) * 0.2 * high)
        else:
            across, down = int(r.uniform(0.08, 0.5) * wide), int(r.uniform(0.05, 0.5) * high)
        shade = np.clip(colour + r.normal(0, 0.18, 3), 0.02, 1).tolist()
        cv2.rectangle(image, (left, top), (left + across, top + down), shade, -1)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), wide / r.uniform(40, 120)), np.float32)
