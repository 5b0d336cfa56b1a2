"""How often somebody may try: by address and kind of attempt, in this process' memory.

May know: addresses, counts. Must not know: what is tried.
"""

from __future__ import annotations

import hashlib
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from ipaddress import IPv6Address, ip_address

from fastapi import Request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from ..errors import SaysoError

#: Streams of events that may be open at once, from one address and in all.
STREAMS, ALL_STREAMS = 12, 200


class TooOftenError(SaysoError):
    """Somebody tried more often than people do."""


class Limits:
    """Counts attempts. One of these belongs to one server."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._staying: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, request: Request, kind: str, rate: str, whom: str = "") -> None:
        """Count an attempt. rate: such as ``10/minute``. whom: what is tried, if it is limited for itself, whoever
        tries it; only its hash is kept. Raises TooOftenError."""
        if not self._limiter.hit(_item(rate), kind, _key(request, whom)):
            raise _too_often()

    def look(self, request: Request, kind: str, rate: str, whom: str = "") -> None:
        """Count nothing, and raise TooOftenError where ``count`` would."""
        if not self._limiter.test(_item(rate), kind, _key(request, whom)):
            raise _too_often()

    def stay(self, request: Request) -> Callable[[], None]:
        """Count an answer that stays open, until what is returned is called. Raises TooOftenError."""
        who = _address(request)
        with self._lock:
            if self._staying[who] >= STREAMS or self._staying.total() >= ALL_STREAMS:
                raise _too_often()
            self._staying[who] += 1

        def leave() -> None:
            with self._lock:
                self._staying[who] -= 1
                if self._staying[who] <= 0:
                    del self._staying[who]

        return leave


def limits_of(request: Request) -> Limits:
    found: Limits = request.app.state.limits
    return found


def _too_often() -> TooOftenError:
    return TooOftenError("That was tried too often.", "Wait a few minutes, then try again.")


def _key(request: Request, whom: str) -> str:
    if not whom:
        return _address(request)
    # Spellings that name one account, or one letter box, are one: else each of them could be tried as often.
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", whom).casefold())
    visible = "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
    return hashlib.sha256(" ".join(visible.split()).encode("utf-8", "surrogatepass")).hexdigest()


def _address(request: Request) -> str:
    host = request.client.host if request.client else "?"
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        # Whoever has one address of version 6 has all that begin like it.
        return str(address.ipv4_mapped or int(address) >> 64)
    return host


@cache
def _item(rate: str) -> RateLimitItem:
    return parse(rate)
