"""One zip file out of many photos, made while it is sent: it never lies anywhere as a whole.

May know: zip files. Must not know: whose photos these are.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime

#: Before this year a zip file knows no time.
_FIRST_YEAR = 1980


def zipped(files: Iterable[tuple[str, datetime | None, bytes]]) -> Iterator[bytes]:
    """The zip file in pieces. files: name, time, and content of each. Photos are not pressed: they are already."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as made:
        for name, taken_at, content in files:
            info = zipfile.ZipInfo(name, _time(taken_at))
            made.writestr(info, content)
            yield pipe.take()
    yield pipe.take()


class _Pipe(io.RawIOBase):
    """Keeps what was written until it is taken."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole


def _time(taken_at: datetime | None) -> tuple[int, int, int, int, int, int]:
    if taken_at is None or taken_at.year < _FIRST_YEAR:
        return (_FIRST_YEAR, 1, 1, 0, 0, 0)
    return (taken_at.year, taken_at.month, taken_at.day, taken_at.hour, taken_at.minute, taken_at.second)
