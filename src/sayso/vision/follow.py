"""Follows points of a face from frame to frame by its pixels alone, to see whether the nose moves before the rest.

The mesh has learnt what heads look like, and sees a turned head in a bent photo of one. Pixels have learnt nothing.

May know: grey pixels of the frame before, mesh points to begin from. Must not know: whose face it is.
Must not keep: more than one frame; it is overwritten by the next one and by ``close``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .relief import eye_line, eyes_apart

Landmarks = npt.NDArray[np.floating]
Grey = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float32]

#: Corners of the eyes, brows, corners and middle of the lips: near enough to one plane, and full of edges.
_PLANE = np.array([33, 133, 362, 263, 70, 105, 107, 336, 334, 300, 61, 291, 0, 17])

#: Tip and underside of the nose.
_NOSE = np.array([4, 1, 19, 94, 2])

_POINTS = np.concatenate([_PLANE, _NOSE])

#: A turn too small to tell a height from, as the square of its sine.
_SMALL_TURN = 0.09

#: Side of the patch that is looked for, in eye distances, and how often the picture is halved for it.
_PATCH = 0.25
_LEVELS = 3

#: A point is lost that, followed back, ends so far from where it came from; so many must be left to see anything.
_LOST = 0.08
_LEAST_PLANE, _LEAST_NOSE = 8, 2


@dataclass(frozen=True, slots=True)
class Parallax:
    """How far the nose has moved along the line of the eyes against the plane of eyes and mouth, in eye distances; and
    the sine of the angle by which that plane itself has turned."""

    along: float
    turned: float


def _flow(before: Grey, after: Grey, points: Points, side: int) -> Points:
    """Where points of one frame lie in the next (Lucas and Kanade 1981, in pyramids: Bouguet 2001)."""
    guess = points[:, None].copy()
    found, _, _ = cv2.calcOpticalFlowPyrLK(
        before, after, points[:, None], guess, winSize=(side, side), maxLevel=_LEVELS
    )
    return np.asarray(found[:, 0], np.float32)


class Follower:
    """Points of one face, followed from the frame that ``begin`` was given."""

    def __init__(self) -> None:
        self._grey: Grey | None = None
        self._first: Points | None = None
        self._points: Points | None = None
        self._sure = np.zeros(len(_POINTS), np.bool_)
        self._apart = 1.0
        self._shifted = self._turned = 0.0

    @property
    def height(self) -> float:
        """How far the nose stands out of the plane of eyes and mouth, in eye distances, by all frames since ``begin``:
        how far it moves for the sine of the angle by which the face turns. Negative when it moves to the left."""
        return self._shifted / max(self._turned, _SMALL_TURN)

    def begin(self, grey: Grey, landmarks: Landmarks) -> None:
        """Start from a face that looks straight ahead. grey: (h, w). landmarks: (468, 3) in pixels of it."""
        self.close()
        self._grey = grey.copy()
        self._first = np.asarray(landmarks[_POINTS, :2], np.float32)
        self._points = self._first.copy()
        self._sure = np.ones(len(_POINTS), np.bool_)
        self._apart = eyes_apart(landmarks)
        self._shifted = self._turned = 0.0

    def step(self, grey: Grey) -> None:
        """Follow the points into the next frame; those that do not come back to where they were are lost."""
        if self._grey is None or self._points is None or self._grey.shape != grey.shape:
            return
        side = max(9, round(self._apart * _PATCH)) | 1
        moved = _flow(self._grey, grey, self._points, side)
        astray = np.linalg.norm(_flow(grey, self._grey, moved, side) - self._points, axis=1)
        self._sure &= astray <= self._apart * _LOST
        self._points[...] = moved
        self._grey[...] = grey
        seen = self.parallax()
        self._shifted += seen.along * seen.turned
        self._turned += seen.turned**2

    def parallax(self) -> Parallax:
        """What the nose did against the plane of eyes and mouth since ``begin`` (Irani and Anandan 1998)."""
        if self._first is None or self._points is None:
            return Parallax(0.0, 0.0)
        plane, nose = self._sure[: len(_PLANE)], self._sure[len(_PLANE) :]
        if plane.sum() < _LEAST_PLANE or nose.sum() < _LEAST_NOSE:
            return Parallax(0.0, 0.0)
        seen, known = self._points.astype(np.float64), self._first.astype(np.float64)
        motion: npt.NDArray[Any] | None = cv2.estimateAffine2D(
            seen[: len(_PLANE)][plane], known[: len(_PLANE)][plane], method=cv2.LMEDS
        )[0]
        if motion is None:
            return Parallax(0.0, 0.0)
        off = np.median((seen @ motion[:, :2].T + motion[:, 2] - known)[len(_PLANE) :][nose], axis=0)
        along = eye_line(known[:4])
        longest, shortest = np.linalg.svd(motion[:, :2], compute_uv=False)
        turned = float(np.sqrt(max(0.0, 1 - (shortest / longest) ** 2))) if longest else 0.0
        return Parallax(float(off @ along) / self._apart, turned)

    def close(self) -> None:
        """Overwrite the frame and the points."""
        for one in (self._grey, self._first, self._points):
            if one is not None:
                one.fill(0)
        self._grey = self._first = self._points = None
