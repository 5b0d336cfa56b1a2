"""Previews that were made lately, in memory only: many people point in the same photo, and making one takes a second.

May know: closed copies by what they were made of. Must not know: people. Must not keep: anything on a disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import SaysoError
from ..values import Face, Photo
from .preview import Preview, smaller

#: Bytes of JPEG that are remembered.
MOST_BYTES = 48 << 20
#: Previews that are made at a time, and requests that may wait for their turn.
AT_ONCE, MOST_WAITING = 2, 16


class BusyError(SaysoError):
    """So many photos are asked for that this one would keep everybody waiting."""


class Previews:
    """Remembers closed copies. Any number of threads may share one."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, ...], Preview] = OrderedDict()
        self._bytes = self._waiting = 0
        self._lock = threading.Lock()
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def get(self, photo: Photo, faces: list[Face], make: Callable[[], Preview], *, small: bool) -> Preview:
        """The preview of a photo with these faces, made if need be. Raises BusyError, and what making it raises.

        What it shows follows from the key alone: when a face is added or marked, an earlier preview is found no more.
        """
        whole = (photo.id, photo.sha256, tuple(faces), False)
        key = (*whole[:3], small)
        found = self._find(key)
        if found is None:
            with self._in_turn():
                found = self._find(key)
                if found is None:
                    large = self._find(whole) or make()
                    self._keep(whole, large)
                    found = smaller(large) if small else large
                    self._keep(key, found)
        return found

    def _find(self, key: tuple[object, ...]) -> Preview | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        return None

    def _keep(self, key: tuple[object, ...], made: Preview) -> None:
        with self._lock:
            if key not in self._known:
                self._known[key] = made
                self._bytes += len(made.jpeg)
            while self._bytes > MOST_BYTES and len(self._known) > 1:
                _, oldest = self._known.popitem(last=False)
                self._bytes -= len(oldest.jpeg)

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        with self._lock:
            if self._waiting >= MOST_WAITING:
                raise BusyError("Many people are looking at photos just now.", "Try again in a few seconds.")
            self._waiting += 1
        try:
            with self._turn:
                yield
        finally:
            with self._lock:
                self._waiting -= 1
