"""Verification and identification trials on the vectors of many people, in memory.

May know: vectors, and people by number. Must not know: names, files, photos.
Must not keep: vectors or distances after a call; templates made here are overwritten with zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from ..values import Outcome
from ..vision import Calibration
from . import rates
from .accuracy_report import AtThreshold, Identification, Rate, Verification
from .intervals import Doubles, IntArray, Sample, bootstrap, interval

Floats = npt.NDArray[np.float32]

FMR_TARGETS = (1e-2, 1e-3, 1e-4)
FPIR_TARGETS = (0.01, 0.1)

_ROWS = 1024
_SEED = 19795


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """vectors: (n, dimension). person: (n,) from 0 to ``people`` - 1. distance: lower is more alike."""

    vectors: Floats
    person: IntArray
    people: int
    distance: Callable[[Floats, Floats], Floats]

    def per_person(self) -> IntArray:
        """How many faces each person has, (people,)."""
        return np.bincount(self.person, minlength=self.people)


class _Block(NamedTuple):
    """distances (a, b), with the people of the rows (a,) and columns (b,), and which comparisons count."""

    distances: Floats
    rows: IntArray
    columns: IntArray
    counted: npt.NDArray[np.bool_]


class Comparisons(Protocol):
    """All comparisons of one kind, made anew each time they are asked for."""

    photos_enrolled: int
    repeats: int

    def blocks(self) -> Iterator[_Block]:
        """The comparisons in parts that fit into memory."""
        ...

    def impostor_weight(self, draws: Doubles) -> Doubles:
        """Weight of all impostor comparisons together in each draw of people, (r,)."""
        ...


class SinglePhotos:
    """Every photo against every other one, once."""

    photos_enrolled = 1
    repeats = 1

    def __init__(self, faces: Faces) -> None:
        self._faces = faces

    def blocks(self) -> Iterator[_Block]:
        """See ``Comparisons``."""
        vectors, person = self._faces.vectors, self._faces.person
        for start in range(0, len(vectors), _ROWS):
            part = slice(start, start + _ROWS)
            distances = self._faces.distance(vectors[part], vectors[start:])
            yield _Block(distances, person[part], person[start:], np.triu(np.ones(distances.shape, bool), 1))

    def impostor_weight(self, draws: Doubles) -> Doubles:
        """See ``Comparisons``."""
        count = self._faces.per_person().astype(np.float64)
        return np.asarray((np.square(draws @ count) - np.square(draws) @ np.square(count)) / 2)


class Templates:
    """Templates of several photos of each person against everybody's remaining photos, several times."""

    repeats = 5

    def __init__(self, faces: Faces, photos_enrolled: int) -> None:
        self.photos_enrolled = photos_enrolled
        self._faces = faces

    def blocks(self) -> Iterator[_Block]:
        """See ``Comparisons``."""
        for rows, columns in self._splits():
            owners, person = self._faces.person[rows[:, 0]], self._faces.person[columns]
            with averaged(self._faces.vectors, rows) as templates:
                # All, and then some: picking vectors first would leave copies of them in memory.
                distances = self._faces.distance(templates, self._faces.vectors)[:, columns]
            yield _Block(distances, owners, person, np.ones(distances.shape, bool))

    def impostor_weight(self, draws: Doubles) -> Doubles:
        """See ``Comparisons``."""
        weight = np.zeros(len(draws))
        for rows, columns in self._splits():
            owned = np.bincount(self._faces.person[rows[:, 0]], minlength=self._faces.people).astype(np.float64)
            probes = np.bincount(self._faces.person[columns], minlength=self._faces.people).astype(np.float64)
            weight += (draws @ owned) * (draws @ probes) - np.square(draws) @ (owned * probes)
        return weight

    def _splits(self) -> Iterator[tuple[IntArray, IntArray]]:
        everybody = np.arange(self._faces.people)
        for repeat in range(self.repeats):
            yield enrol(self._faces, everybody, self.photos_enrolled, np.random.default_rng([_SEED, repeat]))


