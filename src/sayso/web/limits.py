"""How often somebody may try: by address and kind of attempt, in this process' memory.

May know: addresses, counts. Must not know: what is tried.
"""

from __future__ import annotations

import hashlib

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ..errors import SaysoError


class TooOftenError(SaysoError):
    """Somebody tried more often than people do."""


class Limits:
    """Counts attempts. One of these belongs to one server."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, request: Request, kind: str, rate: str, whom: str = "") -> None:
        """Count an attempt. rate: such as ``10/minute``. whom: what is tried, if it is limited for itself, whoever
        tries it; only its hash is kept. Raises TooOftenError."""
        key = hashlib.sha256(whom.encode()).hexdigest() if whom else _address(request)
        if not self._limiter.hit(_item(rate), kind, key):
            raise TooOftenError("That was tried too often.", "Wait a few minutes, then try again.")


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"


def _item(rate: str) -> RateLimitItem:
    return parse(rate)
