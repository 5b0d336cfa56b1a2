"""Photo files in and out: bytes to upright RGB pixels, RGB pixels to JPEG, and whether two photos look alike.

May know: picture formats, colour spaces, orientation, limits that keep hostile files harmless.
Must not know: faces, people, collections, where a photo is kept.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np
import numpy.typing as npt
from PIL import AvifImagePlugin, ExifTags, Image, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin
from pillow_heif.as_plugin import HeifImageFile

from ..errors import ImageError
from .colour import to_rgb
from .formats import Kind, is_cut_off, kind_of, lacks_jpeg_end

RgbArray = npt.NDArray[np.uint8]
Result = TypeVar("Result")

#: Hamming distance of two perceptual hashes (64 bits) up to which photos count as near-duplicates.
NEAR_BITS = 6

_READABLE = "JPEG, PNG, WebP, TIFF, HEIC and AVIF can be read."
_CUT_OFF = "This picture is cut off: part of the file is missing."
_COPY_AGAIN = "Copy it again from the camera or the original disk."

# Pillow's classes are called directly, because Image.open obeys process-wide settings that a host program may change.
_OPENERS: dict[Kind, Callable[[io.BytesIO], Any]] = {
    Kind.JPEG: JpegImagePlugin.JpegImageFile,
    Kind.PNG: PngImagePlugin.PngImageFile,
    Kind.WEBP: WebPImagePlugin.WebPImageFile,
    Kind.TIFF: TiffImagePlugin.TiffImageFile,
    Kind.HEIC: HeifImageFile,
    Kind.AVIF: AvifImagePlugin.AvifImageFile,
}

_STRIP_PIXELS = 1 << 17

# EXIF orientation (CIPA DC-008, 4.6.5) to the operation that makes the picture upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may ask of the machine. ``side`` is the longest side that a JPEG of it could have."""

    pixels: int = 200_000_000
    file_bytes: int = 200_000_000
    side: int = 65_500


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says about itself before it is decoded. Width and height are those of the upright photo."""

    format: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded photo.

    rgb: (h, w, 3) uint8, C-contiguous, upright. ``width`` and ``height`` are the upright full size in pixels, and
    ``scale`` is the width of ``rgb`` over ``width`` (1.0 unless a reduced decode was asked for). ``icc`` describes
    ``rgb`` and is None when that is sRGB. ``exif`` is the file's own block, for cues; never deliver it as it is.
    """

    rgb: RgbArray
    width: int
    height: int
    scale: float
    icc: bytes | None
    exif: bytes | None
    format: str


_DEFAULT_LIMITS = Limits()


def header(source: Path | bytes, *, limits: Limits = _DEFAULT_LIMITS) -> Header:
    """Kind and upright size of a photo without decoding its pixels. Raises ImageError."""
    data = _read(source, limits)
    return _guarded(lambda: _header(data, limits), data)


def decode(
    source: Path | bytes, *, longest: int | None = None, limits: Limits = _DEFAULT_LIMITS, convert_colour: bool = True
) -> Picture:
    """Pixels of a photo, upright, in sRGB; of an animated or paged file, the first frame.

    longest: shrink by powers of two, in the decoder where it can, as long as the long side keeps this many pixels.
    convert_colour: False keeps the file's own RGB colour space and hands its profile on in ``Picture.icc``.

    Raises ImageError, and nothing else, whatever the bytes are: not a picture, cut off, damaged, or over a limit.
    A link, pipe or device is not followed.
    """
    data = _read(source, limits)
    return _guarded(lambda: _decode(data, longest, limits, convert_colour), data)


def encode_jpeg(rgb: RgbArray, *, quality: int = 90, icc: bytes | None = None, exif: bytes | None = None) -> bytes:
    """A baseline JPEG of ``rgb`` ((h, w, 3) uint8) that carries nothing but the given profile and EXIF block.

    quality: 1 to 95. Raises ImageError when the picture is too large for JPEG or the EXIF block exceeds its segment.
    """
    extra = {name: value for name, value in (("icc_profile", icc), ("exif", exif)) if value}
    out = io.BytesIO()
    try:
        Image.fromarray(np.ascontiguousarray(rgb)).save(out, "JPEG", quality=quality, **extra)
    except (OSError, ValueError, TypeError, MemoryError) as error:
        raise ImageError("This picture cannot be written as JPEG.", "Make it smaller than 65,500 pixels.") from error
    return out.getvalue()


def perceptual_hash(rgb: RgbArray) -> str:
    """64 bits of the picture's coarse look as 16 hex digits (DCT hash, imagehash ``phash``)."""
    # Loaded here because it brings wavelets and statistics along, which commands that add no photo are spared.
    import imagehash

    return str(imagehash.phash(Image.fromarray(rgb)))


def near(first: str, second: str) -> bool:
    """Whether two perceptual hashes are those of near-duplicates: at most ``NEAR_BITS`` of 64 bits differ."""
    return (int(first, 16) ^ int(second, 16)).bit_count() <= NEAR_BITS


def _read(source: Path | bytes, limits: Limits) -> bytes:
    data = source if isinstance(source, bytes) else _read_file(source, limits)
    if len(data) > limits.file_bytes:
        raise _too_heavy(limits)
    if not data:
        raise ImageError("This file is empty.", _COPY_AGAIN)
    return data


