"""Distances in, decisions out: one face a person, one person a face, and doubt goes to review.

May know: numbers. Must not know: whose they are, where they come from, or the law.
"""

from __future__ import annotations

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


def pair(distance: FloatArray, thresholds: Thresholds) -> list[Pairing]:
    """Assign faces to subjects within one photo.

    distance: (faces, subjects); ``inf`` where a pair must not be compared. Of all one-to-one assignments the one with
    the smallest sum of distances is taken (Kuhn 1955). A face that two subjects could both claim goes to review.
    """
    if not distance.size:
        return []
    # Loaded here because it takes a fifth of a second, which commands that compare nobody are spared.
    from scipy.optimize import linear_sum_assignment

    # Pairs beyond review all cost the same, more than any set of real pairs could: they are never preferred.
    far = thresholds.review * (min(distance.shape) + 1)
    near = distance <= thresholds.review
    cost = np.where(near, distance, far)
    pairings = []
    for face, subject in zip(*linear_sum_assignment(cost), strict=True):
        if not near[face, subject]:
            continue
        sure = distance[face, subject] <= thresholds.matched
        claimed_by_others = (np.delete(distance[face], subject) <= thresholds.matched).any()
        pairings.append(
            Pairing(int(face), int(subject), Outcome.MATCHED if sure and not claimed_by_others else Outcome.REVIEW)
        )
    return pairings
