"""Work for the engine's tests, in a module that worker processes can import."""

from __future__ import annotations

import os
import resource
import signal
import time
from dataclasses import dataclass
from pathlib import Path

from sayso.errors import ImageError, RefusedError


def square(number: int) -> int:
    return number * number


def square_or_fail(number: int) -> int:
    if number % 10 == 3:
        raise ImageError(f"Number {number} is damaged.", "Take another.")
    if number % 10 == 4:
        raise RefusedError.because("F3", f"Number {number} is refused.", "Take another.")
    if number % 10 == 7:
        raise ValueError("the secret is 0xBEEF")
    return number * number


@dataclass(frozen=True)
class Deadly:
    """Squares numbers; ``killers`` take the process down, and every item leaves a line in ``diary``."""

    killers: frozenset[int]
    diary: Path

    def __call__(self, number: int) -> int:
        with self.diary.open("a") as out:
            out.write(f"{number}\n")
        if number in self.killers:
            os.kill(os.getpid(), signal.SIGSEGV)
        return number * number


@dataclass(frozen=True)
class DeadlyOnce:
    """Takes the process down the first time only, like a passing lack of memory."""

    mark: Path

    def __call__(self, number: int) -> int:
        if number == 5 and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return number * number


def process_id(_: int) -> int:
    return os.getpid()


def core_limit(_: int) -> tuple[int, int]:
    return resource.getrlimit(resource.RLIMIT_CORE)


def noisy(number: int) -> int:
    print("a library prints this")
    os.write(1, b"and a native one this\n")
    os.write(2, b"and that\n")
    return number


def slow(number: int) -> int:
    time.sleep(30)
    return number


def broken_start() -> None:
    raise ImageError("The models are not there.", "Prepare them.")


def deadly_start() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def mark_start() -> None:
    os.environ["STARTED"] = os.environ.get("STARTED", "") + "once"


def started(_: int) -> str:
    return os.environ.get("STARTED", "")


def unpicklable(_: int) -> object:
    return lambda: None
