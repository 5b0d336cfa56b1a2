"""Times several pieces of work in turns, so that a disturbance of the machine hits them alike.

May know: the clock of the processor. Must not know: what the work is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Timed:
    """One piece of work on ``items`` things; ``seconds`` receives, of each round, what one thing took."""

    name: str
    items: int
    work: Callable[[], object]
    seconds: list[float] = field(default_factory=list)


def run_rounds(table: Sequence[Timed], rounds: int, tell: Callable[[], None]) -> bool:
    """Run all work in turns; whether it was done to the end. Stopped by ctrl-C, finished pieces keep their seconds.

    The first turn warms caches and compiles networks, and does not count. tell: called after each piece.
    """
    try:
        for number in range(rounds + 1):
            for one in table:
                start = time.perf_counter()
                one.work()
                passed = time.perf_counter() - start
                if number:
                    one.seconds.append(passed / one.items)
                tell()
    except KeyboardInterrupt:
        return False
    return True
