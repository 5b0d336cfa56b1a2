"""Compiled networks beside the models, so that a program which starts again need not compile them again.

May know: files, hashes, this machine's processor. Must not know: what a network is for. Must not do: stop anybody; a
network that cannot be kept, or was damaged, is compiled.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = "compiled"
#: Bytes that may be kept in all; what was used least recently goes first.
MOST = 192 << 20

_ENDING = ".network"
_HASH = hashlib.sha256
_BYTES = _HASH().digest_size


@dataclass(frozen=True, slots=True)
class Kept:
    """Where networks that were compiled from one source are kept.

    folder: made when it is needed. source: names the content that they were compiled from, and everything that was done
    to it.
    """

    folder: Path
    source: str

    @classmethod
    def of(cls, files: Sequence[Path], *done: object) -> Kept:
        """Beside these files. done: what changes the network before it is compiled. Raises OSError."""
        content = [_HASH(path.read_bytes()).hexdigest() for path in files]
        return cls(files[0].parent / FOLDER, json.dumps([content, [str(one) for one in done]]))

    def load(self, machine: str, settings: Mapping[str, Any]) -> bytes | None:
        """What ``keep`` was given for the same machine and settings, if it is there, whole, and nobody else's."""
        path = self._path(machine, settings)
        try:
            if not _ours(self.folder):
                return None
            data = path.read_bytes()
        except OSError:
            return None
        if _HASH(data[_BYTES:]).digest() != data[:_BYTES]:
            return None
        with suppress(OSError):
            os.utime(path)
        return data[_BYTES:]

    def keep(self, machine: str, settings: Mapping[str, Any], data: bytes) -> None:
        """Keep a compiled network; nothing happens where nothing can be written."""
        path = self._path(machine, settings)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            if not _ours(self.folder):
                return
            partial.write_bytes(_HASH(data).digest() + data)
            partial.replace(path)
            self._prune()
        except OSError:
            with suppress(OSError):
                partial.unlink(missing_ok=True)

    def _path(self, machine: str, settings: Mapping[str, Any]) -> Path:
        name = json.dumps([self.source, machine, sorted((key, str(value)) for key, value in settings.items())])
        return self.folder / (_HASH(name.encode()).hexdigest()[:40] + _ENDING)

    def _prune(self) -> None:
        there = []
        for path in self.folder.iterdir():
            # Another process may prune at the same time.
            with suppress(OSError):
                facts = path.stat()
                there.append((facts.st_mtime_ns, facts.st_size, path))
        left = sum(size for _, size, _ in there)
        for _, size, path in sorted(there):
            if left <= MOST:
                break
            path.unlink(missing_ok=True)
            left -= size


def _ours(folder: Path) -> bool:
    """Whether nobody else may write there: what lies there is run."""
    facts = folder.lstat()
    return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.getuid() and not facts.st_mode & 0o022
