"""Makes photos of nobody: faces that a computer drew, pasted into backgrounds of noise, at any size.

May know: the packaged portraits of people who do not exist, pixels. Must not know: anybody who does.
The same number gives the same photo; two numbers give photos that are no near-duplicates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache as once
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image

from ..values import Window
from ..vision import decode, encode_jpeg

Pixels = npt.NDArray[np.uint8]

_PORTRAITS = Path(__file__).parent / "nobody"
_FIRST = datetime(2026, 6, 13, 9, 0)
_EVERY = timedelta(seconds=1)

#: When all of these photos were taken, in camera time.
OCCASION = Window(_FIRST, _FIRST + timedelta(days=2))

# A face takes about three fifths of a portrait's side, and a tenth of a group photo's short side.
_PORTRAIT_PARTS = 6
_LEAST_PORTRAIT = 100

_COARSE = 9, 12
_GRAIN = 8.0
_GRAIN_SIDE = 512


@dataclass(frozen=True, slots=True)
class Kind:
    """What the made photos are like: width and height in pixels, and how many faces each shows."""

    width: int = 4000
    height: int = 3000
    faces: int = 5


def captures() -> list[Path]:
    """Three portraits of the one person who is enrolled in trials, and is in some of the photos."""
    return sorted(_PORTRAITS.glob("self-*.jpg"))


def made_photo(number: int, kind: Kind) -> bytes:
    """The JPEG file of one photo, with the time at which it was taken."""
    chance = np.random.default_rng(number)
    coarse = chance.integers(40, 216, (*_COARSE, 3)).astype(np.uint8)
    canvas = np.asarray(cv2.resize(coarse, (kind.width, kind.height), interpolation=cv2.INTER_CUBIC), np.int16)
    down, across = -(-kind.height // _GRAIN_SIDE), -(-kind.width // _GRAIN_SIDE)
    canvas += np.tile(_grain(), (down, across, 1))[: kind.height, : kind.width]
    picture = np.clip(canvas, 0, 255).astype(np.uint8)
    portraits = _portraits()
    for place, (left, top, side) in enumerate(_places(kind)):
        portrait = portraits[(number + place) % len(portraits)]
        way = cv2.INTER_AREA if side < len(portrait) else cv2.INTER_LINEAR
        picture[top : top + side, left : left + side] = cv2.resize(portrait, (side, side), interpolation=way)
    return encode_jpeg(picture, quality=90, exif=_taken(_FIRST + number % 100_000 * _EVERY))


def write_photos(folder: Path, numbers: Sequence[int], kind: Kind) -> list[Path]:
    """One file for each number."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for number in numbers:
        path = folder / f"{number:06}.jpg"
        path.write_bytes(made_photo(number, kind))
        written.append(path)
    return written


def _places(kind: Kind) -> list[tuple[int, int, int]]:
    """Left, top and side of each portrait, in rows that fill the photo."""
    if not kind.faces:
        return []
    columns = max(1, round((kind.faces * kind.width / kind.height) ** 0.5))
    rows = -(-kind.faces // columns)
    wide, high = kind.width // columns, kind.height // rows
    side = min(wide, high, max(min(kind.width, kind.height) // _PORTRAIT_PARTS, _LEAST_PORTRAIT))
    cells = [divmod(place, columns) for place in range(kind.faces)]
    return [(column * wide + (wide - side) // 2, row * high + (high - side) // 2, side) for row, column in cells]


@once
def _grain() -> npt.NDArray[np.int16]:
    """A camera's noise, without which a photo's file would be much smaller, and faster to decode, than real ones."""
    noise = np.random.default_rng(0).normal(0, _GRAIN, (_GRAIN_SIDE, _GRAIN_SIDE, 3))
    return noise.astype(np.int16)


@once
def _portraits() -> list[Pixels]:
    own = captures()[:1]
    return [_squared(decode(path).rgb) for path in [*own, *sorted(_PORTRAITS.glob("other-*.jpg"))]]


def _squared(rgb: Pixels) -> Pixels:
    side = min(rgb.shape[:2])
    top, left = ((length - side) // 2 for length in rgb.shape[:2])
    return rgb[top : top + side, left : left + side]


def _taken(moment: datetime) -> bytes:
    block = Image.Exif()
    block.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = moment.strftime("%Y:%m:%d %H:%M:%S")
    return block.tobytes()
