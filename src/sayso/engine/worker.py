"""What a worker process does: take items from its parent over a pipe, work on them, give results back.

May know: pipes, signals, the error tree. Must not know: what the work is about.
Must not do: outlive its parent, leave a core dump, print anything.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from ..errors import SaysoError
from . import wire
from .pool import unexpected

_LOOK_SECONDS = 0.25


def main(parent: int) -> None:
    """Serve until the parent, whose process id is ``parent``, closes the pipe or dies. Never returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    no_core_dumps()
    requests, replies = _private_pipes()
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    try:
        _serve(requests, replies)
    except (EOFError, OSError):
        os._exit(0)


def no_core_dumps() -> None:
    """Keep this process's memory out of core files, where the system has them."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Take the standard streams for the protocol, and send to nowhere whatever libraries print."""
    requests = os.fdopen(os.dup(0), "rb", buffering=0)
    replies = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)
    return requests, replies


def _leave_with(parent: int) -> None:
    # The closed pipe tells an idle worker that its parent is gone; this is for one that is busy.
    while os.getppid() == parent:
        time.sleep(_LOOK_SECONDS)
    os._exit(0)


def _serve(requests: BinaryIO, replies: BinaryIO) -> None:
    work: Callable[[Any], Any] | None = None
    failure: SaysoError | None = None
    while True:
        message = wire.read(requests)
        match message.kind:
            case wire.Kind.START:
                _, error = _attempt(_start, message.body)
                if error is None:
                    wire.write(replies, wire.Kind.READY)
                else:
                    _reply_error(replies, 0, error)
            case wire.Kind.WORK:
                work, failure = _attempt(wire.unpack, message.body)
            case wire.Kind.FORGET:
                work = None
            case _:
                value = None
                if work is not None:
                    value, failure = _attempt(_do, work, message.body)
                if failure is None:
                    wire.write(replies, wire.Kind.VALUE, message.number, value)
                    wire.wipe(value or bytearray())
                else:
                    _reply_error(replies, message.number, failure)


def _start(body: bytearray) -> None:
    wire.unpack(body)()


def _do(work: Callable[[Any], Any], body: bytearray) -> bytearray:
    return wire.pack(work(wire.unpack(body)))


def _attempt(action: Callable[..., Any], *arguments: Any) -> tuple[Any, SaysoError | None]:
    try:
        return action(*arguments), None
    except SaysoError as error:
        return None, error
    except Exception as error:
        return None, unexpected(error)


def _reply_error(replies: BinaryIO, number: int, error: SaysoError) -> None:
    # Taken apart, because exceptions with their own constructors do not survive pickling as a whole.
    body = wire.pack((type(error), error.args, dict(error.__dict__)))
    wire.write(replies, wire.Kind.ERROR, number, body)
