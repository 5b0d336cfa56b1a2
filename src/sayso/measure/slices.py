"""Error rates by how a face was pictured, and by group: where the errors of a recogniser lie (ISO/IEC 19795-10).

May know: vectors, and people, groups and bands by number. Must not know: names, files, photos.
Must not keep: vectors or distances after a call; and must not speak about fewer people than an accuracy report may.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from . import rates
from .accuracy_report import Band, Bands, Groups, Rate, Slices
from .intervals import Doubles, IntArray
from .trials import Faces, Floats, SinglePhotos, rate_of

Flags = npt.NDArray[np.bool_]

#: A slice of fewer people than this is not spoken about: its rates could tell about one of them (LAW F12).
LEAST_PEOPLE = 20

#: False match rates at which slices are compared: the lowest that 30 errors stand behind.
TARGETS = (1e-4, 1e-3, 1e-2)


@dataclass(frozen=True, slots=True)
class Cut:
    """What photos are divided by. names: of the bands, the worst first; edges: where the next band begins."""

    title: str
    names: tuple[str, ...]
    edges: tuple[float, ...]


#: Distance between the eyes in pixels; the angle of the head, either way, in degrees, the frontal one being the best;
#: sharpness as ISO/IEC 29794-5 names it and ``vision.quality`` measures it.
SIZE = Cut("inter-eye distance", ("below 16 px", "16 to 32 px", "32 to 64 px", "64 px and more"), (16, 32, 64))
POSE = Cut("head pose", ("30 degrees and more", "15 to 30 degrees", "below 15 degrees"), (-30, -15))
SHARPNESS = Cut("sharpness", ("below 0.02", "0.02 to 0.055", "0.055 and more"), (0.02, 0.055))


@dataclass(frozen=True, slots=True, eq=False)
class Pictured:
    """How each face was pictured: (n,) each. size: pixels between the eyes; turn: degrees, 0 and more; sharpness."""

    size: Floats
    turn: Floats
    sharpness: Floats

    def levels(self) -> tuple[tuple[Cut, IntArray], ...]:
        """For each cut the band of every face, the best being the highest."""
        # Turned less is better, so that the order is that of the angle's negative.
        return (
            (SIZE, np.digitize(self.size, SIZE.edges)),
            (POSE, np.digitize(-self.turn, POSE.edges)),
            (SHARPNESS, np.digitize(self.sharpness, SHARPNESS.edges)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Trials:
    """All single-photo comparisons at one threshold. genuine: (g, 2) face numbers, with ``missed`` (g,) for those that
    did not match; matched: (m, 2) face numbers of the impostor comparisons that did."""

    genuine: IntArray
    missed: Flags
    matched: IntArray


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Some of the comparisons. genuine: (g,), matched: (m,), of ``_Trials``. counts: (people,) of the photos whose
    pairs are its impostor comparisons, less those of ``without``."""

    genuine: Flags
    matched: Flags
    counts: IntArray
    without: IntArray

    def impostors(self, draws: Doubles) -> Doubles:
        """The weight of all impostor comparisons in each draw of people, (r,)."""
        return _pairs(self.counts, draws) - _pairs(self.without, draws)


def slices(
    faces: Faces, pictured: Pictured, groups: tuple[IntArray, Sequence[str]] | None, draws: Doubles
) -> Slices | None:
    """Rates of single-photo comparisons in each band and each group, all at one threshold; None when the folder is too
    small for the easiest target.

    groups: (people,) number of each person's group, -1 for none, and the groups' names. draws: (r, people) for the
    intervals. A comparison belongs to the band of the worse of its two photos. Within a group both people are of it.
    """
    threshold, target = _threshold(faces)
    if threshold is None:
        return None
    trials = _run(faces, threshold)
    bands = tuple(_bands(cut, level, faces, trials, draws) for cut, level in pictured.levels())
    told = _groups(*groups, faces, trials, draws) if groups is not None else None
    return Slices(round(threshold, 2), target, bands, told)


def _threshold(faces: Faces) -> tuple[float | None, float]:
    counted = [
        block.distances[(block.rows[:, None] != block.columns[None]) & block.counted]
        for block in SinglePhotos(faces).blocks()
    ]
    impostor = np.concatenate(counted)
    for target in TARGETS:
        if len(impostor) * target >= rates.RULE_OF_THIRTY:
            return rates.threshold_at_fmr(impostor, target), target
    return None, 0.0


