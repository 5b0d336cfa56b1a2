"""Measures how well faces are told apart, on a folder of people who agreed to it: rates only, in memory only.

May know: a folder, law packs, models, vectors of people by number. Must not know: archives, subjects, names.
Must not leave: a vector, a distance of one comparison, or any file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..clock import Clock, system_clock
from ..engine import Progress, Tracker, workers
from ..errors import RefusedError
from ..policy import Action, Facts, Pack, decide
from ..values import Counts, Skipped
from ..vision import (
    Calibration,
    ModelStore,
    OnnxRuntimeRecognizer,
    Quality,
    Recognizer,
    load_recognizer,
    prepare,
    recognizer_precision,
)
from .accuracy_report import AccuracyReport, Identification, Rate, Verification
from .intervals import IntArray, draw_people, wilson
from .mislabelled import wrong_folder_note
from .portraits import Acquired, Folder, Portrait, acquire, read_folder
from .slices import LEAST_PEOPLE, Pictured, slices
from .trials import Faces, Floats, SinglePhotos, Templates, identify, verify

#: Photos from which a template is made, in turn.
PHOTOS_ENROLLED = (1, 3)

_BATCH = 16
_DRAWS = 300
_SEED = 19795

_NEXT_STEP = f"Give a folder with at least two different photos of each of {LEAST_PEOPLE} people who agreed."


@dataclass(slots=True)
class _Tally:
    """What happened to the pictures so far."""

    seen: int = 0
    no_face: int = 0
    unclear: int = 0
    several: int = 0
    stopped: bool = False
    tried: list[int] = field(default_factory=list)
    skipped: list[tuple[Portrait, str]] = field(default_factory=list)


def measure_accuracy(
    folder: Path,
    *,
    basis: str,
    packs: Sequence[Pack],
    store: ModelStore | None = None,
    clock: Clock = system_clock,
    progress: Callable[[Progress], None] | None = None,
) -> AccuracyReport:
    """Error rates of the default model on FOLDER/person/photos, with 95 % intervals over people.

    basis: a code of the packs that allows measuring every face. store: ``prepare()`` if None.
    progress: called after each picture.
    In each picture one face is measured: the largest, where the middle counts for more. The others are only located.
    Nothing is written, and the vectors are overwritten before this returns or raises. Interrupted by ctrl-C after
    enough people were seen, it reports on the pictures that it has, marked as partial.

    Raises RefusedError (F12) before any face is measured: without a basis, or with fewer than 20 people of whom two
    different photos show a face. Raises UsageError if the folder cannot be read, ModelError if a model is missing.
    """
    found = read_folder(folder)
    _allow(found.people_with(2), basis, packs)
    started = clock()
    models = store or prepare()
    recognizer = load_recognizer(models, threads=workers())
    tally, tracker = _Tally(), Tracker(clock, len(found.portraits))

    def allow(people: int) -> None:
        _allow(people, basis, packs)

    usable = _usable(found, models, tally, tracker, progress)
    with _measured(found, usable, recognizer, allow, tally) as (faces, pictured):
        trials = _trials(faces, recognizer.card.calibrations)
        parted = slices(faces, pictured, found.groups, draw_people(faces.people, _DRAWS, _SEED))
        measured = faces.per_person()
    return AccuracyReport(
        model=recognizer.card.id,
        model_version=recognizer.card.version,
        # The fallback runtime knows f32 only.
        precision="f32" if isinstance(recognizer, OnnxRuntimeRecognizer) else recognizer_precision(models),
        basis=basis,
        packs=tuple(pack.id for pack in packs),
        persons=found.people_with(1),
        photos=len(tally.tried),
        counts=Counts(len(tally.tried), tally.seen, int(measured.sum()), 0, int(measured.sum())),
        no_face=tally.no_face,
        unclear=tally.unclear,
        several_faces=tally.several,
        other_files=found.other_files,
        fta=_proportion(tally.no_face + tally.unclear, len(tally.tried)),
        fte=_enrolment_failures(np.bincount(tally.tried, minlength=found.people), measured),
        verification=trials.verification,
        identification=trials.identification,
        slices=parted,
        skipped=_named(tally.skipped),
        stopped=tally.stopped,
        notes=trials.notes,
        seconds=(clock() - started).total_seconds(),
    )


def _allow(people: int, basis: str, packs: Sequence[Pack]) -> None:
    decision = decide(Action.MEASURE_ACCURACY, Facts(persons_in_folder=people, basis=basis, source="folder"), packs)
    if not decision.allowed:
        raise RefusedError.by(decision, _NEXT_STEP)


def _usable(
    found: Folder, store: ModelStore, tally: _Tally, tracker: Tracker, progress: Callable[[Progress], None] | None
) -> Iterator[Acquired]:
    """Pictures with an aligned face; what becomes of all others goes into ``tally``."""
    known: set[bytes] = set()
    for acquired in acquire(found.portraits, store, workers()):
        now = tracker.advance()
        if progress is not None:
            progress(now)
        if acquired.problem:
            tally.skipped.append((acquired.portrait, acquired.problem))
            continue
        if acquired.digest in known:
            # A copy would count as a comparison without an error, and could stand in for people who are not there.
            tally.skipped.append((acquired.portrait, "The same picture is in the folder more than once."))
            continue
        known.add(acquired.digest)
        tally.tried.append(acquired.portrait.person)
        tally.seen += acquired.seen
        tally.several += acquired.seen > 1
        tally.no_face += acquired.seen == 0
        tally.unclear += acquired.seen > 0 and acquired.chip is None
        if acquired.chip is not None:
            yield acquired


@contextmanager
def _measured(
    found: Folder, usable: Iterator[Acquired], recognizer: Recognizer, allow: Callable[[int], None], tally: _Tally
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
            for acquired in usable:
                waiting.append(acquired)
                if acquired.quality is not None:
                    qualities[acquired.portrait.number] = acquired.quality
                allowed = allowed or _people_with_two(waiting, found.people) >= LEAST_PEOPLE
                if allowed and len(waiting) >= _BATCH:
                    taken += _measure(waiting, recognizer, vectors)
                    waiting.clear()
        except KeyboardInterrupt:
            # Everybody's first pictures came first: what is there already speaks about all of them.
            tally.stopped = True
        if not allowed:
            allow(_people_with_two(waiting, found.people))
        taken += _measure(waiting, recognizer, vectors)
        # In the folder's order, so that seeded draws are the same in every run; each once, wherever ctrl-C came.
        taken = sorted(set(taken), key=lambda one: one.number)
        compact = vectors[[one.number for one in taken]]
        faces = Faces(compact, np.array([one.person for one in taken], np.intp), found.people, recognizer.distance)
        yield faces, _pictured([qualities[one.number] for one in taken])
    finally:
        vectors[...] = 0
        compact[...] = 0


def _pictured(qualities: Sequence[Quality]) -> Pictured:
    return Pictured(
        np.array([one.inter_eye_distance for one in qualities], np.float32),
        np.array([max(abs(one.yaw), abs(one.pitch)) for one in qualities], np.float32),
        np.array([one.sharpness for one in qualities], np.float32),
    )


def _people_with_two(acquired: Sequence[Acquired], people: int) -> int:
    counts = np.bincount([one.portrait.person for one in acquired], minlength=people)
    return int(np.count_nonzero(counts >= 2))


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


class _Trials(NamedTuple):
    verification: tuple[Verification, ...]
    identification: tuple[Identification, ...]
    notes: tuple[str, ...]


def _trials(faces: Faces, calibrations: tuple[Calibration, ...]) -> _Trials:
    """All trials that enough people have photos for, with notes on the others."""
    draws = draw_people(faces.people, _DRAWS, _SEED)
    photos = faces.per_person()
    verification = [verify(SinglePhotos(faces), calibrations, draws)]
    identification, notes = [], []
    if mislabelled := wrong_folder_note(faces, verification[0].eer.threshold or 0.0):
        notes.append(mislabelled)
    for enrolled in PHOTOS_ENROLLED:
        able = int(np.count_nonzero(photos > enrolled))
        if able < LEAST_PEOPLE:
            notes.append(
                f"Nothing is said about templates of {enrolled} photos: it takes {enrolled + 1} usable photos "
                f"of each of {LEAST_PEOPLE} people, and there are {able} such people."
            )
            continue
        if enrolled > 1:
            verification.append(verify(Templates(faces, enrolled), calibrations, draws))
        identification.append(identify(faces, enrolled, draws))
    return _Trials(tuple(verification), tuple(identification), tuple(notes))


def _enrolment_failures(tried: IntArray, measured: IntArray) -> tuple[tuple[int, Rate], ...]:
    """Share of people, among those with enough readable photos, of whom too few could be measured for a template."""
    rates = []
    for photos in PHOTOS_ENROLLED:
        able = tried >= photos
        failed = able & (measured < photos)
        rates.append((photos, _proportion(int(np.count_nonzero(failed)), int(np.count_nonzero(able)))))
    return tuple(rates)


def _named(skipped: list[tuple[Portrait, str]]) -> tuple[Skipped, ...]:
    """Skipped pictures by their place, folder by folder; folders and pictures are counted in order of name."""
    ordered = sorted(skipped, key=lambda one: (one[0].person, one[0].number))
    return tuple(Skipped(portrait.name, reason) for portrait, reason in ordered)


def _proportion(errors: int, trials: int) -> Rate:
    if not trials:
        return Rate(None, note="Nobody has so many photos.")
    low, high = wilson(errors, trials)
    return Rate(errors / trials, low, high)
