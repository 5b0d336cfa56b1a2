"""How much memory this program and its workers take at once, at most, while something runs.

May know: the system's account of processes. Must not know: what runs.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

_PROCESSES = Path("/proc")
_EVERY = 0.05


class PeakMemory:
    """Watches while its ``with`` lasts. ``bytes`` is None where the system does not tell (other than Linux).

    Pages that processes share count once for each of them, so this is an upper figure. Peaks shorter than a twentieth
    of a second may be missed.
    """

    def __init__(self) -> None:
        self.bytes: int | None = None
        self._done = threading.Event()
        self._watch = threading.Thread(target=self._run, name="sayso-memory", daemon=True)

    def __enter__(self) -> Self:
        self._look()
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._watch.join()
        self._look()

    def _run(self) -> None:
        while not self._done.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        now = _family(os.getpid())
        if now:
            self.bytes = max(now, self.bytes or 0)


def _family(process: int) -> int:
    """Resident bytes of a process and of all that it started; 0 where this cannot be known."""
    try:
        pages = int((_PROCESSES / str(process) / "statm").read_text("ascii").split()[1])
        tasks = list((_PROCESSES / str(process) / "task").iterdir())
    except (OSError, ValueError, IndexError):
        return 0
    children: set[int] = set()
    for task in tasks:
        try:
            children.update(map(int, (task / "children").read_text("ascii").split()))
        except (OSError, ValueError):
            # A thread that ended meanwhile, or a system built without these lists.
            continue
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(map(_family, children))
