"""What a photo's EXIF block says that may narrow a search, and the little of it that a delivered copy carries on.

May know: EXIF (CIPA DC-008) as bytes.
Must not know: pixels, people, collections.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from ..values import Place

_LONGEST_TEXT = 500
_TIME_FORMAT = "%Y:%m:%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class CueFacts:
    """Facts of one photo. ``taken_at`` is the camera's local time without a zone; what is missing is None."""

    taken_at: datetime | None = None
    place: Place | None = None
    creator: str | None = None
    copyright: str | None = None


def read_cues(exif: bytes | None) -> CueFacts:
    """The facts in an EXIF block (with or without its ``Exif`` prefix); garbage counts as missing, never as an error.

    Only DateTimeOriginal counts as the time of capture: the other dates say when a file was scanned or edited.
    The place (0, 0) counts as missing, because cameras write it when they have no fix.
    """
    block = _load(exif)
    return CueFacts(
        taken_at=_time(_directory(block, ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)),
        place=_place(_directory(block, ExifTags.IFD.GPSInfo)),
        creator=_text(_entry(block, ExifTags.Base.Artist)),
        copyright=_text(_entry(block, ExifTags.Base.Copyright)),
    )


def delivery_exif(exif: bytes | None, *, keep_time: bool = True, note: str = "") -> bytes | None:
    """The EXIF block of a delivered copy, built from nothing: creator, copyright, upright orientation, time of capture.

    Nothing is copied by default, so no place, serial number, maker note, description or embedded thumbnail (which
    would show the photo before redaction) can slip through. ``keep_time=False`` leaves the time of capture out, as
    children's albums need. ``note`` becomes the description. None when there is nothing to carry.
    """
    facts = read_cues(exif)
    kept = Image.Exif()
    if facts.creator:
        kept[ExifTags.Base.Artist] = facts.creator.encode()
    if facts.copyright:
        kept[ExifTags.Base.Copyright] = facts.copyright.encode()
    if keep_time and facts.taken_at:
        kept.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = facts.taken_at.strftime(_TIME_FORMAT)
    if note:
        kept[ExifTags.Base.ImageDescription] = note.encode()
    if not len(kept) and not kept.get_ifd(ExifTags.IFD.Exif):
        return None
    kept[ExifTags.Base.Orientation] = 1
    return bytes(kept.tobytes())


def _load(exif: bytes | None) -> Image.Exif:
    block = Image.Exif()
    if exif:
        try:
            block.load(exif)
        except Exception:
            # Pillow's parser lets nearly every built-in exception out on hostile bytes; all mean "no facts".
            return Image.Exif()
    return block


def _directory(block: Image.Exif, name: ExifTags.IFD) -> Mapping[int, Any]:
    try:
        return dict(block.get_ifd(name))
    except Exception:
        return {}


def _entry(block: Image.Exif, tag: int) -> object:
    try:
        return block.get(tag)
    except Exception:
        return None


def _time(value: object) -> datetime | None:
    text = _text(value)
    try:
        return datetime.strptime(text[:19], _TIME_FORMAT) if text else None
    except ValueError:
        return None


def _text(value: object) -> str | None:
    """Readable text of an ASCII field. Pillow reads it as Latin-1 though many programs write UTF-8."""
    if isinstance(value, str):
        raw = value.encode("latin-1", "ignore")
    elif isinstance(value, bytes):
        raw = value
    else:
        return None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    text = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in text)
    return " ".join(text.split())[:_LONGEST_TEXT] or None


def _place(gps: Mapping[int, Any]) -> Place | None:
    latitude = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "S")
    longitude = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "W")
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    if abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return Place(latitude, longitude)


def _degrees(parts: object, reference: object, negative: str) -> float | None:
    """Degrees from (degrees, minutes, seconds) rationals (CIPA DC-008, 4.6.6)."""
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or min(degrees, minutes, seconds) < 0:
        return None
    return -value if (_text(reference) or "").upper().startswith(negative) else value
