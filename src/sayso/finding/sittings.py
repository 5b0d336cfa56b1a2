"""Live captures that are going on: who sits before the camera, and the judge who looks. In memory of this process only.

May know: judges, subjects' ids, time. Must not know: the database, vectors, the law.
Must not keep: anything for longer than a capture goes on; what a judge kept is overwritten when it is over.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..errors import CaptureError, SaysoError
from ..vision.images import RgbArray
from ..vision.liveness import Failure, Guidance, Judge

#: How many people may sit before their cameras at once, and after how many seconds without a frame one has left.
AT_ONCE = 8
_PATIENCE = 120.0

#: By how many milliseconds the times that come with frames may leave this machine's clock.
_DRIFT = 3_000.0

_OVER = CaptureError("This capture is not going on any more.", "Begin a new one.")


@dataclass(eq=False)
class Sitting:
    """One capture that is going on. ``to_verify``: it is held against the template that there is, and makes none."""

    subject_id: str
    judge: Judge
    model: str
    to_verify: bool
    seen_at: float
    lock: threading.Lock = field(default_factory=threading.Lock)
    began: tuple[float, int] | None = None
    over: bool = False

    def look(self, rgb: RgbArray, at_ms: int, now: float) -> Guidance:
        """Judge a frame. at_ms: the time that came with it; it must run as fast as ``now`` does, in seconds."""
        began, first = self.began = self.began or (now, at_ms)
        if abs((now - began) * 1000 - (at_ms - first)) > _DRIFT:
            self.judge.fail(Failure.CLOCK)
        self.seen_at = now
        return self.judge.look(rgb, at_ms)

    def close(self) -> None:
        """Overwrite what the judge kept."""
        self.over = True
        self.judge.close()


class Sittings:
    """Every capture that is going on, by the nonce that was given for it. Any number of threads may ask.

    ticks: seconds that only ever grow.
    """

    def __init__(self, ticks: Callable[[], float] = time.monotonic) -> None:
        self.ticks = ticks
        self._going_on: dict[str, Sitting] = {}
        self._lock = threading.Lock()

    def begin(self, subject_id: str, judge: Judge, *, model: str, to_verify: bool) -> str:
        """The nonce of a new capture; another one of the same person ends. Raises SaysoError when too many go on."""
        now = self.ticks()
        self.sweep(subject_id)
        with self._lock:
            full = len(self._going_on) >= AT_ONCE
            nonce = secrets.token_urlsafe(24)
            if not full:
                self._going_on[nonce] = Sitting(subject_id, judge, model, to_verify, now)
        if full:
            raise SaysoError("Too many people are before their cameras just now.", "Try again in a minute.")
        return nonce

    @contextmanager
    def of(self, nonce: str, subject_id: str) -> Iterator[Sitting]:
        """The capture of this nonce, for one thread at a time. Raises CaptureError when it is over, or another's."""
        with self._lock:
            sitting = self._going_on.get(nonce)
        if sitting is None or sitting.subject_id != subject_id:
            raise _OVER
        with sitting.lock:
            if sitting.over or self.ticks() - sitting.seen_at > _PATIENCE:
                self.end(nonce, sitting)
                raise _OVER
            yield sitting

    @contextmanager
    def last(self, nonce: str, subject_id: str) -> Iterator[Sitting]:
        """As ``of``; the capture is over afterwards, whatever happens."""
        with self.of(nonce, subject_id) as sitting:
            try:
                yield sitting
            finally:
                self.end(nonce, sitting)

    def end(self, nonce: str, sitting: Sitting) -> None:
        """End a capture; for who holds it."""
        with self._lock:
            self._going_on.pop(nonce, None)
        sitting.close()

    @property
    def going_on(self) -> int:
        """How many captures are held in memory."""
        with self._lock:
            return len(self._going_on)

    def sweep(self, subject_id: str | None = None) -> None:
        """End the captures that nobody goes on with, and those of a person who says no."""
        now = self.ticks()
        with self._lock:
            over = [
                nonce
                for nonce, one in self._going_on.items()
                if one.subject_id == subject_id or now - one.seen_at > _PATIENCE
            ]
            left = [self._going_on.pop(nonce) for nonce in over]
        for one in left:
            with one.lock:
                one.close()

    def close(self) -> None:
        """End every capture."""
        with self._lock:
            left = list(self._going_on.values())
            self._going_on.clear()
        for one in left:
            with one.lock:
                one.close()
