"""How usable a face in a picture is, and what the person in front of the camera can do better.

May know: chips, mesh landmarks. Must not know: vectors, whose face it is.
Must not say anything about the person: no age, sex, mood or other trait. Names follow ISO/IEC 29794-5.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .images import RgbArray

#: A capture should meet these. Heads turned a little are welcome: several poses make a better template than one.
CAPTURE_YAW = 27.0
CAPTURE_PITCH = 22.0
CAPTURE_ROLL = 20.0
CAPTURE_INTER_EYE_DISTANCE = 32.0
CAPTURE_SHARPNESS = 0.055
CAPTURE_LUMINANCE = (0.15, 0.80)
CAPTURE_DYNAMIC_RANGE = 0.10

#: Beyond these a face is not worth measuring.
HOPELESS_INTER_EYE_DISTANCE = 8.0
HOPELESS_YAW = 60.0
HOPELESS_PITCH = 40.0

# Mesh points: corners of the eyes, temples, top of the forehead and tip of the chin.
LEFT_EYE = [33, 133]
RIGHT_EYE = [362, 263]
_LEFT_TEMPLE, _RIGHT_TEMPLE = 234, 454
_FOREHEAD, _CHIN = 10, 152

# The line from forehead to chin leans even when a head is level, and the mesh exaggerates depth along it. This line was
# fitted to the poses that the demo's portraits were rendered with.
_PITCH_SLOPE = 0.71
_PITCH_AT_REST = -3.9

# The part of a chip that is face in every pose: rows and columns in parts of its size.
_FACE_ROWS = (0.13, 0.93)
_FACE_COLUMNS = (0.17, 0.83)


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of one face (ISO/IEC 29794-5).

    yaw, pitch, roll: degrees; positive is towards the subject's own left, down, and towards their own right shoulder.
    inter_eye_distance: pixels of the photo between the centres of the eyes.
    sharpness: variance of the Laplacian over variance of luminance on the aligned chip; 0 is a flat blur.
    luminance: mean, 0 black to 1 white. dynamic_range: 95th less 5th percentile of luminance, 0 to 1.
    """

    yaw: float
    pitch: float
    roll: float
    inter_eye_distance: float
    sharpness: float
    luminance: float
    dynamic_range: float


def assess(chip: RgbArray, landmarks: npt.NDArray[np.floating]) -> Quality:
    """Quality of one aligned face.

    chip: (s, s, 3) uint8. landmarks: (468, 3) in pixels of the photo, z on the same scale.
    """
    yaw, pitch, roll = head_pose(landmarks)
    luminance = _luminance(chip)
    low, high = np.percentile(luminance, [5, 95])
    return Quality(
        yaw,
        pitch,
        roll,
        inter_eye_distance(landmarks),
        _sharpness(luminance),
        float(luminance.mean()) / 255,
        float(high - low) / 255,
    )


def head_pose(landmarks: npt.NDArray[np.floating]) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees, signs as in ``Quality``, from the mesh's own depth.

    landmarks: (468, 3). Mean error on the demo's portraits (within 35° of yaw and 15° of pitch): 2.6°, 4.4°, 1.3°.
    """
    points = np.asarray(landmarks, np.float64)
    across = points[_RIGHT_TEMPLE] - points[_LEFT_TEMPLE]
    down = points[_CHIN] - points[_FOREHEAD]
    eyes = points[RIGHT_EYE].mean(0) - points[LEFT_EYE].mean(0)
    yaw = np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1])))
    if across[:2] @ eyes[:2] < 0:
        yaw = np.copysign(180.0, yaw) - yaw
    lean = np.degrees(np.arctan2(down[2], np.hypot(down[0], down[1])))
    roll = -np.degrees(np.arctan2(eyes[1], eyes[0]))
    return float(yaw), float(_PITCH_SLOPE * lean + _PITCH_AT_REST), float(roll)


def inter_eye_distance(landmarks: npt.NDArray[np.floating]) -> float:
    """Pixels of the photo between the centres of the eyes. landmarks: (468, 3) or (468, 2)."""
    points = np.asarray(landmarks, np.float64)[:, :2]
    return float(np.linalg.norm(points[RIGHT_EYE].mean(0) - points[LEFT_EYE].mean(0)))


def capture_advice(quality: Quality) -> tuple[str, ...]:
    """What to do for a better capture, the most useful first; empty when the capture is good."""
    advice = []
    if quality.inter_eye_distance < CAPTURE_INTER_EYE_DISTANCE:
        advice.append("Come closer to the camera.")
    if abs(quality.yaw) > CAPTURE_YAW or abs(quality.pitch) > CAPTURE_PITCH:
        advice.append("Look at the camera.")
    if abs(quality.roll) > CAPTURE_ROLL:
        advice.append("Hold your head upright.")
    darkest, brightest = CAPTURE_LUMINANCE
    if quality.luminance < darkest:
        advice.append("Turn to the light.")
    elif quality.luminance > brightest:
        advice.append("Move out of the bright light.")
    elif quality.dynamic_range < CAPTURE_DYNAMIC_RANGE:
        advice.append("Turn to the light; the picture is too flat.")
    if quality.sharpness < CAPTURE_SHARPNESS:
        advice.append("Hold still; the picture is not sharp.")
    return tuple(advice)


def hopeless(quality: Quality) -> bool:
    """Whether a candidate is not worth measuring: too small, or turned so far that a comparison would mean nothing."""
    return _out_of_reach(quality.inter_eye_distance, quality.yaw, quality.pitch)


def hopeless_at(landmarks: npt.NDArray[np.floating]) -> bool:
    """The same from the landmarks alone, (468, 3), without looking at the chip."""
    yaw, pitch, _ = head_pose(landmarks)
    return _out_of_reach(inter_eye_distance(landmarks), yaw, pitch)


def _out_of_reach(eyes_apart: float, yaw: float, pitch: float) -> bool:
    return eyes_apart < HOPELESS_INTER_EYE_DISTANCE or abs(yaw) > HOPELESS_YAW or abs(pitch) > HOPELESS_PITCH


def _luminance(chip: RgbArray) -> npt.NDArray[np.float64]:
    """Luma (ITU-R BT.601) of the part of the chip that is face, 0 to 255."""
    size = chip.shape[0]
    rows = slice(*(round(part * size) for part in _FACE_ROWS))
    columns = slice(*(round(part * size) for part in _FACE_COLUMNS))
    return np.asarray(cv2.cvtColor(chip[rows, columns], cv2.COLOR_RGB2GRAY), np.float64)


def _sharpness(luminance: npt.NDArray[np.float64]) -> float:
    """Variance of the Laplacian (Pech-Pacheco et al. 2000) over the plain variance: contrast cancels out."""
    spread = float(luminance.var())
    return float(cv2.Laplacian(luminance, cv2.CV_64F).var()) / spread if spread > 0 else 0.0
