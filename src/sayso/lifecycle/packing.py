"""A folder as a zip file that is sent while it is packed: never whole in memory, never a second time on the disk.

May know: folders, the zip format. Must not know: what is in the files.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path

_PIECE = 1 << 16
#: What is packed already gains nothing.
_PACKED = (".jpg", ".png", ".webp", ".zip")


class _Pipe:
    """What ``zipfile`` writes to; whoever sends takes it out again."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits anywhere else."""

    def close(self) -> None:
        """Nothing is held open."""

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def zipped(folder: Path, *, without: Collection[str] = ()) -> Iterator[bytes]:
    """The files of a folder, by their path in it, piece by piece; links are left out, and names in ``without``."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as whole:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file() or name in without:
                continue
            entry = zipfile.ZipInfo.from_file(path, name)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, whole.open(entry, "w") as target:
                while piece := source.read(_PIECE):
                    target.write(piece)
                    yield pipe.taken()
    yield pipe.taken()
