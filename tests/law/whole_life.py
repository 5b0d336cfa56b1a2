"""One process that does everything for one person, from the invite to the withdrawal, and stops where it is told.

``python -m tests.law.whole_life ARCHIVE ALBUM``. It writes a line and waits for one at each stop, so that its memory
can be searched from outside: ``open`` while a search has the gallery open, ``gone`` after the withdrawal. Before,
it writes every vector that it made, masked, so that it never holds what is searched for itself.
"""

from __future__ import annotations

import gc
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np

import sayso
from sayso import vault
from sayso.archive import opening as front_door
from sayso.finding import search
from sayso.values import Purpose
from sayso.vision.recognize import DlibRecognizer

from ..house import COLLECTION, OPERATOR, WITNESS, captures_of

MASK = np.uint32(0x5A5A5A5A)
LABEL = "wren@example.org"


def main(archive_folder: Path, album: Path) -> None:
    # The search comes from outside; a process that hides its memory could not be looked into without privileges.
    vars(front_door)["disable_core_dumps"] = lambda: False
    _tell_vectors()
    with sayso.open(archive_folder, name=OPERATOR) as archive:
        token = archive.people.invite(LABEL, purposes=[Purpose.FIND], collections=[COLLECTION])
        done = archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P10"), witness=WITNESS)
        archive.people.confirm(done.confirm_code)
        subject = done.subject.id
        del token, done
        found = archive.people.find(collection=COLLECTION)
        report = archive.people.album(subject, album)
        _say(f"found {found[0].matched} {report.written}")
        archive.people.withdraw(subject)
        gc.collect()
        _say("gone")
        sys.stdin.readline()


def _tell_vectors() -> None:
    """Write each vector down, masked, the moment it is made; stop once while the gallery is open."""
    put, pair, measure = vault.put, vars(search)["pair"], DlibRecognizer.measure
    first = threading.Lock()

    def telling_put(*rest: Any, vector: Any, **more: Any) -> None:
        _say(f"template {_masked(vector)}")
        put(*rest, vector=vector, **more)

    def telling_measure(self: DlibRecognizer, chips: Any, out: Any) -> Any:
        result = measure(self, chips, out)
        for vector in out:
            _say(f"face {_masked(vector)}")
        return result

    def stopping_pair(*rest: Any, **more: Any) -> Any:
        if first.acquire(blocking=False):
            _say("open")
            sys.stdin.readline()
        return pair(*rest, **more)

    vault.put, vars(search)["pair"], DlibRecognizer.measure = telling_put, stopping_pair, telling_measure  # type: ignore


def _masked(vector: Any) -> str:
    return (np.ascontiguousarray(vector).view(np.uint32) ^ MASK).tobytes().hex()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
