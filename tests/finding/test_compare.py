"""Distances in, decisions out: who gets which face of a photo, and what stays a doubt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.finding.compare import FloatArray, Pairing, Thresholds, pair
from sayso.values import Outcome

LIMITS = Thresholds(matched=0.4, review=0.5)
MATCHED, REVIEW = Outcome.MATCHED, Outcome.REVIEW


def rows(*distances: tuple[float, ...]) -> FloatArray:
    return np.array(distances, np.float32)


def test_each_gets_the_nearest_face_of_all_together() -> None:
    assert pair(rows((0.41, 0.45), (0.42, 0.90)), LIMITS) == [Pairing(0, 1, REVIEW), Pairing(1, 0, REVIEW)]
    assert pair(rows((0.2, 0.9), (0.9, 0.3)), LIMITS) == [Pairing(0, 0, MATCHED), Pairing(1, 1, MATCHED)]


def test_nobody_gets_a_face_that_is_too_far() -> None:
    assert pair(rows((0.51, np.inf)), LIMITS) == []
    assert pair(np.zeros((0, 3), np.float32), LIMITS) == []


def test_a_face_near_two_people_is_a_doubt_for_both() -> None:
    found = pair(rows((0.30, 0.35), (0.9, 0.9)), LIMITS)
    assert found == [Pairing(0, 0, REVIEW), Pairing(0, 1, REVIEW)]


def test_whoever_loses_a_disputed_face_claims_it_beside_a_doubtful_one() -> None:
    found = pair(rows((0.30, 0.45), (0.42, 0.90)), LIMITS)
    assert found == [Pairing(0, 1, REVIEW), Pairing(1, 0, REVIEW), Pairing(0, 0, REVIEW)]


def test_whoever_is_matched_elsewhere_in_the_photo_claims_no_second_face() -> None:
    found = pair(rows((0.10, 0.39), (0.90, 0.20)), LIMITS)
    assert found == [Pairing(0, 0, REVIEW), Pairing(1, 1, MATCHED)]


def test_only_a_match_disputes_a_face_that_was_matched_before() -> None:
    between = rows((0.45,), (0.48,))
    assert pair(between, LIMITS) == [Pairing(0, 0, REVIEW)]
    assert pair(between, LIMITS, held=[True, False]) == [Pairing(1, 0, REVIEW)]
    assert pair(between, LIMITS, held=[True, True]) == []
    assert pair(rows((0.40,)), LIMITS, held=[True]) == [Pairing(0, 0, MATCHED)]


@given(
    distance=st.integers(1, 5).flatmap(
        lambda wide: st.lists(st.lists(st.floats(0, 1, width=32), min_size=wide, max_size=wide), min_size=1, max_size=5)
    )
)
@settings(max_examples=100, deadline=None)
def test_a_match_is_of_one_face_and_one_person_and_undisputed(distance: list[list[float]]) -> None:
    table = np.array(distance, np.float32)
    found = pair(table, LIMITS)
    matched = [one for one in found if one.outcome is MATCHED]
    assert len({one.face for one in matched}) == len({one.subject for one in matched}) == len(matched)
    assert len({(one.face, one.subject) for one in found}) == len(found)
    for one in matched:
        assert table[one.face, one.subject] <= LIMITS.matched
        assert (table[one.face] <= LIMITS.matched).sum() == 1
    for one in found:
        assert table[one.face, one.subject] <= LIMITS.review


@pytest.mark.parametrize("swap", [False, True])
def test_the_order_of_people_changes_nothing(swap: bool) -> None:
    table = rows((0.30, 0.35, 0.9), (0.9, 0.9, 0.38))
    order = [2, 1, 0] if swap else [0, 1, 2]
    found = {(one.face, order[one.subject], one.outcome) for one in pair(table[:, order], LIMITS)}
    assert found == {(0, 0, REVIEW), (0, 1, REVIEW), (1, 2, MATCHED)}
