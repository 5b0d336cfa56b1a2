"""The numbered preview by which a person points at themselves: every face closed, a number beside each.

May know: pixels, boxes, face numbers. Must not know: vectors, people.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..values import Box, Face
from ..vision.close import Closer
from ..vision.images import decode, encode_jpeg
from ..vision.redact import redact
from .badges import draw_badges, place_badges
from .closing import boxes_to_close
from .renditions import shrink

#: Pixels on the long side of a preview, and of the small one by which people choose among photos.
LONGEST = 1600
SMALL = 720

# A badge's diameter on a phone that shows the preview 390 pixels wide, in those pixels.
_BADGE = 26
_PHONE = 390


@dataclass(frozen=True, slots=True)
class Preview:
    """A closed copy with numbers. ``numbers``: each number and its box, in pixels of the upright full-size photo."""

    jpeg: bytes = field(repr=False)
    width: int
    height: int
    numbers: tuple[tuple[int, Box], ...]


def preview(
    source: Path | bytes,
    *,
    faces: Sequence[Face],
    closer: Closer,
    unnumbered: Collection[int] = (),
    longest: int = LONGEST,
) -> Preview:
    """A preview for pointing. Every face is closed, listed or only suspected; listed ones bear their number.

    faces: all that the archive lists in this photo. unnumbered: ids of faces that nobody may point at, because they
    are not to be measured. longest: pixels on the long side.
    Raises ImageError when the photo cannot be read.
    """
    picture = decode(source)
    closed = boxes_to_close(closer.regions(picture.rgb), [face.box for face in faces], ())
    rgb, _ = redact(picture.rgb, closed)
    rgb, scale = shrink(rgb, longest)
    high, wide = rgb.shape[:2]
    shown = [face for face in faces if face.id not in unnumbered]
    boxes = [face.box.scaled(scale) for face in shown]
    badges = place_badges(boxes, wide, high, wide * _BADGE / _PHONE)
    rgb = draw_badges(rgb, boxes, badges, [face.number for face in shown])
    return Preview(encode_jpeg(rgb, quality=85), wide, high, tuple((face.number, face.box) for face in shown))


def smaller(made: Preview, longest: int = SMALL) -> Preview:
    """The same preview for choosing among many. It is made from the closed copy, never from the photo."""
    rgb, _ = shrink(decode(made.jpeg, longest=longest).rgb, longest)
    high, wide = rgb.shape[:2]
    return Preview(encode_jpeg(rgb, quality=80), wide, high, made.numbers)