def _run(faces: Faces, threshold: float) -> _Trials:
    genuine, missed, matched = [], [], []
    start = 0
    for block in SinglePhotos(faces).blocks():
        same = block.rows[:, None] == block.columns[None]
        near = block.distances <= threshold
        pairs = np.argwhere(same & block.counted)
        genuine.append(pairs + start)
        missed.append(~near[pairs[:, 0], pairs[:, 1]])
        matched.append(np.argwhere(~same & block.counted & near) + start)
        start += len(block.rows)
    return _Trials(np.concatenate(genuine), np.concatenate(missed), np.concatenate(matched))


def _bands(cut: Cut, level: IntArray, faces: Faces, trials: _Trials, draws: Doubles) -> Bands:
    genuine, matched = level[trials.genuine].min(1), level[trials.matched].min(1)
    told = []
    for band, name in enumerate(cut.names):
        counts = np.bincount(faces.person[level >= band], minlength=faces.people)
        without = np.bincount(faces.person[level > band], minlength=faces.people)
        part = _Part(genuine == band, matched == band, counts, without)
        told.append(_slice(name, part, faces, trials, draws)[0])
    return Bands(cut.title, tuple(told))


def _groups(group: IntArray, names: Sequence[str], faces: Faces, trials: _Trials, draws: Doubles) -> Groups:
    own = group[faces.person]
    told, again = [], []
    for number, name in enumerate(names):
        counts = np.where(group == number, faces.per_person(), 0)
        genuine = own[trials.genuine[:, 0]] == number
        matched = (own[trials.matched] == number).all(1)
        one, drawn = _slice(name, _Part(genuine, matched, counts, np.zeros_like(counts)), faces, trials, draws)
        told.append(one)
        again.append(drawn)
    return Groups(
        tuple(told),
        fnmr_ratio=_ratio([one.fnmr for one in told], [drawn.fnmr for drawn in again]),
        fmr_ratio=_ratio([one.fmr for one in told], [drawn.fmr for drawn in again]),
    )


class _Drawn(NamedTuple):
    """Both rates in each draw of people, (r,) each."""

    fnmr: Doubles
    fmr: Doubles


def _slice(name: str, part: _Part, faces: Faces, trials: _Trials, draws: Doubles) -> tuple[Band, _Drawn]:
    whose = faces.person[trials.genuine[part.genuine, 0]]
    tried = np.bincount(whose, minlength=faces.people)
    missed = np.bincount(whose, weights=trials.missed[part.genuine], minlength=faces.people)
    pairs = faces.person[trials.matched[part.matched]]
    once = np.ones((1, faces.people))
    impostor = round(float(part.impostors(once)[0]))
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = _Drawn(
            np.asarray((draws @ missed) / (draws @ tried)),
            np.asarray((draws[:, pairs[:, 0]] * draws[:, pairs[:, 1]]).sum(1) / part.impostors(draws)),
        )
    compared = int(np.count_nonzero(tried))
    # Who is in the band with a photo of their own; against others' better photos they would be spoken about alone.
    pictured = int(np.count_nonzero(part.counts > part.without))
    genuine = int(tried.sum())
    fnmr = _told(compared, lambda: float(missed.sum() / genuine), drawn.fnmr)
    fmr = _told(pictured if impostor else 0, lambda: len(pairs) / impostor, drawn.fmr)
    return Band(name, pictured, genuine, impostor, fnmr, fmr), drawn


def _told(people: int, rate: Callable[[], float], drawn: Doubles) -> Rate:
    if people < LEAST_PEOPLE:
        return Rate(None, note=f"too few people: {people} of {LEAST_PEOPLE}")
    return rate_of(rates.AtTarget(rate(), None), drawn, people)


def _ratio(told: Sequence[Rate], drawn: Sequence[Doubles]) -> Rate:
    """The worst group's rate over the best one's, both being who they are in the whole folder."""
    known = [(one.value, again) for one, again in zip(told, drawn, strict=True) if one.value is not None]
    if len(known) < 2:
        return Rate(None, note="It takes two groups that something is said about.")
    worst, best = max(known, key=lambda one: one[0]), min(known, key=lambda one: one[0])
    if not best[0]:
        return Rate(None, note="The best group shows no error, so that there is no ratio.")
    with np.errstate(divide="ignore", invalid="ignore"):
        again = worst[1] / best[1]
    low, high = np.quantile(again[np.isfinite(again)], [0.025, 0.975])
    return Rate(worst[0] / best[0], float(low), float(high))


def _pairs(counts: IntArray, draws: Doubles) -> Doubles:
    """The weight of all pairs of photos of two people, in each draw: counts (people,) of photos."""
    own = counts.astype(np.float64)
    return np.asarray((np.square(draws @ own) - np.square(draws) @ np.square(own)) / 2)
