"""Gathers the faces of a labelled folder for a measurement: enough people first, then vectors that are overwritten.

May know: a folder, law packs, models, vectors of people by number. Must not know: archives, names, what is measured.
Must not leave: a vector, or any file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import numpy as np

from ..engine import Progress, Tracker, workers
from ..errors import RefusedError
from ..policy import Action, Facts, Pack, decide
from ..values import Skipped
from ..vision import ModelStore, Quality, Recognizer
from .portraits import Acquired, Folder, Portrait, acquire
from .slices import LEAST_PEOPLE, Pictured
from .trials import Faces, Floats

#: How often people are drawn again for intervals, and from which seed.
DRAWS = 300
SEED = 19795

_BATCH = 16

_NEXT_STEP = f"Give a folder with at least two different photos of each of {LEAST_PEOPLE} people who agreed."


class Screened(Protocol):
    """One picture's outcome, whatever was made of it. ``problem`` is set when it could not be used at all."""

    @property
    def portrait(self) -> Portrait: ...

    @property
    def seen(self) -> int: ...

    @property
    def digest(self) -> bytes: ...

    @property
    def problem(self) -> str: ...


S = TypeVar("S", bound=Screened)


@dataclass(slots=True)
class Tally:
    """What happened to the pictures so far."""

    seen: int = 0
    no_face: int = 0
    unclear: int = 0
    several: int = 0
    stopped: bool = False
    tried: list[int] = field(default_factory=list)
    skipped: list[tuple[Portrait, str]] = field(default_factory=list)

    @property
    def named(self) -> tuple[Skipped, ...]:
        """Skipped pictures by their place, folder by folder; folders and pictures are counted in order of name."""
        ordered = sorted(self.skipped, key=lambda one: (one[0].person, one[0].number))
        return tuple(Skipped(portrait.name, reason) for portrait, reason in ordered)


def allow_measuring(people: int, basis: str, packs: Sequence[Pack]) -> None:
    """Raises RefusedError (F12) without a basis, and for fewer people than a rate may be told of."""
    decision = decide(Action.MEASURE_ACCURACY, Facts(persons_in_folder=people, basis=basis, source="folder"), packs)
    if not decision.allowed:
        raise RefusedError.by(decision, _NEXT_STEP)


def screened(
    results: Iterable[S], tally: Tally, tracker: Tracker, progress: Callable[[Progress], None] | None
) -> Iterator[S]:
    """What was made of pictures that can be read and are there once; what becomes of all others goes into ``tally``."""
    known: set[bytes] = set()
    for one in results:
        now = tracker.advance()
        if progress is not None:
            progress(now)
        if one.problem:
            tally.skipped.append((one.portrait, one.problem))
            continue
        if one.digest in known:
            # A copy would count as a comparison without an error, and could stand in for people who are not there.
            tally.skipped.append((one.portrait, "The same picture is in the folder more than once."))
            continue
        known.add(one.digest)
        tally.tried.append(one.portrait.person)
        tally.seen += one.seen
        yield one


def usable(
    found: Folder, store: ModelStore, tally: Tally, tracker: Tracker, progress: Callable[[Progress], None] | None
) -> Iterator[Acquired]:
    """Pictures with an aligned face."""
    for acquired in screened(acquire(found.portraits, store, workers()), tally, tracker, progress):
        tally.several += acquired.seen > 1
        tally.no_face += acquired.seen == 0
        tally.unclear += acquired.seen > 0 and acquired.chip is None
        if acquired.chip is not None:
            yield acquired


@contextmanager
def measured_faces(
    found: Folder, portraits: Iterator[Acquired], recognizer: Recognizer, allow: Callable[[int], None], tally: Tally
) -> Iterator[tuple[Faces, Pictured]]:
    """The vectors of all usable pictures, which hold zeros afterwards, and how each face was pictured.

    allow: called with the number of people of whom two pictures show a face, before any is measured; raises to refuse.
    Interrupted, it goes on with what it has.
    """
    vectors = np.zeros((len(found.portraits), recognizer.dimension), np.float32)
    compact = vectors[:0]
    taken: list[Portrait] = []
    waiting: list[Acquired] = []
    qualities: dict[int, Quality] = {}
    allowed = False
    try:
        try:
            for acquired in portraits:
                waiting.append(acquired)
                if acquired.quality is not None:
                    qualities[acquired.portrait.number] = acquired.quality
                allowed = allowed or people_with_two(waiting, found.people) >= LEAST_PEOPLE
                if allowed and len(waiting) >= _BATCH:
                    taken += _measure(waiting, recognizer, vectors)
                    waiting.clear()
        except KeyboardInterrupt:
            # Everybody's first pictures came first: what is there already speaks about all of them.
            tally.stopped = True
        if not allowed:
            allow(people_with_two(waiting, found.people))
        taken += _measure(waiting, recognizer, vectors)
        # In the folder's order, so that seeded draws are the same in every run; each once, wherever ctrl-C came.
        taken = sorted(set(taken), key=lambda one: one.number)
        compact = vectors[[one.number for one in taken]]
        faces = Faces(compact, np.array([one.person for one in taken], np.intp), found.people, recognizer.distance)
        yield faces, _pictured([qualities[one.number] for one in taken])
    finally:
        vectors[...] = 0
        compact[...] = 0


def people_with_two(taken: Sequence[Screened], people: int) -> int:
    """How many people have two pictures among these."""
    counts = np.bincount([one.portrait.person for one in taken], minlength=people)
    return int(np.count_nonzero(counts >= 2))


def _pictured(qualities: Sequence[Quality]) -> Pictured:
    return Pictured(
        np.array([one.inter_eye_distance for one in qualities], np.float32),
        np.array([max(abs(one.yaw), abs(one.pitch)) for one in qualities], np.float32),
        np.array([one.sharpness for one in qualities], np.float32),
    )


def _measure(acquired: Sequence[Acquired], recognizer: Recognizer, vectors: Floats) -> list[Portrait]:
    """Write one vector per picture to the row of its number, and say which pictures these were."""
    for start in range(0, len(acquired), _BATCH):
        part = acquired[start : start + _BATCH]
        chips = np.stack([one.chip for one in part if one.chip is not None])
        out = np.zeros((len(chips), recognizer.dimension), np.float32)
        try:
            recognizer.measure(chips, out)
            vectors[[one.portrait.number for one in part]] = out
        finally:
            out[...] = 0
    return [one.portrait for one in acquired]
