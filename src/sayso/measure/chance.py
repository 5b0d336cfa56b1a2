"""Whether searches find people more often than luck would: rates with intervals, against shuffled answers.

May know: distances, people by number. Must not know: photos, models, what was attacked.
Must not keep: distances after a call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .accuracy_report import Rate
from .intervals import Doubles, IntArray, Sample, bootstrap, draw_people, interval, wilson

Floats = npt.NDArray[np.float32]

#: How often the answers are shuffled to see what luck alone gives, and people drawn again for an interval.
SHUFFLES = 2000
_DRAWS = 200
_SEED = 19795

# Impostor comparisons that each search brings into the equal error rate.
_IMPOSTORS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """Searches in one gallery. distances: (n, m), lower is more alike. own: (n,) the column of the true person.

    person: (n,) who is searched for, over all galleries by one count from 0. columns: (m,) who is in the gallery.
    """

    distances: Floats
    own: IntArray
    person: IntArray
    columns: IntArray


@dataclass(frozen=True, slots=True)
class Judged:
    """What searches found, and what chance finds.

    rank_one: share of searches in which the true person comes first (ISO/IEC 19795-1, rank-1 identification rate).
    first_tenth: in which they are among the nearest tenth. by_chance: both rates when nothing is told. eer: equal
    error rate of verification, 50 % when nothing is told.
    luck: how often shuffled answers do as well, 0 to 1; the smaller, the more is told.
    """

    people: int
    searches: int
    rank_one: Rate
    first_tenth: Rate
    by_chance: tuple[float, float]
    eer: Rate
    luck: float


def judge(searches: Sequence[Searches]) -> Judged:
    """Rates over all searches together. Each gallery holds every one of its people once."""
    chance = np.random.default_rng(_SEED)
    ranks = [_ranks(one.distances) for one in searches]
    # Ties share a rank, so that a method that finds all alike finds nobody.
    first = [rank < 1.5 for rank in ranks]
    tenth = [rank <= max(1, rank.shape[1] // 10) for rank in ranks]
    person = np.concatenate([one.person for one in searches])
    people = int(person.max()) + 1
    draws = draw_people(people, _DRAWS, _SEED)
    return Judged(
        len(np.unique(person)),
        len(person),
        _share(_own(first, searches), person, draws),
        _share(_own(tenth, searches), person, draws),
        (
            float(np.concatenate([f.mean(1) for f in first]).mean()),
            float(np.concatenate([t.mean(1) for t in tenth]).mean()),
        ),
        _eer(searches, people, draws, chance),
        _luck(searches, first, ranks, chance),
    )


def _ranks(distances: Floats) -> Doubles:
    """The place of each column in its row, 1 for the lowest; those that are equal share the mean of their places."""
    ranks = np.empty(distances.shape)
    for row, rank in zip(distances, ranks, strict=True):
        ordered = np.sort(row)
        rank[...] = (np.searchsorted(ordered, row, "left") + np.searchsorted(ordered, row, "right") + 1) / 2
    return ranks


def _own(values: Sequence[npt.NDArray[np.generic]], searches: Sequence[Searches]) -> Doubles:
    own = [value[np.arange(len(one.own)), one.own] for value, one in zip(values, searches, strict=True)]
    return np.concatenate(own).astype(np.float64)


def _share(hits: Doubles, person: IntArray, draws: Doubles) -> Rate:
    """The share of hits. Searches for one person are no independent trials, so that people are drawn, not searches."""
    rate, trials = float(hits.mean()), np.bincount(person, minlength=draws.shape[1]).astype(np.float64)
    if trials.max() == 1:
        low, high = wilson(round(hits.sum()), len(hits))
    else:
        found = np.bincount(person, hits, draws.shape[1])
        low, high = interval((draws @ found) / np.maximum(draws @ trials, 1), rate, int(np.count_nonzero(trials)))
    return Rate(rate, low, high)


def _eer(searches: Sequence[Searches], people: int, draws: Doubles, chance: np.random.Generator) -> Rate:
    genuine, impostor, probes, claimed, persons = [], [], [], [], []
    for one in searches:
        count, gallery = one.distances.shape
        rows = np.arange(count)
        genuine.append(one.distances[rows, one.own])
        persons.append(one.person)
        # Any column but the own one.
        others = (one.own[:, None] + 1 + chance.integers(0, gallery - 1, (count, _IMPOSTORS))) % gallery
        impostor.append(one.distances[rows[:, None], others].ravel())
        probes.append(np.repeat(one.person, _IMPOSTORS))
        claimed.append(one.columns[others].ravel())
    mated = Sample(np.concatenate(genuine), (np.concatenate(persons),))
    strangers = Sample(np.concatenate(impostor), (np.concatenate(probes), np.concatenate(claimed)))
    rate = float(bootstrap(mated, strangers, np.ones((1, people))).eer[0])
    drawn = bootstrap(mated, strangers, draws).eer
    mated.distances[...] = 0
    strangers.distances[...] = 0
    low, high = interval(drawn, rate, people)
    return Rate(rate, low, high)


def _luck(
    searches: Sequence[Searches],
    first: Sequence[npt.NDArray[np.bool_]],
    ranks: Sequence[npt.NDArray[np.floating]],
    chance: np.random.Generator,
) -> float:
    """How often answers that are dealt out anew do as well (permutation test: Good 2005, chapter 3).

    All searches for a person get the same new answer, so that it does not matter that they resemble each other, nor
    that some portraits are near to everybody. Both the first places and the ranks on average are looked at.
    """
    places, hits = np.zeros(SHUFFLES), np.zeros(SHUFFLES)
    for one, top, rank in zip(searches, first, ranks, strict=True):
        rows = np.arange(len(one.own))
        for number in range(SHUFFLES):
            dealt = chance.permutation(rank.shape[1])[one.own]
            hits[number] += top[rows, dealt].sum()
            places[number] += rank[rows, dealt].sum() / rank.shape[1]
    own_hits = _own(first, searches).sum()
    own_places = sum((_own([rank], [one]) / rank.shape[1]).sum() for rank, one in zip(ranks, searches, strict=True))
    better = min(np.count_nonzero(hits >= own_hits), np.count_nonzero(places <= own_places + 1e-9))
    # Two looks, so twice the chance to see something.
    return float(min(1.0, 2 * (1 + better) / (1 + SHUFFLES)))
