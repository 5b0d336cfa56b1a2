"""Faces of people who do not exist, on which recognisers are made, checked and tried, and the rate of errors on them.

May know: the package's sheets of chips (tools/make_sheets.py). Must not know: anybody, or what measures the chips.
"""

from __future__ import annotations

from importlib import resources
from typing import Literal

import numpy as np
import numpy.typing as npt

from .images import decode
from .runtime import Bytes, Floats

Whose = npt.NDArray[np.intp]


def sheet(name: Literal["quantise", "check", "arcface112"], side: int) -> tuple[Bytes, Whose]:
    """Chips (n, side, side, 3) uint8, red first, and whose each is, (n,). A row of the sheet is one person."""
    rgb = decode(resources.files("sayso.vision").joinpath("calibration", f"{name}.jpg").read_bytes()).rgb
    people, portraits = rgb.shape[0] // side, rgb.shape[1] // side
    chips = rgb.reshape(people, side, portraits, side, 3).swapaxes(1, 2).reshape(-1, side, side, 3)
    return np.ascontiguousarray(chips), np.repeat(np.arange(people), portraits)


def equal_error_rate(genuine: Floats, impostor: Floats) -> float:
    """Where the shares of genuine pairs above and impostor pairs below a distance meet (ISO/IEC 2382-37)."""
    distances = np.unique(np.concatenate([genuine, impostor]))
    missed = 1 - np.searchsorted(np.sort(genuine), distances, "right") / len(genuine)
    mistaken = np.searchsorted(np.sort(impostor), distances, "right") / len(impostor)
    place = int(np.argmin(np.abs(missed - mistaken)))
    return float((missed[place] + mistaken[place]) / 2)
