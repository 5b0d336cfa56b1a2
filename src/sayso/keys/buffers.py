"""Memory for secrets: locked where the system allows it, kept out of core dumps, overwritten after use.

May know: ``mmap`` and the C library. Must not know: what the bytes are for.
"""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from pathlib import Path
from types import TracebackType

_PR_SET_DUMPABLE = 4
_LIBRARY = None if sys.platform == "win32" else ctypes.CDLL(None)


class SecretBuffer:
    """``size`` bytes of memory of its own, which ``close`` (or leaving ``with``) overwrites with zeros.

    The pages are locked against swapping and left out of core dumps where the system allows it; ``locked`` tells.
    It cannot be pickled, and its ``repr`` shows nothing but the size.
    """

    def __init__(self, size: int) -> None:
        if size < 1:
            raise ValueError("a secret has at least one byte")
        self._size = size
        self._map: mmap.mmap | None = mmap.mmap(-1, size)
        if hasattr(mmap, "MADV_DONTDUMP"):
            self._map.madvise(mmap.MADV_DONTDUMP)
        self.locked = _lock(self._map, size)
        self._view = memoryview(self._map)[:size]

    @property
    def view(self) -> memoryview:
        """The bytes themselves, writable. Raises ValueError once the buffer is closed."""
        if self._map is None:
            raise ValueError("this secret was overwritten already")
        return self._view

    def close(self) -> None:
        """Overwrite and release the memory; calling it again does nothing."""
        if self._map is None:
            return
        wipe(self._view)
        self._view.release()
        self._map.close()
        self._map = None

    def __len__(self) -> int:
        return self._size

    def __enter__(self) -> SecretBuffer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_map", None) is not None:
            self.close()

    def __repr__(self) -> str:
        return f"<SecretBuffer of {self._size} bytes>"

    def __reduce__(self) -> str:
        raise TypeError("a secret is never pickled")


def wipe(buffer: bytearray | memoryview) -> None:
    """Overwrite every byte with zero."""
    flat = memoryview(buffer).cast("B")
    flat[:] = bytes(len(flat))


def fill_random(buffer: bytearray | memoryview) -> None:
    """Fill ``buffer`` from the system's random source, without a second copy where there is ``/dev/urandom``."""
    source = Path("/dev/urandom")
    if sys.platform == "win32" or not source.exists():
        memoryview(buffer)[:] = os.urandom(len(buffer))
        return
    with source.open("rb", buffering=0) as file:
        if file.readinto(buffer) != len(buffer):
            raise OSError("the system's random source gave too few bytes")


def disable_core_dumps() -> bool:
    """Keep this process's memory out of core dumps and away from debuggers of the same account.

    Returns whether the system took it. Linux: the limit and ``PR_SET_DUMPABLE`` (a limit alone does not stop a dump
    that is piped to a program, core(5)). Other POSIX systems: the limit. Windows writes no dumps by default.
    """
    if sys.platform == "win32" or _LIBRARY is None:
        return False
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if not sys.platform.startswith("linux"):
        return True
    return int(_LIBRARY.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)) == 0


def _lock(memory: mmap.mmap, size: int) -> bool:
    """Ask the system not to swap ``memory``. It may refuse; the bytes are then still overwritten after use."""
    if _LIBRARY is None:
        return False
    start = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return int(_LIBRARY.mlock(ctypes.c_void_p(start), ctypes.c_size_t(size))) == 0
