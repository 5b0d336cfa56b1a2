"""Measures whether closed faces still tell who somebody is, on a folder of people who agreed: rates only, in memory.

May know: a folder, law packs, models, vectors of people by number. Must not know: archives, subjects, names.
Must not leave: a vector, a distance of one comparison, a picture, or any file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from ..clock import Clock, system_clock
from ..engine import Progress, Tracker, workers
from ..policy import Pack
from ..values import Counts
from ..vision import ModelStore, Recognizer, load_recognizer, prepare
from .attacks import LEAST_IN_HALF, Gathered, compare, learn_faces, learn_likeness
from .chance import Searches, judge
from .closed_faces import BLUR, CROP_SIDE, MOSAIC, OPEN, PAINTED, REDACTED, ClosedFace, close_faces
from .gathering import Tally, allow_measuring, people_with_two, screened
from .portraits import Folder, Portrait, read_folder
from .redaction_report import FACE, SURROUNDINGS, RedactionReport, Trial
from .slices import LEAST_PEOPLE

#: Attacks, in the order of a report.
RECOGNISER = "a recogniser, with open portraits"
ALIKE = "a recogniser, with portraits closed alike"
FROM_PIXELS = "learned: open face from closed pixels"
FROM_VECTORS = "learned: open face from the closed one’s vector"
LIKENESS = "learned: likeness of closed pixels"

_WAYS = (REDACTED, MOSAIC, BLUR)
_MEASURED = (OPEN, *_WAYS)
_CROPPED = (OPEN, *_WAYS, PAINTED)
_CELLS = CROP_SIDE * CROP_SIDE * 3

# Portraits that are measured together.
_AT_ONCE = 8


class _Held:
    """What attacks look at, a row for each portrait: vectors, the closed area, and a wider crop, by way of closing."""

    def __init__(self, portraits: int, dimension: int) -> None:
        self.vectors = {way: np.zeros((portraits, dimension), np.float32) for way in _MEASURED}
        self.inside = {way: np.zeros((portraits, _CELLS), np.float32) for way in _WAYS}
        self.around = {way: np.zeros((portraits, _CELLS), np.float32) for way in _CROPPED}
        self.portraits: list[Portrait] = []

    def take(self, faces: Sequence[ClosedFace], recognizer: Recognizer) -> None:
        """Measure some portraits' chips, and keep what attacks look at; averaged over each portrait's copies."""
        shown = [(face.portrait.number, way, face.chips[way]) for face in faces for way in _MEASURED]
        chips = np.concatenate([copies for _, _, copies in shown])
        out = np.zeros((len(chips), recognizer.dimension), np.float32)
        try:
            recognizer.measure(chips, out)
            start = 0
            for number, way, copies in shown:
                self.vectors[way][number] = out[start : start + len(copies)].mean(0)
                start += len(copies)
        finally:
            out[...] = 0
        for face in faces:
            for way in _WAYS:
                self.inside[way][face.portrait.number] = face.inside[way]
            for way in _CROPPED:
                self.around[way][face.portrait.number] = face.around[way]
            self.portraits.append(face.portrait)

    def wipe(self) -> None:
        for part in (*self.vectors.values(), *self.inside.values(), *self.around.values()):
            part[...] = 0


def measure_redaction(
    folder: Path,
    *,
    basis: str,
    packs: Sequence[Pack],
    store: ModelStore | None = None,
    clock: Clock = system_clock,
    begin: Callable[[int], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> RedactionReport:
    """How often closed faces are found, by redaction and by ways that others use, on FOLDER/person/photos (LAW L9).

    basis: a code of the packs that allows measuring every face. store: ``prepare()`` if None.
    begin: called with the number of pictures before any face is measured. progress: called after each picture.
    Each person's first usable picture is in the gallery, and all others are searched for. The attacker knows where
    each face is, owns open portraits of everybody, may close them in the same way, has several copies of each closed
    photo, and may learn from other people. Nothing is written; vectors are overwritten before this returns or raises.

    Raises RefusedError (F12) before any face is measured: without a basis, or with fewer than 20 people of whom two
    different photos show a face. Raises UsageError if the folder cannot be read, ModelError if a model is missing.
    """
    found = read_folder(folder)
    allow_measuring(found.people_with(2), basis, packs)
    if begin is not None:
        begin(len(found.portraits))
    started = clock()
    models = store or prepare()
    recognizer = load_recognizer(models, threads=workers())
    tally, tracker = Tally(), Tracker(clock, len(found.portraits))
    faces = _usable(found, models, tally, tracker, progress)
    with _held(found, faces, recognizer, lambda people: allow_measuring(people, basis, packs)) as held:
        measured = len(held.portraits)
        trials, notes = _trials(held, recognizer)
    return RedactionReport(
        model=recognizer.card.id,
        model_version=recognizer.card.version,
        basis=basis,
        packs=tuple(pack.id for pack in packs),
        persons=found.people_with(1),
        photos=len(tally.tried),
        counts=Counts(len(tally.tried), tally.seen, measured, 0, measured),
        unusable=tally.unclear,
        trials=trials,
        skipped=tally.named,
        notes=notes,
        seconds=(clock() - started).total_seconds(),
    )


def _usable(
    found: Folder, store: ModelStore, tally: Tally, tracker: Tracker, progress: Callable[[Progress], None] | None
) -> Iterator[ClosedFace]:
    """Portraits with a face."""
    # Person by person, so that soon there are enough people to begin, and few pictures wait.
    in_order = sorted(found.portraits, key=lambda one: one.person)
    for face in screened(close_faces(in_order, store, workers()), tally, tracker, progress):
        if face.chips:
            yield face
        else:
            tally.unclear += 1


@contextmanager
def _held(
    found: Folder, faces: Iterator[ClosedFace], recognizer: Recognizer, allow: Callable[[int], None]
) -> Iterator[_Held]:
    """What attacks look at, of all usable portraits; it holds zeros afterwards.

    allow: called with the number of people of whom two pictures show a face, before any is measured; raises to refuse.
    """
    held = _Held(len(found.portraits), recognizer.dimension)
    waiting: list[ClosedFace] = []
    enough = False
    try:
        for face in faces:
            waiting.append(face)
            enough = enough or people_with_two(waiting, found.people) >= LEAST_PEOPLE
            if enough and len(waiting) >= _AT_ONCE:
                held.take(waiting, recognizer)
                waiting.clear()
        if not enough:
            allow(people_with_two(waiting, found.people))
        if waiting:
            held.take(waiting, recognizer)
        yield held
    finally:
        held.wipe()


def _gathered(portraits: Sequence[Portrait]) -> tuple[Gathered, list[int]]:
    """Portraits of people who have two or more, in the folder's order; and their numbers."""
    ordered = sorted(portraits, key=lambda one: one.number)
    persons = np.array([one.person for one in ordered])
    counts = np.bincount(persons)
    kept = [one for one in ordered if counts[one.person] >= 2]
    _, person = np.unique([one.person for one in kept], return_inverse=True)
    _, places = np.unique(person, return_index=True)
    first = np.zeros(len(kept), np.bool_)
    first[places] = True
    return Gathered(person, first), [one.number for one in kept]


