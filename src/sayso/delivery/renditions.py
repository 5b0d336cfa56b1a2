"""Make the copy of a photo that may leave the archive: everyone else closed, upright, metadata rebuilt.

May know: pixels, boxes. Must not know: vectors, people, consents, why a face is open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from ..values import Box
from ..vision.close import Closer
from ..vision.images import RgbArray, decode, encode_jpeg
from ..vision.metadata import delivery_exif
from ..vision.redact import redact
from .closing import boxes_to_close


@dataclass(frozen=True, slots=True)
class Rendition:
    """A copy for delivery. ``closed`` and ``opened`` are boxes in pixels of this copy."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    closed: tuple[Box, ...]
    opened: tuple[Box, ...]


def render(
    source: Path | bytes,
    *,
    faces: Sequence[Box],
    open_faces: Sequence[Box],
    closer: Closer,
    longest: int | None = None,
    keep_time: bool = True,
    note: str = "",
) -> Rendition:
    """A JPEG in which only ``open_faces`` can be seen (LAW L9).

    faces: every face that the archive lists in this photo, by hand or not, in pixels of the upright photo; one that is
    not in ``open_faces`` is closed. So is whatever the closer finds besides. longest: shrink to this many pixels on
    the long side, after closing; the photo's full size without it. keep_time: carry on the time of capture.
    note: written into the file as its description, for whoever meets the copy elsewhere.

    Creator, copyright and colour profile stay; place, serial numbers, notes and the embedded thumbnail do not.
    Raises ImageError when the photo cannot be read.
    """
    picture = decode(source, convert_colour=False)
    closed = boxes_to_close(closer.regions(picture.rgb), faces, open_faces)
    rgb, _ = redact(picture.rgb, closed, keep=open_faces)
    rgb, scale = shrink(rgb, longest)
    jpeg = encode_jpeg(rgb, icc=picture.icc, exif=delivery_exif(picture.exif, keep_time=keep_time, note=note))
    high, wide = rgb.shape[:2]
    return Rendition(jpeg, wide, high, _scaled(closed, scale), _scaled(open_faces, scale))


def thumbnail(rendition: Rendition, longest: int) -> Rendition:
    """A small copy without metadata. It is made from the rendition, never from the photo: nothing closed can return."""
    picture = decode(rendition.jpeg, longest=longest)
    rgb, _ = shrink(picture.rgb, longest)
    high, wide = rgb.shape[:2]
    scale = wide / rendition.width
    jpeg = encode_jpeg(rgb, quality=82)
    return Rendition(jpeg, wide, high, _scaled(rendition.closed, scale), _scaled(rendition.opened, scale))


def shrink(rgb: RgbArray, longest: int | None) -> tuple[RgbArray, float]:
    """The picture with at most ``longest`` pixels on its long side, and the factor by which it shrank (at most 1)."""
    high, wide = rgb.shape[:2]
    if longest is None or max(high, wide) <= longest:
        return rgb, 1.0
    scale = longest / max(high, wide)
    size = (max(1, round(wide * scale)), max(1, round(high * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8), scale


def _scaled(boxes: Sequence[Box], scale: float) -> tuple[Box, ...]:
    return tuple(box.scaled(scale) for box in boxes)
