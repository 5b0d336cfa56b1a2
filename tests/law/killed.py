"""Kills a withdrawal at one step after the other, each time in a process of its own and in an archive of its own.

``python -m tests.law.killed FOLDER``: for each name in ``STEPS`` there is a place ``FOLDER/NAME`` with an archive and
two people's albums, which were written to ``FOLDER/now``, a link to the place in use. One person withdraws, and the
process ends at the step without any goodbye, as a power cut would end it. One line of JSON tells each process's exit
code: 137 when the step was reached.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

import sayso
from sayso import consent, delivery, finding, matches, vault
from sayso.keys import KeyStore
from sayso.ledger import Ledger
from sayso.storage import Database

from ..house import OPERATOR, WREN, House

KILLED = 137

_FUNCTIONS: dict[str, tuple[Any, str]] = {
    "the refusal": (consent.withdrawal, "begin"),
    "the key of the rest": (KeyStore, "new"),
    "destroying the keys": (KeyStore, "destroy"),
    "deleting the template": (vault, "forget"),
    "deleting the matches": (matches, "forget"),
    "deleting the misses": (finding, "forget_misses"),
    "deleting the notes of albums": (delivery, "forget_albums"),
    "deleting the label": (consent.withdrawal, "finish"),
    "deleting the album": (delivery, "delete_files"),
    "writing other albums anew": (delivery, "reissue"),
    "scrubbing": (Database, "scrub"),
    "the ledger's entry": (Ledger, "append"),
    "the proof": (Ledger, "proof"),
}

#: Where the process ends, in the order of the steps; the numbered ones are between the steps that have a name.
STEPS = [
    *(f"{when} {name}" for name in _FUNCTIONS for when in ("before", "after")),
    *(f"before commit {number}" for number in range(1, 7)),
    *(f"before sync {number}" for number in range(1, 13)),
]


def arm(step: str) -> None:
    """From now on this process ends at the step."""
    when, _, name = step.partition(" ")
    kind, _, number = name.rpartition(" ")
    if kind == "commit":
        event.listen(Engine, "commit", _die_at(int(number)))
    elif kind == "sync":
        os.fsync = _then(_die_at(int(number)), os.fsync)
    else:
        owner, attribute = _FUNCTIONS[name]
        original = getattr(owner, attribute)
        setattr(owner, attribute, _then(_die_at(1), original) if when == "before" else _then(original, _die_at(1)))


def _then(first: Callable[..., Any], second: Callable[..., Any]) -> Callable[..., Any]:
    def both(*rest: Any, **more: Any) -> Any:
        first(*rest, **more)
        return second(*rest, **more)

    return both


def _die_at(count: int) -> Callable[..., None]:
    left = [count]

    def die(*_: Any, **__: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os._exit(KILLED)

    return die


def main(folder: Path) -> None:
    codes = {}
    for step in STEPS:
        child = os.fork()
        if child == 0:
            move_in(folder / step)
            _withdraw_and_die(step)
        codes[step] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.write(json.dumps(codes) + "\n")


def move_in(place: Path) -> House:
    """Let the albums' link lead to this place, and its archive be the one that this process opens."""
    link = place.parent / "now"
    link.unlink(missing_ok=True)
    link.symlink_to(place)
    house = House(place / "house", place)
    os.environ.update(house.environment())
    return house


def _withdraw_and_die(step: str) -> None:
    with sayso.open(os.environ["SAYSO_ARCHIVE"], name=OPERATOR) as archive:
        arm(step)
        archive.people.withdraw(WREN)
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
