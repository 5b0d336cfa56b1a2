"""Chooses the two thresholds of a recogniser from error rates on the operator's own labelled photos, in memory only.

May know: a folder, law packs, models, vectors of people by number. Must not know: archives, collections, names.
Must not leave: a vector, a distance of one comparison, or any file. A threshold lies near the distance of one pair of
strangers, and is therefore rounded down to two decimals.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..clock import Clock, system_clock
from ..engine import Progress, Tracker, workers
from ..errors import RefusedError, UsageError
from ..policy import Pack
from ..values import Counts, Skipped
from ..vision import Calibration, ModelStore, load_recognizer, prepare
from .accuracy import PHOTOS_ENROLLED
from .accuracy_report import Rate
from .gathering import DRAWS, SEED, Tally, allow_measuring, measured_faces, usable
from .intervals import bootstrap, draw_people, interval
from .portraits import read_folder
from .rates import RULE_OF_THIRTY, RULE_OF_THREE, fnir, fpir, supports, threshold_at_fmr
from .slices import LEAST_PEOPLE
from .trials import Faces, Searches, search

#: A match opens a face without anybody having looked; a doubt costs a look. Hence the two targets.
MATCHED_FPIR = 0.001
REVIEW_FPIR = 0.01

_STEPS = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the two thresholds. target: the FPIR that was asked for. fpir, fnir: what it gives on the folder.

    errors: searches by people who were not enrolled that found somebody all the same. note: a caution, or empty.
    """

    outcome: str
    threshold: float
    target: float
    fpir: Rate
    fnir: Rate
    errors: int
    note: str

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "outcome": self.outcome,
            "threshold": self.threshold,
            "target_FPIR": self.target,
            "FPIR": self.fpir.to_json(),
            "FNIR": self.fnir.to_json(),
            "false_positives": self.errors,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """Two thresholds and what stands behind them.

    enrolled: people in the gallery of each of several splits. searches: photos of people who were not enrolled, each
    counted once however many galleries it was searched in; mated: searches by those who were.
    """

    calibration: Calibration
    model: str
    basis: str
    persons: int
    counts: Counts
    photos_enrolled: int
    enrolled: int
    searches: int
    mated: int
    matched: Chosen
    review: Chosen
    skipped: tuple[Skipped, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data; rates only."""
        return {
            "standard": "ISO/IEC 19795-1",
            "calibration": self.calibration.set,
            "model": self.model,
            "basis": self.basis,
            "partial": bool(self.skipped),
            "persons": self.persons,
            "photos": self.counts.photos,
            "faces": {"seen": self.counts.seen, "measured": self.counts.measured, "discarded": self.counts.discarded},
            "photos_enrolled": self.photos_enrolled,
            "persons_enrolled": self.enrolled,
            "non_mated_searches": self.searches,
            "mated_searches": self.mated,
            "thresholds": [self.matched.to_json(), self.review.to_json()],
            "basis_of": self.calibration.basis_of,
            "skipped": [{"name": one.name, "reason": one.reason} for one in self.skipped],
        }


def calibrate(
    folder: Path,
    *,
    name: str,
    basis: str,
    packs: Sequence[Pack],
    matched_fpir: float = MATCHED_FPIR,
    review_fpir: float = REVIEW_FPIR,
    store: ModelStore | None = None,
    clock: Clock = system_clock,
    begin: Callable[[int], None] | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> CalibrationReport:
    """Thresholds at which searches by people who are not enrolled find somebody as seldom as the two targets say.

    folder: FOLDER/person/photos. name: of the set, as collections will choose it. basis: a code of the packs that
    allows measuring every face. begin: called with the number of pictures before any face is measured.
    The vectors are overwritten before this returns or raises, and nothing is written.

    Raises RefusedError (F12) as ``measure_accuracy`` does, and (F7) when there are too few searches to show a target
    at all: with no error in n searches the rate is below 3/n with 95 % confidence (rule of 3). Fewer than 30 errors
    behind a threshold (rule of 30) are told in its note. Raises UsageError for targets that make no sense.
    """
    if not 0 < matched_fpir <= review_fpir < 1:
        raise UsageError(
            "The targets make no sense: matched may err no more often than review, both more than never.",
            "Give 0 < --fpir <= --review-fpir < 1.",
        )
    found = read_folder(folder)
    allow_measuring(found.people_with(2), basis, packs)
    # Before any face is measured: more searches than pictures there cannot be.
    _require(len(found.portraits), matched_fpir)
    if begin is not None:
        begin(len(found.portraits))
    models = store or prepare()
    recognizer = load_recognizer(models, threads=workers())
    tally, tracker = Tally(), Tracker(clock, len(found.portraits))

    def allow(people: int) -> None:
        allow_measuring(people, basis, packs)

    portraits = usable(found, models, tally, tracker, progress)
    with measured_faces(found, portraits, recognizer, allow, tally) as (faces, _):
        if tally.stopped:
            # Thresholds of a part would be kept as if they were of all.
            raise KeyboardInterrupt
        photos = _photos_enrolled(faces)
        searches = search(faces, photos)
        _require(searches.distinct, matched_fpir)
        matched, review = _chosen(searches, faces.people, matched_fpir, review_fpir)
        measured = len(faces.person)
    told = (
        f"{found.people_with(1)} people and {len(tally.tried)} photos of the operator's own, {clock():%Y-%m-%d}; "
        f"templates of {photos}, galleries of {searches.enrolled}; {searches.distinct} searches by people who were not "
        f"enrolled. matched: FPIR {_words(matched.fpir)}, FNIR {_words(matched.fnir)}; "
        f"review: FPIR {_words(review.fpir)}, FNIR {_words(review.fnir)}. Larger galleries err more often."
    )
    return CalibrationReport(
        calibration=Calibration(name, matched.threshold, review.threshold, told),
        model=recognizer.card.id,
        basis=basis,
        persons=found.people_with(1),
        counts=Counts(len(tally.tried), tally.seen, measured, 0, measured),
        photos_enrolled=photos,
        enrolled=searches.enrolled,
        searches=searches.distinct,
        mated=len(searches.mated.distances),
        matched=matched,
        review=review,
        skipped=tally.named,
    )


def _photos_enrolled(faces: Faces) -> int:
    """As many photos a template as enough people have, because people enrol with several captures."""
    photos = faces.per_person()
    return max(
        (each for each in PHOTOS_ENROLLED if np.count_nonzero(photos > each) >= LEAST_PEOPLE),
        default=min(PHOTOS_ENROLLED),
    )


def _require(searches: int, target: float) -> None:
    if not supports(searches, target):
        needed = math.ceil(round(RULE_OF_THREE / target, 6))
        possible = math.ceil(RULE_OF_THREE / max(searches, RULE_OF_THREE) * 10_000) / 10_000
        raise RefusedError.because(
            "F7",
            f"An FPIR of {target:g} cannot be shown with {searches} photos to search with: even with no error among "
            f"them the true rate could be {RULE_OF_THREE}/{searches} (rule of 3).",
            f"Give {needed} usable photos or more, or ask for an FPIR of {possible:g} or more.",
        )


def _chosen(searches: Searches, people: int, matched: float, review: float) -> tuple[Chosen, Chosen]:
    """Both thresholds; ``matched`` never lies above ``review``, because fewer errors are allowed there."""
    strangers = searches.strangers.distances
    thresholds = tuple(
        math.floor(threshold_at_fmr(strangers, target) * _STEPS + 1e-9) / _STEPS for target in (matched, review)
    )
    if thresholds[0] <= 0:
        raise RefusedError.because(
            "F7",
            "Some photos of different people are so alike that no threshold gives this few errors.",
            "Look for photos in the wrong folder, or ask for a higher --fpir.",
        )
    again = bootstrap(searches.mated, searches.strangers, draw_people(people, DRAWS, SEED), (), thresholds)
    outsiders = len(np.unique(searches.strangers.people[0]))
    insiders = len(np.unique(searches.mated.people[0]))
    both = []
    for place, (outcome, target) in enumerate((("matched", matched), ("review", review))):
        threshold = thresholds[place]
        positive, negative = fpir(strangers, threshold), fnir(searches.mated.distances, threshold)
        caution = f"Fewer than {RULE_OF_THIRTY} false positives can be expected behind this threshold (rule of 30)."
        both.append(
            Chosen(
                outcome,
                threshold,
                target,
                Rate(positive, *interval(again.fmr[:, place], positive, outsiders), threshold),
                Rate(negative, *interval(again.fnmr[:, place], negative, insiders), threshold),
                round(positive * len(strangers)),
                caution if searches.distinct * target < RULE_OF_THIRTY else "",
            )
        )
    return both[0], both[1]


def _words(rate: Rate) -> str:
    return f"{rate.value:.2%} ({rate.low:.2%} to {rate.high:.2%})"
