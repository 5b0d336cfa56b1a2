"""Error rates of face comparison, as plain arithmetic on distances.

May know: numpy, and the terms of ISO/IEC 19795-1. Must not know: photos, models, who anybody is.
Must not do: read, write or keep anything. A distance is lower the more alike two faces are; at or below the threshold
is a match.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..errors import UsageError

FloatArray = npt.NDArray[np.floating[Any]]

#: With no error in n independent trials, the true rate is below 3/n with 95 % confidence (ISO/IEC 19795-1, annex B).
RULE_OF_THREE = 3

#: With 30 errors, the true rate is within 30 % of the measured one with 90 % confidence (Doddington et al. 2000).
RULE_OF_THIRTY = 30


class AtTarget(NamedTuple):
    """One error rate where another one is held at a target.

    rate: 0 to 1, or None when the trials cannot support the target. threshold: the distance that was used, or None.
    reason: why there is no rate, or a caution about it; empty when there is neither.
    """

    rate: float | None
    threshold: float | None
    reason: str = ""


def fmr(impostor: FloatArray, threshold: float) -> float:
    """False match rate at ``threshold`` (ISO/IEC 19795-1): share of impostor comparisons that match, 0 to 1.

    impostor: (n,) distances between faces of different people. Raises UsageError if there are none.
    """
    return float(np.count_nonzero(_some(impostor) <= threshold) / len(impostor))


def fnmr(genuine: FloatArray, threshold: float) -> float:
    """False non-match rate at ``threshold`` (ISO/IEC 19795-1): share of genuine comparisons that do not match, 0 to 1.

    genuine: (n,) distances between faces of one person. Raises UsageError if there are none.
    """
    return float(np.count_nonzero(_some(genuine) > threshold) / len(genuine))


def fpir(unknown: FloatArray, threshold: float) -> float:
    """False positive identification rate at ``threshold`` (ISO/IEC 19795-1), 0 to 1.

    unknown: (n,) lowest distance of each search by a person who is not enrolled. Raises UsageError if there are none.
    """
    return fmr(unknown, threshold)


def fnir(known: FloatArray, threshold: float) -> float:
    """False negative identification rate at rank 1 and ``threshold`` (ISO/IEC 19795-1), 0 to 1.

    known: (n,) for each search by an enrolled person, the distance to that person's own template if it was the nearest
    one, and infinity otherwise. Raises UsageError if there are none.
    """
    return fnmr(known, threshold)


def rank_one(known: FloatArray) -> float:
    """Share of searches by enrolled people whose nearest template is their own, at any distance (ISO/IEC 19795-1).

    known: (n,) as for ``fnir``. Raises UsageError if there are none.
    """
    return float(np.count_nonzero(np.isfinite(_some(known))) / len(known))


def eer(genuine: FloatArray, impostor: FloatArray) -> tuple[float, float]:
    """Equal error rate and its threshold: where the false match rate overtakes the false non-match rate.

    genuine: (n,), impostor: (m,) distances. Both rates move in steps; of the two thresholds on either side of the
    crossing the one at which they differ less is used, and the rate is the mean of both there.
    Raises UsageError if either is empty.
    """
    thresholds, false_match, false_non_match = _curves(genuine, impostor)
    crossing = int(np.searchsorted(false_match - false_non_match, 0.0))
    sides = [side for side in (crossing - 1, crossing) if 0 <= side < len(thresholds)]
    best = min(sides, key=lambda side: abs(false_match[side] - false_non_match[side]))
    return float(false_match[best] + false_non_match[best]) / 2, float(thresholds[best])


def threshold_at_fmr(impostor: FloatArray, target: float) -> float:
    """The largest threshold whose false match rate is at most ``target``.

    impostor: (n,) distances. target: 0 to 1. Raises UsageError if there are no distances.
    """
    allowed = allowed_errors(len(_some(impostor)), target)
    if allowed >= len(impostor):
        return float(np.max(impostor))
    first_refused = np.partition(impostor, allowed)[allowed]
    return float(np.nextafter(first_refused, impostor.dtype.type(-np.inf)))


def fnmr_at_fmr(
    genuine: FloatArray, impostor: FloatArray, target: float, *, independent: int | None = None
) -> AtTarget:
    """False non-match rate at the largest threshold whose false match rate is at most ``target``.

    genuine: (n,), impostor: (m,) distances. target: above 0, at most 1.
    independent: how many impostor trials are not repetitions; all of them if None.
    The rate is None when fewer than ``3 / target`` impostor trials stand behind it (rule of 3), and comes with a
    caution when fewer than ``30 / target`` do (rule of 30). Raises UsageError if either array is empty.
    """
    _some(genuine)
    trials = len(_some(impostor)) if independent is None else independent
    if not supports(trials, target):
        needed = int(np.ceil(round(RULE_OF_THREE / target, 6)))
        return AtTarget(None, None, f"{trials} comparisons cannot show a rate of {target:g}; it takes {needed}.")
    threshold = threshold_at_fmr(impostor, target)
    caution = "" if trials * target >= RULE_OF_THIRTY else f"Fewer than {RULE_OF_THIRTY} errors set this threshold."
    return AtTarget(fnmr(genuine, threshold), threshold, caution)


def fnir_at_fpir(known: FloatArray, unknown: FloatArray, target: float, *, independent: int | None = None) -> AtTarget:
    """False negative identification rate (rank 1) where the false positive identification rate is at most ``target``.

    known: (n,) as for ``fnir``. unknown: (m,) as for ``fpir``. independent: how many searches by people who are not
    enrolled are not repetitions. Support as for ``fnmr_at_fmr``. Raises UsageError if either array is empty.
    """
    return fnmr_at_fmr(known, unknown, target, independent=independent)


def det(
    genuine: FloatArray, impostor: FloatArray, points: int = 25, *, independent: int | None = None
) -> list[tuple[float, float]]:
    """Points (false match rate, false non-match rate) of a detection error trade-off curve (ISO/IEC 19795-1).

    The targets are spread evenly over the logarithm of the false match rate, from the lowest that the number of
    impostor comparisons supports up to 0.5. Empty when they support none. ``independent`` as for ``fnmr_at_fmr``.
    Raises UsageError if either array is empty.
    """
    trials = len(_some(impostor)) if independent is None else independent
    lowest = RULE_OF_THREE / trials
    if lowest > 0.5:
        return []
    ordered = np.sort(impostor)
    targets = np.geomspace(lowest, 0.5, points)
    places = [min(allowed_errors(len(ordered), target), len(ordered) - 1) for target in targets]
    thresholds = np.nextafter(ordered[places], impostor.dtype.type(-np.inf))
    return [
        (float(np.searchsorted(ordered, threshold, "right")) / len(ordered), fnmr(genuine, float(threshold)))
        for threshold in np.unique(thresholds)
    ]


def supports(trials: int, target: float) -> bool:
    """Whether so many trials can show a rate of ``target`` at all (rule of 3).

    Raises UsageError unless the target is above 0 and at most 1.
    """
    if not 0 < target <= 1:
        raise UsageError(f"{target} is no target for an error rate.", "Choose one above 0 and at most 1.")
    return round(trials * target, 6) >= RULE_OF_THREE


def allowed_errors(trials: int, target: float) -> int:
    """The largest number of errors whose share of ``trials`` is at most ``target``."""
    # Without the slack, 0.29 * 100 would allow 28.
    return int(np.floor(trials * target + 1e-9))


def _curves(genuine: FloatArray, impostor: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Thresholds at which one of the two rates changes, in rising order, and both rates there."""
    good, bad = np.sort(_some(genuine)), np.sort(_some(impostor))
    # Between two genuine distances only the false match rate moves. So the crossing lies at a genuine distance or at
    # the first impostor distance where the false match rate has caught up; the threshold before it is one of these too.
    missed = len(good) - np.searchsorted(good, bad, "right")
    caught_up = np.arange(1, len(bad) + 1) / len(bad) >= missed / len(good)
    first = int(np.searchsorted(bad, bad[np.argmax(caught_up)]))
    thresholds = np.unique(np.concatenate([good, bad[max(first - 1, 0) : first + 1]]))
    false_match = np.searchsorted(bad, thresholds, "right") / len(bad)
    false_non_match = (len(good) - np.searchsorted(good, thresholds, "right")) / len(good)
    return thresholds, false_match, false_non_match


def _some(distances: FloatArray) -> FloatArray:
    if not len(distances):
        raise UsageError("There are no comparisons to take a rate of.", "Measure more people or more photos of each.")
    return distances
