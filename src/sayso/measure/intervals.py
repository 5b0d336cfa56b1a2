"""How far an error rate can be trusted: 95 % intervals from counts, and from drawing the same people again.

May know: numpy, and comparisons that name people by number. Must not know: photos, models, who anybody is.
Must not do: draw pairs as if they were independent; two comparisons that share a person are not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import UsageError
from .rates import FloatArray

IntArray = npt.NDArray[np.integer[Any]]
Doubles = npt.NDArray[np.float64]

# 97.5 % quantile of the normal distribution.
_Z = 1.959964


class Interval(NamedTuple):
    """Both ends of a 95 % interval of a rate, 0 to 1."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Comparisons of one kind, with the people in them.

    distances: (n,). people: one or two arrays (n,) of person numbers; a person drawn twice counts twice, and a
    comparison of two people as often as the product says. total: (r,) weight of *all* comparisons of this kind in each
    draw, where ``distances`` holds only the lowest ones; None when it holds all.
    """

    distances: FloatArray
    people: tuple[IntArray, ...]
    total: Doubles | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Resampled:
    """Rates in each of r draws of people; NaN where a draw left nothing to compare.

    eer: (r,). fnmr_at: (r, targets). fmr, fnmr: (r, thresholds).
    """

    eer: Doubles
    fnmr_at: Doubles
    fmr: Doubles
    fnmr: Doubles


def wilson(errors: int, trials: int) -> Interval:
    """95 % score interval of a proportion of independent trials (Wilson 1927, JASA 22:209).

    Raises UsageError unless 0 <= errors <= trials and there is a trial.
    """
    if not 0 <= errors <= trials or not trials:
        raise UsageError(f"{errors} errors in {trials} trials are no proportion.", "Count the trials again.")
    rate, square = errors / trials, _Z * _Z
    middle = (rate + square / (2 * trials)) / (1 + square / trials)
    reach = _Z / (1 + square / trials) * np.sqrt(rate * (1 - rate) / trials + square / (4 * trials * trials))
    # At the ends, rounding would leave a trace above 0 or below 1.
    low = 0.0 if errors == 0 else float(middle - reach)
    return Interval(low, 1.0 if errors == trials else float(middle + reach))


def draw_people(people: int, draws: int, seed: int) -> Doubles:
    """How often each person is drawn when as many people as there are are drawn with replacement: (draws, people)."""
    return np.random.default_rng(seed).multinomial(people, np.full(people, 1 / people), draws).astype(np.float64)


def bootstrap(
    genuine: Sample,
    impostor: Sample,
    draws: Doubles,
    targets: tuple[float, ...] = (),
    thresholds: tuple[float, ...] = (),
) -> Resampled:
    """Error rates for each draw of people (pigeonhole bootstrap: Owen 2007, Annals of Applied Statistics 1:386).

    draws: (r, people) from ``draw_people``. targets: false match rates to hold. thresholds: distances.
    The impostor distances must reach as high as every threshold and as every false match rate that is asked for.
    In each draw the threshold for a target is found anew, so that its own uncertainty is part of the result.
    """
    distances = np.concatenate([genuine.distances, impostor.distances]).astype(np.float64)
    order = np.argsort(distances, kind="stable")
    ordered = distances[order]
    is_last = np.append(ordered[1:] != ordered[:-1], True)
    steps = ordered[is_last]
    places = np.searchsorted(steps, thresholds, "right") - 1
    widths = (), (len(targets),), (len(thresholds),), (len(thresholds),)
    result = Resampled(*(np.full((len(draws), *width), np.nan) for width in widths))
    nothing = np.zeros(len(genuine.distances)), np.zeros(len(impostor.distances))
    for number, drawn in enumerate(draws):
        good, bad = _weights(genuine, drawn), _weights(impostor, drawn)
        all_good = good.sum() if genuine.total is None else genuine.total[number]
        all_bad = bad.sum() if impostor.total is None else impostor.total[number]
        if all_good <= 0 or all_bad <= 0:
            continue
        false_match = np.cumsum(np.concatenate([nothing[0], bad])[order])[is_last] / all_bad
        missed = all_good - np.cumsum(np.concatenate([good, nothing[1]])[order])[is_last]
        false_non_match = np.maximum(missed, 0) / all_good
        result.eer[number] = _equal(false_match, false_non_match)
        at_targets = np.searchsorted(false_match, np.array(targets) + 1e-12, "right") - 1
        result.fnmr_at[number] = np.where(at_targets < 0, 1.0, false_non_match[at_targets])
        result.fmr[number] = np.where(places < 0, 0.0, false_match[places])
        result.fnmr[number] = np.where(places < 0, 1.0, false_non_match[places])
    return result


def interval(resampled: Doubles, rate: float, people: int) -> Interval:
    """The middle 95 % of resampled rates (percentile method: Efron and Tibshirani 1993, chapter 13).

    resampled: (r,), NaN where a draw was empty. rate: what all people together gave. people: how many they were.
    When no error was seen, drawing again shows none either; then the upper end is Wilson's for as many trials as there
    were people, which is cautious. The same holds for a rate of 1.
    """
    known = resampled[np.isfinite(resampled)]
    if rate in (0.0, 1.0) or not len(known):
        return wilson(round(rate * people), people)
    low, high = np.quantile(known, [0.025, 0.975])
    return Interval(float(low), float(high))


def _weights(sample: Sample, drawn: Doubles) -> Doubles:
    weights = drawn[sample.people[0]]
    for others in sample.people[1:]:
        weights = weights * drawn[others]
    return weights


def _equal(false_match: Doubles, false_non_match: Doubles) -> float:
    difference = false_match - false_non_match
    crossing = min(int(np.searchsorted(difference, 0.0)), len(difference) - 1)
    best = min((max(crossing - 1, 0), crossing), key=lambda side: abs(difference[side]))
    return float(false_match[best] + false_non_match[best]) / 2
