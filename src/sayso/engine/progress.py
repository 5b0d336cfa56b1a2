"""How far a run over many items has come, how fast it goes, and how long it will still take.

May know: the clock. Must not know: what the items are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..clock import Clock

#: Seconds after which a change of speed shows for 63 % in the smoothed rate.
_MEMORY_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` items; ``per_second`` is the smoothed rate, and None stands for "not known yet".
    ``parts_per_second`` is that of what items are made of, where somebody counts it, such as faces of photos."""

    done: int
    total: int
    per_second: float | None = None
    seconds_left: float | None = None
    parts_per_second: float | None = None


class Tracker:
    """Counts finished items and smooths their rate exponentially over time."""

    def __init__(self, clock: Clock, total: int = 0) -> None:
        """total: how many items there are, as far as is known; ``expect`` corrects it."""
        self._total = total
        self._clock = clock
        self._done = 0
        self._worked = self._parts = 0
        self._first = self._last = clock()
        self._uncounted = 0
        self._rate: float | None = None

    @property
    def seconds(self) -> float:
        """Seconds since the tracker was made."""
        return (self._clock() - self._first).total_seconds()

    def expect(self, total: int) -> None:
        """From now on count towards ``total`` items."""
        self._total = total

    def advance(self, items: int = 1, parts: int = 0) -> Progress:
        """Count ``items`` as worked on, and how many ``parts`` they had."""
        self._uncounted += items
        self._worked += items
        self._parts += parts
        now = self._clock()
        passed = (now - self._last).total_seconds()
        if passed > 0:
            current = self._uncounted / passed
            weight = 1.0 if self._rate is None else 1.0 - math.exp(-passed / _MEMORY_SECONDS)
            self._rate = current if self._rate is None else self._rate + weight * (current - self._rate)
            self._last, self._uncounted = now, 0
        return self._counted(items)

    def skip(self, items: int) -> Progress:
        """Count ``items`` that were done before and cost no time; they leave the rate as it is."""
        return self._counted(items)

    def _counted(self, items: int) -> Progress:
        self._done += items
        left = max(self._total - self._done, 0) / self._rate if self._rate else None
        parts = self._rate * self._parts / self._worked if self._rate and self._parts else None
        return Progress(self._done, self._total, self._rate, left, parts)