def enrol(faces: Faces, people: IntArray, photos: int, random: np.random.Generator) -> tuple[IntArray, IntArray]:
    """Photos drawn for templates, (enrolled, photos), and everybody's photos that are left, (m,), as face numbers.

    Of ``people``, those are enrolled who keep at least one photo to search with.
    """
    own = (np.flatnonzero(faces.person == one) for one in people)
    chosen = [random.choice(faces_of_one, photos, replace=False) for faces_of_one in own if len(faces_of_one) > photos]
    rows = np.array(chosen, np.intp).reshape(-1, photos)
    return rows, np.setdiff1d(np.arange(len(faces.person)), rows)


@contextmanager
def averaged(vectors: Floats, rows: IntArray) -> Iterator[Floats]:
    """Templates (k, dimension), each the mean of the photos in a row of ``rows`` (k, photos); zeros afterwards."""
    templates = np.zeros((len(rows), vectors.shape[1]), np.float32)
    try:
        for template, photos in zip(templates, rows, strict=True):
            for photo in photos:
                template += vectors[photo]
        templates /= rows.shape[1]
        yield templates
    finally:
        templates[...] = 0


def verify(comparisons: Comparisons, calibrations: tuple[Calibration, ...], draws: Doubles) -> Verification:
    """Error rates of one-to-one comparisons.

    draws: (r, people) for the intervals. There must be comparisons of both kinds.
    """
    genuine, owner, impostor = _collect(comparisons)
    people = len(np.unique(owner))
    independent = len(impostor) // comparisons.repeats
    thresholds = tuple(t for one in calibrations for t in (one.matched, one.review))
    rate, threshold = rates.eer(genuine, impostor)
    # Draws of people move the equal error rate, but hardly to four times its size.
    share = min(1.0, max(0.05, 4 * rate + 0.02))
    highest = max(float(np.quantile(impostor, share)), *thresholds, threshold)
    lowest = _lowest(comparisons, highest, comparisons.impostor_weight(draws))
    again = bootstrap(Sample(genuine, (owner,)), lowest, draws, FMR_TARGETS, thresholds)

    at_targets = []
    for place, target in enumerate(FMR_TARGETS):
        found = rates.fnmr_at_fmr(genuine, impostor, target, independent=independent)
        at_targets.append((target, rate_of(found, again.fnmr_at[:, place], people)))
    at_thresholds = []
    outcomes = [(one, outcome) for one in calibrations for outcome in (Outcome.MATCHED, Outcome.REVIEW)]
    for place, ((calibration, outcome), distance) in enumerate(zip(outcomes, thresholds, strict=True)):
        false_match = rates.AtTarget(rates.fmr(impostor, distance), distance)
        false_non_match = rates.AtTarget(rates.fnmr(genuine, distance), distance)
        both = rate_of(false_match, again.fmr[:, place], people), rate_of(false_non_match, again.fnmr[:, place], people)
        at_thresholds.append(AtThreshold(calibration.set, outcome.value, *both))
    return Verification(
        photos_enrolled=comparisons.photos_enrolled,
        persons=people,
        genuine=len(genuine),
        impostor=len(impostor),
        eer=rate_of(rates.AtTarget(rate, threshold), again.eer, people),
        fnmr_at_fmr=tuple(at_targets),
        at_thresholds=tuple(at_thresholds),
        det=tuple(rates.det(genuine, impostor, independent=independent)),
    )


class Searches(NamedTuple):
    """Open-set searches of several splits, together.

    mated: distances as for ``rates.fnir``, by people who are enrolled. strangers: lowest distances as for
    ``rates.fpir``, by people who are not. distinct: photos among the latter. enrolled: size of each split's gallery.
    """

    mated: Sample
    strangers: Sample
    distinct: int
    enrolled: int


