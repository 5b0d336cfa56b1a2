"""Covers faces so that nobody can bring them back: what is laid over them knows no face, and nothing of the photo.

May know: pixels, boxes. Must not know: whose faces they are.
Must not let a pixel of the photo into what covers a face: averages of a face, however few and noisy, tell the tones of
skin and hair, and a gallery that is covered in the same way then finds people.
Must not draw its noise from anything but the system's randomness: a known seed would make two covers comparable.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from ..values import Box
from .images import RgbArray

Mask = npt.NDArray[np.uint8]
_Reals = npt.NDArray[np.float32]
_Window = tuple[slice, slice]

#: How far a covered area reaches beyond the located box, in parts of its size: hair line, chin, ears.
MARGIN_UP = 0.35
MARGIN_DOWN = 0.20
MARGIN_SIDE = 0.25
#: Added on every side, because boxes of tiny faces are off by a pixel or two.
MARGIN_PIXELS = 2.0

#: Most blocks across and down a covered area.
BLOCKS_ACROSS = 4
BLOCKS_DOWN = 5

# A block is never smaller than this each way, so that a tiny area is calm too.
_LEAST_BLOCK = 6

#: What every face in every photo is covered with: warm and between the tones of people's skins, so that it looks like
#: nobody and spoils no photo. A tone that followed the light of the rest of the photo told learned attackers a trace of
#: who was in it, because people and places come together.
TONE = (148, 128, 117)

# Standard deviation of the noise on a block, on the scale of 0 to 255: the same for all channels, and per channel.
_NOISE_GREY = 9.0
_NOISE_COLOUR = 3.0

# The soft edge lies outside the covered area: its width in parts of the area's half width and height.
_SOFT = 0.16

# Exponent of the super-ellipse |x|^n + |y|^n = 1. With this one the located box lies wholly inside the covered area.
_ROUNDNESS = 2.6


def grown(box: Box) -> Box:
    """The box around the area that covering ``box`` closes. It may reach beyond the photo."""
    side = MARGIN_SIDE * box.width + MARGIN_PIXELS
    up, down = MARGIN_UP * box.height + MARGIN_PIXELS, MARGIN_DOWN * box.height + MARGIN_PIXELS
    return Box(box.x - side, box.y - up, box.width + 2 * side, box.height + up + down)


def redact(rgb: RgbArray, regions: Sequence[Box], *, keep: Sequence[Box] = ()) -> tuple[RgbArray, Mask]:
    """A copy of the photo with every region covered, and where it is covered.

    rgb: (h, w, 3) uint8; it is not changed. regions: located boxes without margins, in pixels of ``rgb``.
    keep: boxes of faces that stay open. No margin and no soft edge reaches into them, but what lies inside a region's
    own box is covered even there: closing goes before opening.

    Returns the copy and a mask (h, w) uint8: 255 where nothing of the original is left, 0 where nothing changed, and
    between on soft edges. What lies where the mask is 255 depends on the boxes and on noise from the system's
    randomness: on no pixel of the photo.
    """
    out = rgb.copy()
    mask = np.zeros(rgb.shape[:2], np.uint8)
    high, wide = rgb.shape[:2]
    # The largest first, so that a face in front of a larger one is laid over it.
    for box in sorted(regions, key=lambda box: -box.area):
        area = grown(box)
        window = _window(_widened(area, 1 + _SOFT), wide, high)
        if window[0].start >= window[0].stop or window[1].start >= window[1].stop:
            continue
        cover = _cover(area, window)
        for open_box in keep:
            cover[_within(_window(open_box, wide, high), window)] = 0
        cover[_within(_window(box, wide, high), window)] = 1
        part = out[window]
        part[...] = cv2.blendLinear(part, _fill(*part.shape[:2]), 1 - cover, cover)
        np.maximum(mask[window], np.rint(cover * 255).astype(np.uint8), out=mask[window])
    return out, mask


def _fill(high: int, wide: int) -> RgbArray:
    """Colours for a window: blocks of the tone with noise, blended into each other."""
    blocks = (
        int(np.clip(high // _LEAST_BLOCK, 1, BLOCKS_DOWN)),
        int(np.clip(wide // _LEAST_BLOCK, 1, BLOCKS_ACROSS)),
    )
    noisy = (
        np.array(TONE, np.float32) + _NOISE_GREY * _system_noise(*blocks, 1) + _NOISE_COLOUR * _system_noise(*blocks, 3)
    )
    # Blended on a small canvas first: a smooth picture of a few cells does not need its full size until the end.
    small = cv2.resize(noisy.astype(np.float32), (blocks[1] * 8, blocks[0] * 8), interpolation=cv2.INTER_LINEAR)
    small = cv2.GaussianBlur(small, (0, 0), 4.0, borderType=cv2.BORDER_REPLICATE)
    smooth = cv2.resize(np.clip(small, 0, 255), (wide, high), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.rint(smooth), np.uint8).reshape(high, wide, 3)


def _system_noise(*shape: int) -> _Reals:
    """Standard normal numbers straight from the system's randomness, without a generator whose state could be found."""
    # Loaded here because it takes a tenth of a second, which commands that close no face are spared.
    from scipy.special import ndtri

    count = int(np.prod(shape))
    uniform = (np.frombuffer(secrets.token_bytes(4 * count), np.uint32) + 0.5) / 2.0**32
    return np.asarray(ndtri(uniform), np.float32).reshape(shape)


def _cover(area: Box, window: _Window) -> _Reals:
    """How much of the original each pixel of the window loses: 1 inside the area, falling to 0 over the soft edge."""
    (x, y), (rows, columns) = area.centre, window
    across = np.abs((np.arange(columns.start, columns.stop) + 0.5 - x) / (area.width / 2)) ** _ROUNDNESS
    down = np.abs((np.arange(rows.start, rows.stop) + 0.5 - y) / (area.height / 2)) ** _ROUNDNESS
    distance = (down[:, None] + across[None, :]).astype(np.float32)
    edge = (1 + _SOFT) ** _ROUNDNESS
    falling = np.clip((edge - distance) / (edge - 1), 0, 1)
    smooth = falling * falling * (3 - 2 * falling)
    # In whole steps of the mask, so that the mask states exactly what was blended.
    return np.asarray(np.floor(smooth * 255) / 255, np.float32)


def _widened(box: Box, factor: float) -> Box:
    width, height = box.width * factor, box.height * factor
    x, y = box.centre
    return Box(x - width / 2, y - height / 2, width, height)


def _window(box: Box, wide: int, high: int) -> _Window:
    """Rows and columns of all pixels that the box touches."""
    left, top = max(int(np.floor(box.x)), 0), max(int(np.floor(box.y)), 0)
    right, bottom = min(int(np.ceil(box.right)), wide), min(int(np.ceil(box.bottom)), high)
    return slice(top, bottom), slice(left, right)


def _within(inner: _Window, outer: _Window) -> _Window:
    """The rows and columns that both have, counted from the outer window's corner."""

    def shared(one: slice, other: slice) -> slice:
        start = max(one.start, other.start)
        stop = max(min(one.stop, other.stop), start)
        return slice(start - other.start, stop - other.start)

    return shared(inner[0], outer[0]), shared(inner[1], outer[1])
