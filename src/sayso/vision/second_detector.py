"""A second detector that sees what the first one misses: yuface (libfacedetection), where its wheel is installed.

May know: pixels. Must not know: whose face it is, what its finds are for. Must not keep: anything of a photo.
"""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import numpy as np

from .geometry import Picture, Reals

_WAITING = "OMP_WAIT_POLICY"

# It looks at cells of up to 64 pixels.
_LEAST_SIDE = 64


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

#: Whether there is a second detector on this system.
AVAILABLE: Final = _YUFACE is not None


@dataclass(frozen=True, slots=True, eq=False)
class Finds:
    """Places in a picture that may be faces, the surest first.

    boxes: (n, 4) left, top, width, height in pixels, of positive size. scores: (n,) 0 to 1. points: (n, 5, 2) pixels:
    the eyes (left in the picture first), nose, and corners of the mouth.
    """

    boxes: Reals
    scores: Reals
    points: Reals


def look(rgb: Picture, least: float) -> Finds:
    """What it finds at the picture's own size, with a score of at least ``least``; nothing where it is not installed.

    rgb: (h, w, 3) uint8, red first. Faces below about 12 pixels need a larger picture.
    Method: Wu, Peng, Yu 2023 (YuNet, Machine Intelligence Research 20).
    """
    if _YUFACE is None:
        return _finds(np.zeros((0, 16)))
    high, wide = rgb.shape[:2]
    canvas = np.zeros((max(high, _LEAST_SIDE), max(wide, _LEAST_SIDE), 3), np.uint8)
    canvas[:high, :wide] = rgb[..., ::-1]
    rows = np.asarray(_YUFACE.c_detect(canvas), np.float64).reshape(-1, 16)
    rows = rows[(rows[:, 0] >= least * 100) & (rows[:, 3] > 0) & (rows[:, 4] > 0)]
    return _finds(rows[np.argsort(-rows[:, 0], kind="stable")])


def _finds(rows: Reals) -> Finds:
    return Finds(rows[:, 1:5], rows[:, 0] / 100, rows[:, 5:15].reshape(-1, 5, 2))
