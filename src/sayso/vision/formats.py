"""Which kind of picture some bytes are, and whether the file is whole, judged by content and never by name.

May know: the outer layout of JPEG, PNG, WebP, TIFF, HEIC and AVIF files.
Must not know: pixels, colour, where the bytes came from.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of picture that can be read."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WebP"
    TIFF = "TIFF"
    HEIC = "HEIC"
    AVIF = "AVIF"


_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_GENERIC_BRANDS = frozenset({b"mif1", b"msf1", b"mif2", b"miaf"})
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TIFF_SIGNATURES = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def kind_of(data: bytes) -> Kind | None:
    """The kind that the first bytes announce, or None when it is none that can be read."""
    if data.startswith(b"\xff\xd8\xff"):
        return Kind.JPEG
    if data.startswith(_PNG_SIGNATURE):
        return Kind.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Kind.WEBP
    if data.startswith(_TIFF_SIGNATURES):
        return Kind.TIFF
    if data[4:8] == b"ftyp":
        return _kind_by_brand(data)
    return None


def is_cut_off(data: bytes, kind: Kind) -> bool:
    """Whether the file ends before its own layout says that it does.

    PNG: chunks up to IEND (ISO/IEC 15948, 5). WebP: RIFF size (RFC 9649, 2.3). HEIC, AVIF: box sizes (ISO/IEC 14496-12,
    4.2). JPEG and TIFF do not state their length; for them the decoder has to notice.
    """
    if kind is Kind.PNG:
        return not _reaches_png_end(data)
    if kind is Kind.WEBP:
        return len(data) < 12 or int.from_bytes(data[4:8], "little") + 8 > len(data)
    if kind in (Kind.HEIC, Kind.AVIF):
        return not _reaches_box_end(data)
    return False


def lacks_jpeg_end(data: bytes) -> bool:
    """Whether no end-of-image marker (ITU-T T.81, B.1.1.3) stands in the file's last bytes.

    Cameras append previews and maker data after it, so this only explains a failure; it does not prove one.
    """
    return b"\xff\xd9" not in data[-4096:]


def _kind_by_brand(data: bytes) -> Kind | None:
    length = min(int.from_bytes(data[:4], "big"), len(data), 256)
    major = data[8:12]
    brands = {major} | {data[i : i + 4] for i in range(16, length - 3, 4)}
    if major in _HEIC_BRANDS:
        return Kind.HEIC
    if brands & _AVIF_BRANDS:
        return Kind.AVIF
    if brands & (_HEIC_BRANDS | _GENERIC_BRANDS):
        return Kind.HEIC
    return None


def _reaches_png_end(data: bytes) -> bool:
    at = len(_PNG_SIGNATURE)
    while at + 12 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        at += 12 + length
        if name == b"IEND":
            return at <= len(data)
    return False


def _reaches_box_end(data: bytes) -> bool:
    at = 0
    while at + 8 <= len(data):
        length, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if not name.isalnum():
            return at > 0
        if length == 1 and at + 16 <= len(data):
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length == 0:
            return True
        if length < 8:
            return at > 0
        at += length
    return at <= len(data)
