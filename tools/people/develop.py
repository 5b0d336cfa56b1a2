"""Turns light into a photo: exposure, tone, noise, blur, JPEG.

May know: pixels. Must not know: people.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from .compiled import Floats, Reals

Bytes = npt.NDArray[np.uint8]

#: Luminance at which a face is exposed as it is.
_FACE_LUMINANCE = 0.30
# Darker skin stays darker: exposure makes up for a part only.
_COMPENSATION = 0.42


def exposure(brightness: float) -> float:
    """The factor on light for a face of this median luminance."""
    return float((_FACE_LUMINANCE / max(brightness, 0.02)) ** _COMPENSATION)


def as_light(shown: Floats) -> Reals:
    """Linear light of a displayed picture, 0 to 1."""
    return np.asarray(np.clip(shown, 0, 1) ** 2.2, np.float64)


def smeared(light: Reals, length: float, degrees: float) -> Reals:
    """The light (h, w, 3) as it falls while the camera moves ``length`` pixels; below one pixel it stays."""
    if length < 1:
        return light
    side = int(np.ceil(length)) // 2 * 2 + 3
    kernel = np.zeros((side, side), np.float32)
    middle, half = side // 2, length / 2
    dx, dy = np.cos(np.radians(degrees)) * half, np.sin(np.radians(degrees)) * half
    ends = [tuple(round(v * 16) for v in (middle + s * dx, middle + s * dy)) for s in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(cv2.filter2D(light, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REPLICATE), np.float64)


def developed(light: Reals, r: np.random.Generator, noise: float) -> Bytes:
    """The photo (h, w, 3) rgb of linear light, with noise of this deviation (of 1) in the shadows."""
    clipped = np.clip(light, 0, None)
    shouldered = clipped * (1 + clipped / 6) / (1 + clipped * 0.62)
    shown = np.clip(shouldered, 0, 1) ** (1 / 2.2)
    shown = shown + r.normal(0, noise, shown.shape) * (1 - 0.4 * shown)
    return np.asarray(np.clip(shown, 0, 1) * 255, np.uint8)


def jpeg(photo: Bytes, quality: int) -> bytes:
    """The photo's JPEG file; quality 1 to 100."""
    done, data = cv2.imencode(".jpg", photo[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise RuntimeError(f"OpenCV could not encode a photo of shape {photo.shape} as JPEG.")
    return data.tobytes()
