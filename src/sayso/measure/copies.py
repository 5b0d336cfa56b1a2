"""Compares delivered files with their originals, pixel by pixel: what is covered in them, and who is not.

May know: files, labelled boxes. Must not know: how faces were found, what the archive decided, who anybody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from ..errors import UsageError
from ..values import Box
from ..vision import decode
from ..vision.images import RgbArray
from .leaks import LeakReport, Mask, leak_rate, no_leaks

# On the scale of 0 to 255: more than saving as JPEG once more changes a pixel.
_CHANGED = 12.0

# The same for the mean colour of a square: what covers a face may have a skin's tone, but hardly in every channel, and
# saving as JPEG once more moves no mean so far.
_TINTED = 4.0

# Below this likeness of structure (0 to 1) the details of the original are gone.
_SAME_STRUCTURE = 0.5

# Side in pixels of the square over which structure is compared, and the constant that calms it where a photo is flat
# (the third term of SSIM; Wang et al. 2004, IEEE Transactions on Image Processing 13/4).
_SQUARE = 11
_CALM = (0.03 * 255) ** 2


@dataclass(frozen=True, slots=True)
class LabelledCopy:
    """A delivered file beside its original.

    truth: labelled boxes of all faces, in pixels of the upright original. opened: which of them may be seen.
    """

    original: Path
    copy: Path
    truth: tuple[Box, ...]
    opened: tuple[bool, ...]


def leaks_in(copies: Sequence[LabelledCopy]) -> LeakReport:
    """The leak rate of delivered files, judged by their pixels and by labels alone (LAW L9).

    Nothing that the program says about its own work is used. Raises ImageError when a file cannot be read, UsageError
    when a copy has not its original's size.
    """
    report = no_leaks()
    for one in copies:
        before, after = decode(one.original).rgb, decode(one.copy).rgb
        if before.shape != after.shape:
            raise UsageError(
                f"'{one.copy.name}' has not the size of '{one.original.name}'.", "Compare copies of full size."
            )
        report += leak_rate(one.truth, one.opened, covered_in(before, after))
    return report


def covered_in(before: RgbArray, after: RgbArray) -> Mask:
    """Where nothing of the original can be seen in a copy of the same size: (h, w) bool.

    before, after: (h, w, 3) uint8. A place counts as covered when its colours are others, or its structure is gone.
    """
    changed = np.abs(before.astype(np.int16) - after).max(axis=2) > _CHANGED
    tinted = np.abs(_mean(before.astype(np.float32)) - _mean(after.astype(np.float32))).max(axis=2) > _TINTED
    first, second = (cv2.cvtColor(one, cv2.COLOR_RGB2GRAY).astype(np.float32) for one in (before, after))
    middle_first, middle_second = _mean(first), _mean(second)
    together = _mean(first * second) - middle_first * middle_second
    spread = _mean(first**2) - middle_first**2 + _mean(second**2) - middle_second**2
    likeness = (2 * together + _CALM) / (spread + _CALM)
    return np.asarray(changed | tinted | (likeness < _SAME_STRUCTURE), np.bool_)


def _mean(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The mean of the square around each pixel."""
    return np.asarray(cv2.blur(values, (_SQUARE, _SQUARE)), np.float32)
