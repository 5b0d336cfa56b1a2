"""The engine that uses worker processes: a crash in native code costs one item, not the run.

May know: worker processes, the error tree. Must not know: what the work is about.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import count
from queue import SimpleQueue
from typing import Generic, TypeVar

from ..errors import SaysoError
from . import wire
from .child import Inbox, Worker
from .pool import DEPTH, Done

T = TypeVar("T")
R = TypeVar("R")


def _nothing() -> None:
    """The start of workers that need none."""


class Processes:
    """Worker processes, one core each, kept between runs until ``close``.

    A worker that dies (crash in native code, out of memory) is replaced. What it had in hand is tried again alone, one
    item at a time; an item that kills its worker again ends with an error, and the run goes on.
    """

    def __init__(self, workers: int, start: Callable[[], None] | None = None) -> None:
        """workers: processes at work at the same time, at least 1.

        start: called once in each new worker, for instance to load models; a function of an importable module.
        """
        if workers < 1:
            raise ValueError("at least one worker is needed")
        self._workers = workers
        self._start: Callable[[], None] = start or _nothing
        self._idle: list[Worker] = []
        self._lock = threading.Lock()

    def run(self, work: Callable[[T], R], items: Iterable[T]) -> Generator[Done[T, R], None, None]:
        """See ``Engine.run``. ``work``, items and values are pickled; ``work`` travels once to each worker.

        Raises SaysoError when workers cannot start. Closing the iterator ends the workers that are still busy.
        """
        run: _Run[T, R] = _Run(wire.pack(work), iter(items), self._hire, self._workers)
        try:
            yield from run.results()
        finally:
            wire.wipe(run.job)
            self._let_go(run.crew)

    def close(self) -> None:
        """End every idle worker."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def _hire(self, inbox: Inbox, job: bytearray) -> Worker:
        while True:
            with self._lock:
                worker = self._idle.pop() if self._idle else None
            if worker is None:
                worker = Worker(self._start)
            if worker.join_run(inbox):
                worker.send(wire.Kind.WORK, 0, job)
                return worker
            worker.end()

    def _let_go(self, crew: list[Worker]) -> None:
        for worker in crew:
            if worker.in_hand or not worker.ready:
                worker.end()
            else:
                worker.send(wire.Kind.FORGET)
                with self._lock:
                    self._idle.append(worker)


class _Run(Generic[T, R]):
    """One run: who works on it, what is in hand, and which items have seen a worker die."""

    def __init__(
        self, job: bytearray, source: Iterator[T], hire: Callable[[Inbox, bytearray], Worker], workers: int
    ) -> None:
        self.job = job
        self.crew: list[Worker] = []
        self._source = source
        self._more = True
        self._hire = hire
        self._workers = workers
        self._inbox: Inbox = SimpleQueue()
        self._numbers = count(1)
        self._suspects: deque[T] = deque()
        self._alone = False

    def results(self) -> Iterator[Done[T, R]]:
        """Feed the crew and hand on its answers until nothing is left. Raises SaysoError if workers cannot start."""
        while True:
            if not self._suspects and not self._alone:
                self._feed()
            elif self._suspects and not self._busy():
                self._alone = True
                self._give(self._someone(), self._suspects.popleft())
            if not self._busy():
                return
            worker, message = self._inbox.get()
            if message is None:
                yield from self._bury(worker)
            elif message.kind is wire.Kind.READY:
                worker.ready = True
            elif message.number == 0:
                raise _error_in(message)
            else:
                self._alone = False
                item = worker.in_hand.pop(message.number)
                if message.kind is wire.Kind.VALUE:
                    yield Done(item, wire.unpack(message.body))
                else:
                    yield Done(item, error=_error_in(message))

    def _busy(self) -> bool:
        return any(worker.in_hand for worker in self.crew)

    def _feed(self) -> None:
        """One item to each worker before anybody gets a second; a new worker only for an item that needs one."""
        for depth in range(1, DEPTH + 1):
            for place in range(self._workers):
                if place < len(self.crew) and len(self.crew[place].in_hand) >= depth:
                    continue
                for item in self._source if self._more else ():
                    self._give(self.crew[place] if place < len(self.crew) else self._hired(), item)
                    break
                else:
                    self._more = False
                    return

    def _someone(self) -> Worker:
        return self._hired() if len(self.crew) < self._workers else self.crew[-1]

    def _hired(self) -> Worker:
        worker = self._hire(self._inbox, self.job)
        self.crew.append(worker)
        return worker

    def _give(self, worker: Worker, item: T) -> None:
        worker.give(next(self._numbers), item)

    def _bury(self, worker: Worker) -> Iterator[Done[T, R]]:
        self.crew.remove(worker)
        worker.end()
        if not worker.ready:
            raise SaysoError(
                "A worker process could not start.", "Check that there is enough memory, or set SAYSO_WORKERS=1."
            )
        if self._alone and worker.in_hand:
            self._alone = False
            for item in worker.in_hand.values():
                yield Done(item, error=_crash())
        else:
            self._suspects.extend(worker.in_hand.values())


def _crash() -> SaysoError:
    return SaysoError(
        "The file makes the decoder crash.",
        "Leave it out, or open it in a photo program and save it under another name.",
    )


def _error_in(message: wire.Message) -> SaysoError:
    kind, arguments, facts = wire.unpack(message.body)
    error: SaysoError = kind.__new__(kind, *arguments)
    error.__dict__.update(facts)
    return error
