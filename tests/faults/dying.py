"""A search that is killed at its n-th chance, in a process of its own; it tells how many faces it really measured.

``python -m tests.faults.dying ARCHIVE TOLD STEP``. Chunks are two photos long, so that a search has several. ``STEP``
is one that ``tests.law.killed`` knows, or ``before``/``after`` ``measuring N``.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

import sayso
from sayso.finding import search
from sayso.vision.recognize import DlibRecognizer

from ..house import OPERATOR
from ..law.killed import KILLED, arm


def main(archive: Path, told: Path, step: str) -> None:
    vars(search)["_CHUNK"] = 2
    when, _, name = step.partition(" ")
    dies_at = int(name.removeprefix("measuring ")) if name.startswith("measuring ") else 0
    measure = DlibRecognizer.measure
    calls = count(1)

    def counted(self: DlibRecognizer, chips: Any, out: np.ndarray) -> None:
        number = next(calls)
        if number == dies_at and when == "before":
            os._exit(KILLED)
        with told.open("a") as file:
            file.write("x" * len(chips))
        measure(self, chips, out)
        if number == dies_at and when == "after":
            os._exit(KILLED)

    DlibRecognizer.measure = counted  # type: ignore[method-assign]
    with sayso.open(archive, name=OPERATOR) as house:
        if not dies_at:
            arm(step)
        house.people.find()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
