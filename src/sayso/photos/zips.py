"""Zip archives as sources: their members are listed and read in memory, never unpacked to disk.

May know: the zip format (PKWARE APPNOTE 6.3.10) through ``zipfile``. Must not know: pictures, tables.
Must not do: use a member's name as a path, open a zip inside a zip, read more than the limits allow.
"""

from __future__ import annotations

import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import ImageError
from ..values import Skipped
from .reading import MOST_BYTES, too_large

_MOST_MEMBERS = 100_000

# A whole archive may grow this many times beyond its size, and by this many bytes on top.
_MOST_GROWTH = 200
_FREE_GROWTH = 1 << 30

_ENCRYPTED = 0x1

# Python decompresses the other methods without a limit on what comes out.
_SAFE_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True, slots=True)
class Member:
    """One file in a zip archive: its position in the archive's directory, its name and its size unpacked."""

    position: int
    name: str
    size: int


def list_members(path: Path) -> tuple[list[Member], list[Skipped]]:
    """Members that may be read, and those left out with the reason. Hidden files and folders are passed over.

    Raises ImageError when the archive is damaged, or built to do damage.
    """
    archive = _open(path)
    with archive:
        entries = archive.infolist()
        size = path.stat().st_size
        if len(entries) > _MOST_MEMBERS or sum(entry.compress_size for entry in entries) > size:
            raise ImageError(
                "This zip archive contradicts itself or holds too many files.", "Unpack it and add the folder."
            )
        budget = size * _MOST_GROWTH + _FREE_GROWTH
        names: dict[str, int] = {}
        members, skipped = [], []
        for position, entry in enumerate(entries):
            if entry.is_dir() or _is_hidden(entry.filename):
                continue
            names[entry.filename] = names.get(entry.filename, 0) + 1
            times = names[entry.filename]
            name = entry.filename if times == 1 else f"{entry.filename} ({times})"
            reason = _objection(entry, budget)
            if reason:
                skipped.append(Skipped(name, reason))
            else:
                budget -= entry.file_size
                members.append(Member(position, name, entry.file_size))
    return members, skipped


class Zips:
    """Reads members, keeping the archive that was used last open: one directory is read once, not once a member."""

    def __init__(self) -> None:
        self._own = threading.local()

    def read(self, path: Path, member: Member) -> bytes:
        """The bytes of ``member``. Raises ImageError when they cannot be had."""
        state = path.stat().st_mtime_ns if path.exists() else 0
        if getattr(self._own, "key", None) != (path, state):
            self.close()
            self._own.archive = _open(path)
            self._own.key = path, state
        try:
            archive: zipfile.ZipFile = self._own.archive
            entry = archive.infolist()[member.position]
            with archive.open(entry) as file:
                data = file.read(MOST_BYTES + 1)
        except Exception as error:
            # zipfile lets nearly every built-in exception out on damaged archives.
            raise ImageError(
                f"This file in the zip archive is damaged ({type(error).__name__}).", "Make the archive again."
            ) from None
        if len(data) > MOST_BYTES:
            raise too_large()
        return data

    def close(self) -> None:
        """Close the archive that this thread has open."""
        archive = getattr(self._own, "archive", None)
        if archive is not None:
            archive.close()
        self._own.__dict__.clear()


def _open(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except Exception as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it is damaged or no zip archive"
        raise ImageError(f"This zip archive cannot be opened: {reason}.", "Copy it again.") from None


def _is_hidden(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _objection(entry: zipfile.ZipInfo, budget: int) -> str:
    if entry.flag_bits & _ENCRYPTED:
        return "It is protected by a password. Unpack the archive and add the folder."
    if entry.filename.lower().endswith(".zip"):
        return "A zip archive inside a zip archive is not opened. Unpack it and add the folder."
    if entry.compress_type not in _SAFE_METHODS:
        return "It is compressed in a way that is not read. Unpack the archive and add the folder."
    if entry.file_size > MOST_BYTES:
        return str(too_large())
    if entry.file_size > budget:
        return "The archive would unpack to far more than its own size. Unpack it yourself if you trust it."
    return ""
