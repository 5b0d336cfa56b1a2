"""Does the long work that was asked for: what people ask for in one thread, everything else in another.

May know: the front door, how each kind of work is done through it. Must not know: pages.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from ..archive import Archive, Job, Progress, Work
from ..values import Role, Route

_LOG = logging.getLogger("sayso.web")
_PATIENCE = 5.0
_ROUNDS = 60.0

#: A kind of work: the archive as whoever asked for it uses it, the words of the job, and where to tell how far it is.
Doing = Callable[[Archive, Mapping[str, Any], Callable[[Progress], None]], Mapping[str, Any]]


class Background:
    """``start`` it when the server starts and ``stop`` it when it ends; a job that was cut off goes on at the next
    start."""

    def __init__(
        self,
        archive: Archive,
        doors: Mapping[str, Mapping[str, Doing]],
        rounds: Callable[[], None] = lambda: None,
    ) -> None:
        """archive: the server's own, as the account that runs it. doors: the kinds of work that are asked for at each,
        ``me``, ``api`` and ``desk``; one kind may be done otherwise at another door. rounds: small work that is done
        after each job, and every minute."""
        self._archive, self._round = archive, rounds
        self._work = {kind: _as_asked(archive, doors, kind) for kinds in doors.values() for kind in kinds}
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(persons,), name="sayso-jobs", daemon=True)
            for persons in (True, False)
        ]

    def start(self) -> None:
        self._archive.jobs.resume()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let the running jobs come to their next item, and end."""
        self._over.set()
        self._archive.jobs.interrupt()
        for thread in self._threads:
            thread.join(timeout=30)

    def _run(self, persons: bool) -> None:
        version, due = -1, 0.0
        while not self._over.is_set():
            try:
                if not persons and time.monotonic() >= due:
                    due = time.monotonic() + _ROUNDS
                    self._round()
                if self._archive.jobs.run_next(self._work, persons=persons):
                    due = 0.0
                else:
                    version = self._archive.jobs.wait(_PATIENCE, version)
            except Exception as error:
                # A full disk or a locked database ends no server: the job waits, and is tried again.
                _LOG.error("Jobs wait: %s", type(error).__name__)
                self._over.wait(_PATIENCE)


def _as_asked(archive: Archive, doors: Mapping[str, Mapping[str, Doing]], kind: str) -> Work:
    def work(job: Job, tell: Callable[[Progress], None]) -> Mapping[str, Any]:
        route = Route(job.parameters.get("route", Route.WEB))
        if job.role == Role.SUBJECT:
            return doors["me"][kind](archive.acting(job.asked_by, Role.SUBJECT, route), job.parameters, tell)
        door = "api" if route is Route.API else "desk"
        return doors[door][kind](archive.acting(job.asked_by, route=route), job.parameters, tell)

    return work
