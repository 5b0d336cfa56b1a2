"""How a head is held, and whether it went the way that was asked.

May know: mesh landmarks, prompts. Must not know: pixels, time, whose head it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .challenge import Prompt
from .quality import head_pose
from .relief import eyes_apart, nose_shift

Landmarks = npt.NDArray[np.floating]

#: Degrees and sizes from which a prompt is done, against the straight look before it.
_TURNED, _NODDED, _NEARER = 20.0, 7.5, 1.3

#: From these on the head goes a way that was not asked. Somebody who turns nods a little, and the other way round.
_TURNED_ASTRAY, _NODDED_ASTRAY, _NEARER_ASTRAY = 15.0, 9.0, 1.28
_TURNED_AS_ASKED = 10.0

_FOREHEAD, _CHIN = 10, 152


@dataclass(frozen=True, slots=True)
class Stance:
    """yaw, pitch: degrees as in ``head_pose``. size: pixels, of the larger of face height and eye distance, so that
    neither turning nor nodding changes it much. nose: as ``nose_shift``."""

    yaw: float
    pitch: float
    size: float
    nose: float


def stance_of(landmarks: Landmarks) -> Stance:
    """landmarks: (468, 3) in pixels."""
    yaw, pitch, _ = head_pose(landmarks)
    high = float(np.linalg.norm(np.asarray(landmarks[_CHIN, :2] - landmarks[_FOREHEAD, :2], np.float64)))
    return Stance(yaw, pitch, max(high, 1.5 * eyes_apart(landmarks)), nose_shift(landmarks))


def held(prompt: Prompt, straight: Stance, now: Stance) -> bool:
    """Whether the head is where the prompt wants it."""
    turned, nodded, nearer = now.yaw - straight.yaw, now.pitch - straight.pitch, now.size / straight.size
    match prompt:
        case Prompt.LEFT:
            return turned >= _TURNED
        case Prompt.RIGHT:
            return turned <= -_TURNED
        case Prompt.UP:
            return nodded <= -_NODDED
        case Prompt.DOWN:
            return nodded >= _NODDED
        case Prompt.CLOSER:
            return nearer >= _NEARER


def strays(prompt: Prompt, straight: Stance, now: Stance) -> bool:
    """Whether the head goes another way than asked, so far that it can be no accident."""
    turned, nodded, nearer = now.yaw - straight.yaw, now.pitch - straight.pitch, now.size / straight.size
    match prompt:
        case Prompt.LEFT:
            turns = turned <= -_TURNED_ASTRAY
        case Prompt.RIGHT:
            turns = turned >= _TURNED_ASTRAY
        case _:
            turns = abs(turned) >= _TURNED_ASTRAY
    sideways = prompt in (Prompt.LEFT, Prompt.RIGHT)
    match prompt:
        case Prompt.UP:
            nods = nodded >= _NODDED_ASTRAY
        case Prompt.DOWN:
            nods = nodded <= -_NODDED_ASTRAY
        case _:
            # The mesh of a turned head nods by itself; that of a near one hardly.
            nods = abs(nodded) >= _NODDED_ASTRAY and not (sideways and abs(turned) >= _TURNED_AS_ASKED)
    return turns or nods or (nearer >= _NEARER_ASTRAY and prompt is not Prompt.CLOSER)
