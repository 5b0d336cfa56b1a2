"""One face of a photo by itself, for whoever has to say whose it is: every other face in the crop is closed.

May know: pixels, boxes. Must not know: vectors, people. Must not do: write anything to disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..values import Box
from ..vision.close import Closer
from ..vision.images import decode, encode_jpeg
from ..vision.redact import redact
from .closing import boxes_to_close
from .renditions import shrink

# The crop's side in parts of the face's longer side: hair, shoulders and a little of what is around.
_AROUND = 2.0


def crop(source: Path | bytes, *, face: Box, faces: Sequence[Box], closer: Closer, longest: int = 480) -> bytes:
    """A JPEG without metadata of ``face`` and what is right around it.

    face: the one that may be seen, one of ``faces``, which are all that the archive lists; boxes are in pixels of the
    upright photo. What else may be a face is closed in the whole photo, before it is cut. longest: most pixels on the
    long side. Raises ImageError when the photo cannot be read.
    """
    picture = decode(source)
    closed = boxes_to_close(closer.regions(picture.rgb), faces, [face])
    rgb, _ = redact(picture.rgb, closed, keep=[face])
    high, wide = rgb.shape[:2]
    side = min(round(_AROUND * max(face.width, face.height)), high, wide)
    left, top = _placed(face.centre[0], side, wide), _placed(face.centre[1], side, high)
    cut, _ = shrink(rgb[top : top + side, left : left + side], longest)
    return encode_jpeg(cut, quality=88)


def _placed(centre: float, side: int, whole: int) -> int:
    """Where a window of this side begins: around the centre, and inside the photo."""
    return min(max(round(centre - side / 2), 0), whole - side)
