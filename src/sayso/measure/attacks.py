"""Attacks on closed faces: comparing, and learning from other people's closed and open portraits what closing leaves.

May know: vectors, crops as numbers, people by number. Must not know: photos, how faces were closed, names.
Must not keep: anything of a vector after a call; what is computed from them here is overwritten with zeros.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .chance import Searches
from .intervals import IntArray

Floats = npt.NDArray[np.float32]
_Doubles = npt.NDArray[np.float64]
Distance = Callable[[Floats, Floats], Floats]

#: Fewest people in each half when one half of them is learned from.
LEAST_IN_HALF = 20

_SEED = 19795

# How far a regression is held back, in parts of the crops' mean variance; which one serves best is tried on people of
# the half that is learned from.
_HELD_BACK = (0.01, 0.1, 1.0, 10.0)
_TRIED_ON = 0.2

# Directions that are kept of crops, at most, and for each so many people that are learned from.
_MOST_DIRECTIONS = 120
_PEOPLE_PER_DIRECTION = 2
_MOST_TELLING = 30
_CALM = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """n portraits of people who have two or more each. person: (n,) from 0. first: (n,) each person's first portrait.

    First portraits make up the galleries that all others are searched in.
    """

    person: IntArray
    first: npt.NDArray[np.bool_]

    @property
    def people(self) -> int:
        """How many people there are."""
        return int(self.person.max()) + 1

    def halves(self) -> list[npt.NDArray[np.bool_]]:
        """Both halves of the people, as (n,) portraits that are searched while the others are learned from."""
        one = np.random.default_rng(_SEED).permutation(self.people) < self.people // 2
        return [one[self.person], ~one[self.person]]


def compare(known: Gathered, probes: Floats, gallery: Floats, distance: Distance) -> list[Searches]:
    """The recogniser alone: vectors of closed faces (n, d) against those of a gallery (n, d), open or closed alike."""
    columns = known.person[known.first]
    # All, and then some: picking vectors first would leave copies of them in memory.
    distances = distance(probes, gallery)[~known.first][:, known.first]
    return [_searches(distances, known.person[~known.first], columns)]


def learn_faces(known: Gathered, closed: Floats, opened: Floats) -> list[Searches]:
    """Learn vectors of open faces (n, d) from closed ones (n, k), by ridge regression on their main directions.

    Half of the people are learned from and the other half is searched among themselves; then the other way round.
    """
    searches = []
    for searched in known.halves():
        learned = ~searched
        seen = _Directions(closed[learned], known.people // 2)
        before, after = seen.of(closed[learned]), seen.of(closed[searched & ~known.first])
        middle = opened[learned].mean(0)
        with _wiped(opened[learned] - middle, opened[searched & known.first] - middle) as (targets, gallery):
            held_back = _best_hold(before, targets, known.person[learned])
            with _wiped(_predicted(before, targets, after, held_back)) as (guessed,):
                distances = 1 - _alike(guessed, gallery)
        searches.append(
            _searches(distances, known.person[searched & ~known.first], known.person[searched & known.first])
        )
    return searches


def learn_likeness(known: Gathered, closed: Floats) -> list[Searches]:
    """Learn which differences between closed faces (n, k) tell people apart, and compare with portraits closed alike.

    Linear discriminants (Fisher 1936, Rao 1948) of half of the people, for the other half; then the other way round.
    """
    searches = []
    for searched in known.halves():
        learned = ~searched
        seen = _Directions(closed[learned], known.people // 2)
        weights = _discriminants(seen.of(closed[learned]), known.person[learned])
        probes = seen.of(closed[searched & ~known.first]) @ weights
        gallery = seen.of(closed[searched & known.first]) @ weights
        squares = (probes**2).sum(1)[:, None] + (gallery**2).sum(1)[None] - 2 * probes @ gallery.T
        distances = np.asarray(np.sqrt(np.maximum(squares, 0)), np.float32)
        searches.append(
            _searches(distances, known.person[searched & ~known.first], known.person[searched & known.first])
        )
    return searches


class _Directions:
    """Principal directions of what is learned from, each scaled so that its values are about 1."""

    def __init__(self, values: Floats, people: int) -> None:
        self._middle = values.mean(0, dtype=np.float64)
        spread, directions = np.linalg.eigh(np.cov(values, rowvar=False))
        most = max(1, min(_MOST_DIRECTIONS, people // _PEOPLE_PER_DIRECTION, len(spread)))
        top = np.argsort(spread)[::-1][:most]
        self._turn = directions[:, top] / np.sqrt(np.maximum(spread[top].mean(), 1e-12))

    def of(self, values: Floats) -> _Doubles:
        return np.asarray((values - self._middle) @ self._turn)


def _searches(distances: Floats, probes: IntArray, gallery: IntArray) -> Searches:
    column_of = {int(person): column for column, person in enumerate(gallery)}
    own = np.array([column_of[int(person)] for person in probes], np.intp)
    return Searches(np.asarray(distances, np.float32), own, probes, gallery)


def _predicted(before: _Doubles, targets: Floats, after: _Doubles, held_back: float) -> _Doubles:
    """Ridge regression (Hoerl and Kennard 1970) from ``before`` to ``targets``, applied to ``after``."""
    squares = before.T @ before
    hold = held_back * max(float(np.trace(squares)) / len(squares), 1e-12)
    weights = np.linalg.solve(squares + hold * np.eye(len(squares)), before.T @ targets)
    guessed = after @ weights
    weights[...] = 0
    return np.asarray(guessed)


def _best_hold(before: _Doubles, targets: Floats, person: IntArray) -> float:
    """Which regression ranks people best among some of those that are learned from."""
    people = np.unique(person)
    chosen = np.random.default_rng(_SEED).permutation(people)[: max(2, round(_TRIED_ON * len(people)))]
    tried = np.isin(person, chosen)
    misses = []
    with _wiped(targets[tried], targets[~tried]) as (wanted, given):
        for held_back in _HELD_BACK:
            with _wiped(_predicted(before[~tried], given, before[tried], held_back)) as (guessed,):
                alike = _alike(guessed, wanted)
            same = person[tried][:, None] == person[tried][None]
            misses.append(float(alike[~same].mean() - alike[same].mean()))
    return _HELD_BACK[int(np.argmin(misses))]


def _alike(first: npt.NDArray[np.floating], second: npt.NDArray[np.floating]) -> Floats:
    """Cosines (n, m)."""
    lengths = np.linalg.norm(first, axis=1)[:, None] * np.linalg.norm(second, axis=1)[None]
    return np.asarray((first @ second.T) / np.maximum(lengths, 1e-12), np.float32)


def _discriminants(values: _Doubles, person: IntArray) -> _Doubles:
    """Directions (k, m) in which people differ most, for how much portraits of one person differ."""
    _, place = np.unique(person, return_inverse=True)
    counts = np.bincount(place)
    middles = np.zeros((len(counts), values.shape[1]))
    np.add.at(middles, place, values)
    middles /= counts[:, None]
    within = np.cov(values - middles[place], rowvar=False, bias=True).reshape(values.shape[1], -1)
    within += _CALM * max(float(np.trace(within)) / len(within), 1e-12) * np.eye(len(within))
    between = np.cov(middles, rowvar=False, bias=True).reshape(values.shape[1], -1)
    whiten = np.linalg.inv(np.linalg.cholesky(within))
    spread, directions = np.linalg.eigh(whiten @ between @ whiten.T)
    top = np.argsort(spread)[::-1][:_MOST_TELLING]
    return np.asarray(whiten.T @ directions[:, top] * np.sqrt(np.maximum(spread[top], 0)))


@contextmanager
def _wiped(*arrays: npt.NDArray[np.floating]) -> Iterator[tuple[npt.NDArray[np.floating], ...]]:
    """Arrays that hold zeros afterwards."""
    try:
        yield arrays
    finally:
        for one in arrays:
            one[...] = 0
