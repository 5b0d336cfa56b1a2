"""Keeps its eye on one face from frame to frame, and says when it cannot be the one of the frame before.

Each frame is looked at anew: a mesh that is laid where the last one lay makes the next one a little smaller or larger,
and drifts. Only where the detector sees nothing is it laid there.

May know: frames one by one, the detector, the mesh. Must not know: what the face is asked to do, whose it is.
Must not keep: pixels; the landmarks of one frame, which ``close`` overwrites.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..values import Box
from .align import Aligner
from .images import RgbArray
from .locate import Located, Locator
from .quality import LEFT_EYE, RIGHT_EYE, head_pose

#: Long sides at which a frame is looked at; a face before a webcam is never small.
_SCALES = (96, 192)
_CERTAIN = 0.5

#: A second face counts only from this part of the first one's width: pictures on a wall behind are smaller.
_SECOND_FACE = 0.3

#: Below this the mesh has lost the face.
_PRESENT = 0.5

#: What no head does from one frame to the next: move by so many face widths, turn by so many degrees, grow by so much.
_MOST_MOVED, _MOST_TURNED, _MOST_GROWN = 0.5, 18.0, 1.25


@dataclass(frozen=True, slots=True, eq=False)
class Tracked:
    """The one face of a frame. landmarks: (468, 3) in its pixels. chip: (size, size, 3).

    jumped: whether it cannot be the face of the frame before, moved.
    """

    landmarks: npt.NDArray[np.float32]
    chip: RgbArray
    jumped: bool


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """How many faces a frame shows, and where if there is one."""

    faces: int
    face: Tracked | None = None


class Tracker:
    """Tracks one face. Frames must come in order."""

    def __init__(self, locator: Locator, aligner: Aligner) -> None:
        self._locator = locator
        self._aligner = aligner
        self._last: npt.NDArray[np.float32] | None = None
        #: Whether the frame before the last one showed no single face either.
        self.lost = False
        self._absent = False

    def see(self, rgb: RgbArray) -> Seen:
        """The face in this frame."""
        before = self._last
        located = self._locator.locate(rgb, scales=_SCALES, threshold=_CERTAIN)
        widest = max((one.box.width for one in located), default=0.0)
        people = [one for one in located if one.box.width >= _SECOND_FACE * widest]
        if not people and before is not None:
            people = [_around(before)]
        if len(people) != 1:
            return self._absence(len(people))
        aligned = self._aligner.align(rgb, people)
        if aligned.presence[0] < _PRESENT:
            return self._absence(0)
        landmarks = aligned.landmarks[0]
        jumped = before is not None and _jumped(before, landmarks)
        self.close()
        self._last = landmarks.copy()
        self.lost, self._absent = False, False
        return Seen(1, Tracked(landmarks, aligned.chips[0], jumped))

    def close(self) -> None:
        """Overwrite where the face was."""
        if self._last is not None:
            self._last.fill(0)
            self._last = None

    def _absence(self, faces: int) -> Seen:
        self.close()
        self.lost, self._absent = self._absent, True
        return Seen(faces)


def _around(landmarks: npt.NDArray[np.float32]) -> Located:
    """The place of a face by its mesh, as the detector would say it."""
    (left, top), (right, bottom) = landmarks[:, :2].min(0).tolist(), landmarks[:, :2].max(0).tolist()
    eyes = np.array([landmarks[LEFT_EYE, :2].mean(0), landmarks[RIGHT_EYE, :2].mean(0)], np.float64)
    return Located(Box(left, top, max(right - left, 1.0), max(bottom - top, 1.0)), 1.0, eyes)


def _jumped(before: npt.NDArray[np.float32], now: npt.NDArray[np.float32]) -> bool:
    wide, high = np.ptp(before[:, :2], axis=0).tolist()
    _, high_now = np.ptp(now[:, :2], axis=0).tolist()
    moved = np.linalg.norm(now[:, :2].mean(0) - before[:, :2].mean(0)) / max(wide, 1.0)
    turned = np.abs(np.subtract(head_pose(now)[:2], head_pose(before)[:2])).max()
    grown = max(high_now, 1.0) / max(high, 1.0)
    return bool(moved > _MOST_MOVED or turned > _MOST_TURNED or max(grown, 1 / grown) > _MOST_GROWN)
