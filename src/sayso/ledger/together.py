"""Entries of many who look at the same moment, written in one transaction; each waits until its own is on the disk.

May know: acts, transactions. Must not know: what an act means.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Lock

from ..errors import KeyDestroyedError, RefusedError
from ..storage import Session
from ..values import Act


@dataclass
class _Waiting:
    act: Act
    done: bool = False
    error: BaseException | None = None


class Together:
    """Group commit: while one transaction goes to the disk, acts gather for the next. Safe for any number of threads.

    begin: a transaction. append: writes one act in it.
    """

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Session]], append: Callable[[Session, Act], object]
    ) -> None:
        self._begin, self._append = begin, append
        self._waiting: list[_Waiting] = []
        self._list, self._turn = Lock(), Lock()

    def write(self, act: Act) -> None:
        """Append an act and return when its transaction has ended. Raises what ``begin`` and ``append`` raise."""
        mine = _Waiting(act)
        with self._list:
            self._waiting.append(mine)
        with self._turn:
            # Whoever had the turn before may have written this one as well.
            if not mine.done:
                with self._list:
                    batch, self._waiting = self._waiting, []
                self._write(batch)
        if mine.error is not None:
            raise mine.error

    def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            with self._begin() as session:
                for one in batch:
                    self._append(session, one.act)
        except (KeyDestroyedError, RefusedError) as error:
            if len(batch) > 1:
                # One that may not be written holds up nobody else: nothing of this transaction was kept.
                for one in batch:
                    self._write([one])
                return
            batch[0].error = error
        except BaseException as error:
            for one in batch:
                one.error = error
        for one in batch:
            one.done = True
