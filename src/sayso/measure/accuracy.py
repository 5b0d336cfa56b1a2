"""Measures how well faces are told apart, on a folder of people who agreed to it: rates only, in memory only.

May know: a folder, law packs, models, vectors of people by number. Must not know: archives, subjects, names.
Must not leave: a vector, a distance of one comparison, or any file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..clock import Clock, system_clock
from ..engine import Progress, Tracker, workers
from ..policy import Pack
from ..values import Counts
from ..vision import (
    Calibration,
    ModelStore,
    OnnxRuntimeRecognizer,
    load_recognizer,
    prepare,
    recognizer_precision,
)
from .accuracy_report import AccuracyReport, Identification, Rate, Verification
from .gathering import DRAWS, SEED, Tally, allow_measuring, measured_faces, usable
from .intervals import IntArray, draw_people, wilson
from .mislabelled import wrong_folder_note
from .portraits import read_folder
from .slices import LEAST_PEOPLE, slices
from .trials import Faces, SinglePhotos, Templates, identify, verify

#: Photos from which a template is made, in turn.
PHOTOS_ENROLLED = (1, 3)


def measure_accuracy(
    folder: Path,
    *,
    basis: str,
    packs: Sequence[Pack],
    store: ModelStore | None = None,
    clock: Clock = system_clock,
    begin: Callable[[int], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> AccuracyReport:
    """Error rates of the default model on FOLDER/person/photos, with 95 % intervals over people.

    basis: a code of the packs that allows measuring every face. store: ``prepare()`` if None.
    begin: called with the number of pictures before any face is measured. progress: called after each picture.
    In each picture one face is measured: the largest, where the middle counts for more. The others are only located.
    Nothing is written, and the vectors are overwritten before this returns or raises. Interrupted by ctrl-C after
    enough people were seen, it reports on the pictures that it has, marked as partial.

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

    def allow(people: int) -> None:
        allow_measuring(people, basis, packs)

    portraits = usable(found, models, tally, tracker, progress)
    with measured_faces(found, portraits, recognizer, allow, tally) as (faces, pictured):
        trials = _trials(faces, recognizer.card.calibrations)
        parted = slices(faces, pictured, found.groups, draw_people(faces.people, DRAWS, SEED))
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
        skipped=tally.named,
        stopped=tally.stopped,
        notes=trials.notes,
        seconds=(clock() - started).total_seconds(),
    )


class _Trials(NamedTuple):
    verification: tuple[Verification, ...]
    identification: tuple[Identification, ...]
    notes: tuple[str, ...]


def _trials(faces: Faces, calibrations: tuple[Calibration, ...]) -> _Trials:
    """All trials that enough people have photos for, with notes on the others."""
    draws = draw_people(faces.people, DRAWS, SEED)
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


def _proportion(errors: int, trials: int) -> Rate:
    if not trials:
        return Rate(None, note="Nobody has so many photos.")
    low, high = wilson(errors, trials)
    return Rate(errors / trials, low, high)