def search(faces: Faces, photos: int, splits: int = 10) -> Searches:
    """Enrol half of the people with ``photos`` photos each, in seeded splits, and search with everybody's others."""
    can_enrol = np.flatnonzero(faces.per_person() > photos)
    known: list[Floats] = []
    unknown: list[Floats] = []
    searchers: list[IntArray] = []
    strangers: list[IntArray] = []
    half = len(can_enrol) // 2
    for split in range(splits):
        random = np.random.default_rng([_SEED, photos, split])
        rows, probes = enrol(faces, random.permutation(can_enrol)[:half], photos, random)
        owners, person = faces.person[rows[:, 0]], faces.person[probes]
        with averaged(faces.vectors, rows) as gallery:
            distances = faces.distance(faces.vectors, gallery)[probes]
        nearest = distances.argmin(1)
        best = distances[np.arange(len(probes)), nearest]
        enrolled = np.isin(person, owners)
        known.append(np.where(owners[nearest] == person, best, np.float32(np.inf))[enrolled])
        unknown.append(best[~enrolled])
        searchers.append(person[enrolled])
        strangers.append(person[~enrolled])
    mated = Sample(np.concatenate(known), (np.concatenate(searchers),))
    others = Sample(np.concatenate(unknown), (np.concatenate(strangers),))
    distinct = int(faces.per_person()[np.unique(others.people[0])].sum())
    return Searches(mated, others, distinct, half)


def identify(faces: Faces, photos: int, draws: Doubles, splits: int = 10) -> Identification:
    """Error rates of open-set searches: half of the people enrolled with ``photos`` photos each, in seeded splits.

    draws: (r, people) for the intervals, which are over the people who search; the galleries stay as they are.
    """
    mated, others, distinct, half = search(faces, photos, splits)
    again = bootstrap(mated, others, draws, FPIR_TARGETS, (np.finfo(np.float32).max.item(),))
    people = len(np.unique(mated.people[0]))
    first = rates.AtTarget(rates.rank_one(mated.distances), None)
    at_targets = []
    for place, target in enumerate(FPIR_TARGETS):
        found = rates.fnir_at_fpir(mated.distances, others.distances, target, independent=distinct)
        at_targets.append((target, rate_of(found, again.fnmr_at[:, place], people)))
    return Identification(
        photos_enrolled=photos,
        splits=splits,
        enrolled=half,
        known=len(mated.distances),
        unknown=len(others.distances),
        rank_one=rate_of(first, 1 - again.fnmr[:, 0], people),
        fnir_at_fpir=tuple(at_targets),
    )


def _collect(comparisons: Comparisons) -> tuple[Floats, IntArray, Floats]:
    """Genuine distances (g,) with whose they are (g,), and impostor distances (i,)."""
    genuine, owner, impostor = [], [], []
    for block in comparisons.blocks():
        same = block.rows[:, None] == block.columns[None]
        rows, columns = np.nonzero(same & block.counted)
        genuine.append(block.distances[rows, columns])
        owner.append(block.rows[rows])
        impostor.append(block.distances[~same & block.counted])
    return np.concatenate(genuine), np.concatenate(owner), np.concatenate(impostor)


def _lowest(comparisons: Comparisons, highest: float, total: Doubles) -> Sample:
    """Impostor comparisons up to the distance ``highest``: few of many, so that drawing people again stays fast."""
    distances, first, second = [], [], []
    for block in comparisons.blocks():
        different = block.rows[:, None] != block.columns[None]
        rows, columns = np.nonzero(different & block.counted & (block.distances <= highest))
        distances.append(block.distances[rows, columns])
        first.append(block.rows[rows])
        second.append(block.columns[columns])
    return Sample(np.concatenate(distances), (np.concatenate(first), np.concatenate(second)), total)


def rate_of(found: rates.AtTarget, again: Doubles, people: int) -> Rate:
    """A rate with its interval from draws of people (r,); without one, the reason."""
    if found.rate is None:
        return Rate(None, note=found.reason)
    low, high = interval(again, found.rate, people)
    threshold = None if found.threshold is None else round(found.threshold, 2)
    return Rate(found.rate, low, high, threshold, found.reason)
