"""Distances in, decisions out: one face a person, one person a face, and doubt goes to review.

May know: numbers. Must not know: whose they are, where they come from, or the law.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..values import Outcome

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Largest distances that still mean ``matched`` and ``review``; ``matched`` is the smaller one."""

    matched: float
    review: float


@dataclass(frozen=True, slots=True)
class Pairing:
    """Face ``face`` of the photo was decided to be ``subject`` of the gallery (both are row numbers)."""

    face: int
    subject: int
    outcome: Outcome


def pair(distance: FloatArray, thresholds: Thresholds, *, held: Sequence[bool] = ()) -> list[Pairing]:
    """Assign faces to subjects within one photo.

    distance: (faces, subjects); ``inf`` where a pair must not be compared. held: for each face, whether somebody was
    matched to it before; only who is as near as a match disputes it. Of all one-to-one assignments the one with
    the smallest sum of distances is taken (Kuhn 1955). A face that two subjects could both claim goes to review for
    each of them who is not matched elsewhere in the photo.
    """
    if not distance.size:
        return []
    # Loaded here because it takes a fifth of a second, which commands that compare nobody are spared.
    from scipy.optimize import linear_sum_assignment

    limits = np.full((len(distance), 1), thresholds.review, distance.dtype)
    limits[np.array(held, bool).nonzero()] = thresholds.matched
    # Pairs beyond review all cost the same, more than any set of real pairs could: they are never preferred.
    far = thresholds.review * (min(distance.shape) + 1)
    near = distance <= limits
    sure = distance <= thresholds.matched
    cost = np.where(near, distance, far)
    pairings, disputed = [], set()
    for face, subject in zip(*linear_sum_assignment(cost), strict=True):
        if not near[face, subject]:
            continue
        claimed_by_others = np.delete(sure[face], subject).any()
        if claimed_by_others:
            disputed.add(int(face))
        outcome = Outcome.MATCHED if sure[face, subject] and not claimed_by_others else Outcome.REVIEW
        pairings.append(Pairing(int(face), int(subject), outcome))
    return pairings + _other_claims(sure, pairings, disputed)


def _other_claims(sure: NDArray[np.bool_], pairings: Sequence[Pairing], disputed: set[int]) -> list[Pairing]:
    """The claims on disputed faces of those whom the assignment left without a match."""
    assigned = {(one.face, one.subject) for one in pairings}
    matched = {one.subject for one in pairings if one.outcome is Outcome.MATCHED}
    return [
        Pairing(face, subject, Outcome.REVIEW)
        for face in sorted(disputed)
        for subject in np.flatnonzero(sure[face]).tolist()
        if subject not in matched and (face, subject) not in assigned
    ]
