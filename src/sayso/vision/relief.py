"""How far a face stands out of a plane: what turning shows of a head, and not of a picture of one.

May know: mesh landmarks, plane geometry. Must not know: pixels, what anybody was asked to do, whose face it is.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from .quality import LEFT_EYE, RIGHT_EYE

Reals = npt.NDArray[np.float64]
Landmarks = npt.NDArray[np.floating]

_NOSE_TIP = 4

#: Points that neither blinking nor speaking moves much: forehead, brows, corners of the eyes, nose, cheeks, temples,
#: corners of the mouth, jaw and chin.
# fmt: off
STEADY = np.array(
    [10, 151, 9, 67, 297, 70, 63, 105, 66, 107, 336, 296, 334, 293, 300, 33, 133, 362, 263, 168, 6, 197, 195, 5, 4, 1,
     98, 327, 129, 358, 2, 61, 291, 50, 280, 205, 425, 117, 346, 127, 356, 172, 397, 152, 199]
)
# fmt: on


def nose_shift(landmarks: Landmarks) -> float:
    """How far the tip of the nose lies beside the middle of the eyes, along their line, in eye distances.

    landmarks: (468, 3) or (468, 2). Positive is to the right in the picture: the subject's own left.
    """
    left, right = _eyes(landmarks)
    across = right - left
    apart = float(np.linalg.norm(across)) or 1.0
    offset = np.asarray(landmarks, np.float64)[_NOSE_TIP, :2] - (left + right) / 2
    return float(offset @ across) / apart**2


def plane_residual(before: Landmarks, after: Landmarks) -> float:
    """How badly the best plane motion explains the way from one picture of a face to another.

    Root mean square distance of the points of ``after`` from those of ``before`` under the best homography (Hartley and
    Zisserman 2004, chapter 4), in eye distances of ``before``. A picture of a face that is turned about keeps it near
    zero whatever is done with it; a head does not.
    """
    source, target = (np.asarray(one, np.float64)[STEADY, :2] for one in (before, after))
    # Back onto ``before``, whose eyes are not foreshortened: the unit is the same for every pose.
    homography: npt.NDArray[Any] | None = cv2.findHomography(target, source)[0]
    if homography is None:
        return 0.0
    moved = cv2.perspectiveTransform(target[None], homography)[0]
    return float(np.sqrt(((moved - source) ** 2).sum(1).mean()) / eyes_apart(before))


def eye_line(corners: Landmarks) -> Reals:
    """(2,) of length 1: from one eye to the other. corners: (4, 2), both of the eye on the picture's left first."""
    across = np.asarray(corners[2:4], np.float64).mean(0) - np.asarray(corners[:2], np.float64).mean(0)
    return np.asarray(across / (float(np.linalg.norm(across)) or 1.0))


def eyes_apart(landmarks: Landmarks) -> float:
    """Pixels between the centres of the eyes."""
    left, right = _eyes(landmarks)
    return float(np.linalg.norm(right - left))


def _eyes(landmarks: Landmarks) -> tuple[Reals, Reals]:
    points = np.asarray(landmarks, np.float64)[:, :2]
    return points[LEFT_EYE].mean(0), points[RIGHT_EYE].mean(0)
