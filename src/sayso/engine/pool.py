"""Work over many items: what every engine promises, and the engine that uses threads of this process.

May know: threads, the error tree. Must not know: what the work is about.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar

from ..errors import SaysoError

T = TypeVar("T")
R = TypeVar("R")

#: Items that each worker holds at most: one in hand and one waiting, so that it never idles while results are stored.
DEPTH = 2


@dataclass(frozen=True, slots=True)
class Done(Generic[T, R]):
    """How work on one item ended: with a value, or with an error that says why there is none."""

    item: T
    value: R | None = None
    error: SaysoError | None = None


class Engine(Protocol):
    """Runs work over many items. Each item is done at least once; results come in the order of completion."""

    def run(self, work: Callable[[T], R], items: Iterable[T]) -> Generator[Done[T, R], None, None]:
        """Do ``work`` on every item, reading ``items`` only as fast as results are taken.

        A SaysoError raised by ``work``, and any other exception by its name only, becomes ``Done.error``. Closing the
        iterator stops the run.
        """
        ...

    def close(self) -> None:
        """Let go of workers; a later run starts them again."""
        ...


def unexpected(error: BaseException) -> SaysoError:
    """An error that names the class of ``error`` and nothing else: its message may carry what must not be shown."""
    return SaysoError(
        f"The work stopped on an unexpected failure ({type(error).__name__}).",
        "Leave this item out, and report the failure with the version of Sayso.",
    )


class InProcess:
    """Threads of this process: starts at once; a crash in native code takes the whole program down."""

    def __init__(self, workers: int) -> None:
        """workers: threads at work at the same time, at least 1."""
        if workers < 1:
            raise ValueError("at least one worker is needed")
        self._workers = workers

    def run(self, work: Callable[[T], R], items: Iterable[T]) -> Generator[Done[T, R], None, None]:
        """See ``Engine.run``. After closing, items already in hand are finished and their results dropped."""
        source = iter(items)
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="sayso-worker")
        waiting: set[Future[Done[T, R]]] = set()
        try:
            while True:
                for item in islice(source, self._workers * DEPTH - len(waiting)):
                    waiting.add(pool.submit(_attempt, work, item))
                if not waiting:
                    return
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Nothing to let go of: threads end with their run."""


def _attempt(work: Callable[[T], R], item: T) -> Done[T, R]:
    try:
        return Done(item, work(item))
    except SaysoError as error:
        # A traceback would keep the frames of the work, and all that lies in them, alive with the result.
        return Done(item, error=error.with_traceback(None))
    except Exception as error:
        return Done(item, error=unexpected(error))