def _read_file(path: Path, limits: Limits) -> bytes:
    if path.is_symlink():
        raise ImageError("This is a link, not a picture.", "Give the file that the link points to.")
    # Non-blocking, so that a pipe that took the file's place cannot hold the program up.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        if path.is_dir():
            raise ImageError("This is a folder, not a picture.", "Give the files inside it.")
        with os.fdopen(os.open(path, flags), "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise ImageError("This is a pipe or a device, not a picture.", "Give a regular file.")
            if facts.st_size > limits.file_bytes:
                raise _too_heavy(limits)
            return file.read(limits.file_bytes + 1)
    except FileNotFoundError as error:
        raise ImageError("There is no such file.", "Check the path and try again.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is not valid"
        raise ImageError(f"This file cannot be read ({reason}).", "Check its permissions and the disk.") from error


def _guarded(work: Callable[[], Result], data: bytes) -> Result:
    """Run ``work`` and turn whatever a decoder raises into an ImageError.

    Decoders raise nearly every built-in exception on hostile bytes, hence the wide net.
    """
    try:
        return work()
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError("This picture needs more memory than there is.", "Make a smaller copy of it.") from error
    except Exception as error:
        kind = kind_of(data)
        if "truncated" in str(error).lower() or (kind is Kind.JPEG and lacks_jpeg_end(data)):
            raise ImageError(_CUT_OFF, _COPY_AGAIN) from error
        raise ImageError(f"This {kind} file is damaged and cannot be decoded.", _COPY_AGAIN) from error


def _open(data: bytes, limits: Limits) -> tuple[Any, Kind]:
    kind = kind_of(data)
    if kind is None:
        raise ImageError("This is not a picture of a kind that can be read.", _READABLE)
    if is_cut_off(data, kind):
        raise ImageError(_CUT_OFF, _COPY_AGAIN)
    image = _OPENERS[kind](io.BytesIO(data))
    width, height = image.size
    if width < 1 or height < 1:
        raise ImageError(f"This {kind} file says that it has no pixels.", _COPY_AGAIN)
    if width * height > limits.pixels or max(width, height) > limits.side:
        raise ImageError(
            f"This picture says that it is {width} × {height} pixels, more than is read.",
            f"Make a copy of at most {limits.pixels // 1_000_000} million pixels and {limits.side} on a side.",
        )
    return image, kind


def _header(data: bytes, limits: Limits) -> Header:
    image, kind = _open(data, limits)
    width, height = image.size
    # Pillow's TIFF reader already swaps the size; for the others the orientation has to be looked up.
    if kind is not Kind.TIFF and _orientation(image) >= 5:
        width, height = height, width
    return Header(kind.value, width, height)


def _decode(data: bytes, longest: int | None, limits: Limits, convert_colour: bool) -> Picture:
    image, kind = _open(data, limits)
    width, height = image.size
    if kind is Kind.JPEG and longest is not None:
        part = longest / max(width, height)
        image.draft(None, (max(1, round(width * part)), max(1, round(height * part))))
    image.load()
    if kind is Kind.TIFF:
        width, height = image.size
    exif = _exif_bytes(image, kind)
    orientation = _orientation(image)
    flat, icc = to_rgb(image, convert=convert_colour)
    if orientation in _UPRIGHT:
        flat = flat.transpose(_UPRIGHT[orientation])
        if orientation >= 5:
            width, height = height, width
    rgb = _reduced(_pixels(flat), longest)
    return Picture(rgb, width, height, rgb.shape[1] / width, icc, exif, kind.value)


def _pixels(flat: Image.Image) -> RgbArray:
    """The picture as (h, w, 3): strip by strip, because Pillow hands pixels over through a copy that a strip keeps in
    the processor's cache and a whole photo does not."""
    width, height = flat.size
    rgb = np.empty((height, width, 3), np.uint8)
    step = max(1, _STRIP_PIXELS // width)
    for top in range(0, height, step):
        rgb[top : top + step] = np.asarray(flat.crop((0, top, width, min(top + step, height))))
    return rgb


def _reduced(rgb: RgbArray, longest: int | None) -> RgbArray:
    """What the JPEG decoder does while decoding, for the kinds whose decoders cannot."""
    high, wide = rgb.shape[:2]
    for factor in (8, 4, 2):
        if longest is not None and max(high, wide) >= longest * factor:
            size = (-(-wide // factor), -(-high // factor))
            return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return rgb


def _orientation(image: Image.Image) -> int:
    """EXIF orientation, 1 to 8; 1 when there is none or the block is damaged."""
    try:
        value = image.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:
        # A damaged EXIF block can raise nearly anything and says nothing about the pixels.
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _exif_bytes(image: Image.Image, kind: Kind) -> bytes | None:
    raw = image.info.get("exif")
    if isinstance(raw, bytes) and raw:
        return raw
    try:
        # TIFF keeps these tags in its own directory, and some PNG writers keep them as text.
        block = image.getexif()
        return bytes(block.tobytes()) if len(block) and kind in (Kind.TIFF, Kind.PNG) else None
    except Exception:
        return None


def _too_heavy(limits: Limits) -> ImageError:
    return ImageError(
        f"This file is larger than {limits.file_bytes // 1_000_000} MB.", "Make a smaller copy of the picture."
    )
