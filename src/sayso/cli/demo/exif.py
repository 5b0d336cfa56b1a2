"""Gives a JPEG what a real camera writes: time, place, creator, copyright and a small copy of the photo itself.

May know: EXIF 2.32 (CIPA DC-008) and the TIFF 6.0 layout that it rests on, as bytes. Must not know: people.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from datetime import datetime

from PIL import ExifTags, Image

from ...values import Place

# TIFF types by number (TIFF 6.0, section 2).
_BYTE, _ASCII, _LONG, _RATIONAL = 1, 2, 4, 5

_HEADER = b"II*\x00\x08\x00\x00\x00"
_THUMBNAIL_SIDE = 160

_Field = tuple[int, int, int, bytes]


@dataclass(frozen=True, slots=True)
class CameraFacts:
    """What the camera knew. ``taken_at`` is local time without a zone."""

    taken_at: datetime
    place: Place
    creator: str
    copyright: str


def with_facts(jpeg: bytes, facts: CameraFacts) -> bytes:
    """The same JPEG, pixels untouched, with an EXIF block in front (APP1; CIPA DC-008, 4.5.4)."""
    block = b"Exif\x00\x00" + _tiff(facts, _thumbnail(jpeg))
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + jpeg[2:]


def private_facts(jpeg: bytes) -> list[str]:
    """Which facts of a delivered file should not be in it: ``place``, ``thumbnail``."""
    with Image.open(io.BytesIO(jpeg)) as image:
        exif = image.getexif()
        found = {"place": exif.get_ifd(ExifTags.IFD.GPSInfo), "thumbnail": exif.get_ifd(ExifTags.IFD.IFD1)}
    return [name for name, facts in found.items() if facts]


def credit(jpeg: bytes) -> tuple[str, str]:
    """Creator and copyright of a file; empty when they are missing."""
    with Image.open(io.BytesIO(jpeg)) as image:
        exif = image.getexif()
        return str(exif.get(ExifTags.Base.Artist, "")), str(exif.get(ExifTags.Base.Copyright, ""))


def _thumbnail(jpeg: bytes) -> bytes:
    with Image.open(io.BytesIO(jpeg)) as image:
        image.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
        out = io.BytesIO()
        image.save(out, "JPEG", quality=75)
    return out.getvalue()


def _tiff(facts: CameraFacts, thumbnail: bytes) -> bytes:
    """IFD0 with creator, copyright, the time's and the place's directories; IFD1 with the thumbnail."""
    time = [_ascii(ExifTags.Base.DateTimeOriginal, f"{facts.taken_at:%Y:%m:%d %H:%M:%S}")]
    place = [
        (int(ExifTags.GPS.GPSVersionID), _BYTE, 4, bytes((2, 3, 0, 0))),
        _ascii(ExifTags.GPS.GPSLatitudeRef, "N" if facts.place.latitude >= 0 else "S"),
        _degrees(ExifTags.GPS.GPSLatitude, facts.place.latitude),
        _ascii(ExifTags.GPS.GPSLongitudeRef, "E" if facts.place.longitude >= 0 else "W"),
        _degrees(ExifTags.GPS.GPSLongitude, facts.place.longitude),
    ]
    credit = [_ascii(ExifTags.Base.Artist, facts.creator), _ascii(ExifTags.Base.Copyright, facts.copyright)]

    def main(time_at: int, place_at: int) -> list[_Field]:
        return [*credit, _long(int(ExifTags.IFD.Exif), time_at), _long(int(ExifTags.IFD.GPSInfo), place_at)]

    def small(thumbnail_at: int) -> list[_Field]:
        return [
            _long(ExifTags.Base.JpegIFOffset, thumbnail_at),
            _long(ExifTags.Base.JpegIFByteCount, len(thumbnail)),
        ]

    start = len(_HEADER)
    time_at = start + len(_directory(main(0, 0), start, 0))
    place_at = time_at + len(_directory(time, time_at, 0))
    small_at = place_at + len(_directory(place, place_at, 0))
    thumbnail_at = small_at + len(_directory(small(0), small_at, 0))
    return b"".join(
        (
            _HEADER,
            _directory(main(time_at, place_at), start, small_at),
            _directory(time, time_at, 0),
            _directory(place, place_at, 0),
            _directory(small(thumbnail_at), small_at, 0),
            thumbnail,
        )
    )


def _directory(fields: list[_Field], at: int, following: int) -> bytes:
    """An image file directory at offset ``at``; values longer than four bytes come behind it (TIFF 6.0, section 2)."""
    behind_at = at + 2 + 12 * len(fields) + 4
    entries, behind = b"", b""
    for tag, kind, count, value in sorted(fields):
        if len(value) <= 4:
            held = value.ljust(4, b"\x00")
        else:
            held = struct.pack("<I", behind_at + len(behind))
            behind += value + b"\x00" * (len(value) % 2)
        entries += struct.pack("<HHI", tag, kind, count) + held
    return struct.pack("<H", len(fields)) + entries + struct.pack("<I", following) + behind


def _ascii(tag: int, text: str) -> _Field:
    value = text.encode() + b"\x00"
    return int(tag), _ASCII, len(value), value


def _long(tag: int, value: int) -> _Field:
    return int(tag), _LONG, 1, struct.pack("<I", value)


def _degrees(tag: int, value: float) -> _Field:
    """Degrees, minutes and seconds to a hundredth, as three fractions (CIPA DC-008, 4.6.6)."""
    hundredths = round(abs(value) * 360000)
    parts = (hundredths // 360000, 1, hundredths // 6000 % 60, 1, hundredths % 6000, 100)
    return int(tag), _RATIONAL, 3, struct.pack("<6I", *parts)
