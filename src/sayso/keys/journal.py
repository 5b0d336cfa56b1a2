"""Keys made since ``keys.json`` was written last: one line each at the end of a file, so that making one stays cheap.

May know: wrapped keys, key ids, generations. Must not know: wrapping keys, or what the keys are for.
A line that a crash cut short counts for nothing; lines of an older generation open nothing and are cleared away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import KeyStoreError
from .files import failed, sync_folder


def append(path: Path, generation: int, wrapped: Mapping[str, str]) -> int:
    """Add keys, given as id and wrapped key, durably and in one step; returns the file's new length in bytes.

    Raises KeyStoreError when the disk refuses; then none of them was added.
    """
    lines = "".join(json.dumps([generation, key_id, key]) + "\n" for key_id, key in wrapped.items()).encode()
    try:
        is_new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            end = _end_of_last_line(handle)
            os.ftruncate(handle, end)
            try:
                _write_at(handle, lines, end)
                os.fsync(handle)
            except BaseException:
                os.ftruncate(handle, end)
                raise
        finally:
            os.close(handle)
        if is_new:
            sync_folder(path.parent)
    except OSError as error:
        raise failed("write", path, error) from None
    return end + len(lines)


def read(path: Path, generation: int, start: int = 0) -> tuple[dict[str, str], int]:
    """Keys of ``generation`` from byte ``start`` on, and the byte after the last whole line.

    Raises KeyStoreError when a whole line cannot be read.
    """
    try:
        with path.open("rb") as file:
            file.seek(start)
            content = file.read()
    except FileNotFoundError:
        return {}, 0
    except OSError as error:
        raise failed("read", path, error) from None
    whole = content[: content.rfind(b"\n") + 1]
    try:
        found = {key_id: key for of, key_id, key in _parsed(whole) if of == generation}
    except ValueError:
        raise KeyStoreError(
            f"The key store {path} is damaged.", "What it locked cannot be opened without it."
        ) from None
    return found, start + len(whole)


def _parsed(lines: bytes) -> Iterator[tuple[int, str, str]]:
    for line in lines.splitlines():
        match json.loads(line):
            case [int(generation), str(key_id), str(key)]:
                yield generation, key_id, key
            case _:
                raise ValueError("this is no line of a journal")


def _end_of_last_line(handle: int) -> int:
    size = os.fstat(handle).st_size
    at = size
    while at:
        start = max(0, at - 4096)
        os.lseek(handle, start, os.SEEK_SET)
        found = os.read(handle, at - start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        at = start
    return 0


def _write_at(handle: int, content: bytes, at: int) -> None:
    os.lseek(handle, at, os.SEEK_SET)
    while content:
        content = content[os.write(handle, content) :]
