"""One worker process as its parent sees it: started, spoken to, listened to, ended.

May know: processes, pipes, threads. Must not know: what the work is about.

It is a plain child that speaks over its standard streams, not a ``multiprocessing`` one: those run the caller's main
script again, which would start the work twice for every script without a guard.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, BinaryIO

from . import wire

_CODE = "import sys; sys.path[:] = {path!r}; from sayso.engine.worker import main; main({parent})"
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

#: What a worker says, or None when it has died.
Event = tuple["Worker", wire.Message | None]
Inbox = SimpleQueue[Event]


class Worker:
    """One child process and the thread that listens to it. ``in_hand`` are the items that it has not answered yet."""

    def __init__(self, start: Callable[[], None]) -> None:
        code = _CODE.format(path=sys.path, parent=os.getpid())
        self._process = subprocess.Popen(
            [sys.executable, "-c", code],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ONE_CORE},
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to: Any = self._process.stdin
        self._from: Any = self._process.stdout
        self._lock = threading.Lock()
        self._inbox: Inbox = SimpleQueue()
        self._dead = False
        self.ready = False
        self.in_hand: dict[int, Any] = {}
        threading.Thread(target=self._listen, args=(self._from,), daemon=True).start()
        self.send(wire.Kind.START, 0, wire.pack(start))

    def join_run(self, inbox: Inbox) -> bool:
        """From now on answer into ``inbox``. False when the process has died meanwhile."""
        with self._lock:
            self._inbox = inbox
            return not self._dead

    def give(self, number: int, item: Any) -> None:
        """Hand over one item."""
        body = wire.pack(item)
        self.in_hand[number] = item
        self.send(wire.Kind.ITEM, number, body)
        wire.wipe(body)

    def send(self, kind: wire.Kind, number: int = 0, body: bytearray | None = None) -> None:
        """Write a message. A worker that is gone is noticed by the thread that listens to it."""
        try:
            wire.write(self._to, kind, number, body)
        except OSError:
            return

    def end(self) -> None:
        """Kill the process and wait until it is gone; it holds nothing that must be finished."""
        self._process.kill()
        self._process.wait()
        self._to.close()

    def _listen(self, pipe: BinaryIO) -> None:
        try:
            while True:
                message = wire.read(pipe)
                with self._lock:
                    self._inbox.put((self, message))
        except (EOFError, OSError, ValueError):
            with self._lock:
                self._dead = True
                self._inbox.put((self, None))
        finally:
            pipe.close()
