"""Waits for what must become true, for as long as a slow machine may need."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def until(look: Callable[[], T], good: Callable[[T], object], seconds: float = 90.0) -> T:
    """What ``look`` gives as soon as it is ``good``; fails when it never is."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if good(found):
            return found
        assert time.monotonic() < end, f"it stayed {found}"
        time.sleep(0.1)
