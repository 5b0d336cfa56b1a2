"""Framed messages between a process and its workers, whose buffers are overwritten after use.

May know: pipes, pickling of values between processes of one program. Must not know: what a message is about.
Must not do: read from anything but the pipe of a process that this program started itself.
"""

from __future__ import annotations

import io
import pickle
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, BinaryIO

_HEADER = struct.Struct(">BQQ")
_STEP = 1 << 20


class Kind(IntEnum):
    """What a message is."""

    START = 1
    WORK = 2
    ITEM = 3
    FORGET = 4
    READY = 5
    VALUE = 6
    ERROR = 7


@dataclass(frozen=True, slots=True)
class Message:
    """One frame. ``number`` tells items apart; ``body`` is a pickled value, possibly empty."""

    kind: Kind
    number: int
    body: bytearray


def pack(value: object) -> bytearray:
    """``value`` pickled, in a buffer that the caller overwrites with ``wipe`` after use."""
    buffer = io.BytesIO()
    pickle.dump(value, buffer, protocol=pickle.HIGHEST_PROTOCOL)
    with buffer.getbuffer() as view:
        packed = bytearray(view)
        view[:] = bytes(len(view))
    return packed


def unpack(body: bytearray) -> Any:
    """The value in ``body``; overwrites ``body``."""
    try:
        return pickle.loads(body)
    finally:
        wipe(body)


def wipe(body: bytearray) -> None:
    """Overwrite ``body`` with zeros."""
    body[:] = bytes(len(body))


def write(pipe: BinaryIO, kind: Kind, number: int = 0, body: bytearray | None = None) -> None:
    """Send one frame over an unbuffered pipe. Raises OSError when the other side is gone."""
    content = body if body is not None else bytearray()
    _write_all(pipe, memoryview(_HEADER.pack(kind, number, len(content))))
    with memoryview(content) as view:
        _write_all(pipe, view)


def read(pipe: BinaryIO) -> Message:
    """Receive one frame from an unbuffered pipe. Raises EOFError when the other side is gone."""
    kind, number, length = _HEADER.unpack(_read_all(pipe, _HEADER.size))
    return Message(Kind(kind), number, _read_all(pipe, length))


def _write_all(pipe: BinaryIO, view: memoryview) -> None:
    sent = 0
    while sent < len(view):
        sent += pipe.write(view[sent : sent + _STEP]) or 0


def _read_all(pipe: BinaryIO, length: int) -> bytearray:
    content = bytearray(length)
    got = 0
    with memoryview(content) as view:
        while got < length:
            step = pipe.readinto(view[got : got + _STEP])  # type: ignore[attr-defined]
            if not step:
                raise EOFError
            got += step
    return content
