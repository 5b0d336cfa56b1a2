"""Whole files into memory, together with the facts by which a later run knows them again.

May know: files. Must not know: pictures, tables.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from ..errors import ImageError

#: Larger files are not read; the same limit as the picture decoder's.
MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Content:
    """What a file held, and its size and time of change at that moment."""

    data: bytes
    size: int
    mtime_ns: int


def read_file(path: Path) -> Content:
    """Read a regular file. Raises ImageError when it is none, too large, gone or unreadable; links are not followed."""
    # Non-blocking, so that a pipe that took the file's place cannot hold the program up.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            facts = os.fstat(file.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise ImageError("This is a pipe or a device, not a picture.", "Give a regular file.")
            if facts.st_size > MOST_BYTES:
                raise too_large()
            return Content(file.read(MOST_BYTES + 1), facts.st_size, facts.st_mtime_ns)
    except FileNotFoundError:
        raise ImageError("This file is not there any more.", "Check the folder and try again.") from None
    except OSError as error:
        raise ImageError(
            f"This file cannot be read ({error.strerror}).", "Check its permissions and the disk."
        ) from None


def too_large() -> ImageError:
    """The error for a file over the limit."""
    return ImageError(f"This file is larger than {MOST_BYTES // 1_000_000} MB.", "Make a smaller copy of the picture.")