def _trials(held: _Held, recognizer: Recognizer) -> tuple[tuple[Trial, ...], tuple[str, ...]]:
    """All attacks that there are people enough for, with notes on the others."""
    known, numbers = _gathered(held.portraits)
    vectors = {way: part[numbers] for way, part in held.vectors.items()}
    trials: list[Trial] = []

    def add(view: str, attack: str, way: str, searches: list[Searches]) -> None:
        trials.append(Trial(view, attack, way, judge(searches)))
        for one in searches:
            one.distances[...] = 0

    try:
        distance = recognizer.distance
        add(FACE, RECOGNISER, OPEN, compare(known, vectors[OPEN], vectors[OPEN], distance))
        for way in _WAYS:
            add(FACE, RECOGNISER, way, compare(known, vectors[way], vectors[OPEN], distance))
        for way in _WAYS:
            add(FACE, ALIKE, way, compare(known, vectors[way], vectors[way], distance))
        if known.people // 2 < LEAST_IN_HALF:
            least = 2 * LEAST_IN_HALF
            return tuple(trials), (f"Nothing was learned: it takes {least} people, and there are {known.people}.",)
        for way in _WAYS:
            add(FACE, FROM_PIXELS, way, learn_faces(known, held.inside[way][numbers], vectors[OPEN]))
        for way in _WAYS:
            add(FACE, FROM_VECTORS, way, learn_faces(known, vectors[way], vectors[OPEN]))
        for way in _WAYS:
            add(FACE, LIKENESS, way, learn_likeness(known, held.inside[way][numbers]))
        for way in _CROPPED:
            add(SURROUNDINGS, FROM_PIXELS, way, learn_faces(known, held.around[way][numbers], vectors[OPEN]))
        for way in _CROPPED:
            add(SURROUNDINGS, LIKENESS, way, learn_likeness(known, held.around[way][numbers]))
    finally:
        for part in vectors.values():
            part[...] = 0
        _rinse(known, recognizer.dimension)
    return tuple(trials), ()


def _rinse(known: Gathered, dimension: int) -> None:
    """Matrix products pack their factors into buffers that they keep; products of nothing overwrite them."""
    for kind in (np.float32, np.float64):
        blank = np.zeros((len(known.person), dimension), kind)
        blank @ blank.T[:, :1024]
        blank.T @ blank
