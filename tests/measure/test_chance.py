"""Rates against chance, on distances whose answer is known."""

import numpy as np
import pytest

from sayso.measure.chance import Judged, Searches, judge

PEOPLE, EACH = 50, 3


def judged(distances: np.ndarray) -> Judged:
    person = np.repeat(np.arange(PEOPLE), EACH)
    return judge([Searches(distances.astype(np.float32), person, person, np.arange(PEOPLE))])


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(PEOPLE * EACH, PEOPLE))


def own() -> np.ndarray:
    return np.repeat(np.eye(PEOPLE), EACH, axis=0)


def test_what_tells_everything_finds_everybody():
    found = judged(noise(1) - 20 * own())
    assert (found.people, found.searches) == (PEOPLE, PEOPLE * EACH)
    assert found.rank_one.value == found.first_tenth.value == 1.0
    assert found.eer.value == 0.0
    assert found.luck < 0.002


def test_what_tells_a_little_is_told_from_luck():
    found = judged(noise(1) - 0.8 * own())
    assert found.luck < 0.01
    assert 0.25 < (found.eer.value or 0) < 0.45


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_what_tells_nothing_is_luck(seed):
    found = judged(noise(seed))
    assert found.by_chance == pytest.approx((1 / PEOPLE, 1 / 10))
    assert found.luck > 0.05
    assert found.eer.low is not None
    assert found.eer.high is not None
    assert found.eer.low - 0.02 < 0.5 < found.eer.high + 0.02


def test_a_portrait_that_is_near_to_everybody_tells_nothing():
    """All searches for a person resemble each other, and few portraits attract them all: still nothing is told."""
    attractive = np.random.default_rng(7).normal(size=PEOPLE) * 10
    by_person = np.repeat(np.random.default_rng(107).normal(size=(PEOPLE, PEOPLE)), EACH, axis=0)
    found = judged(by_person + attractive[None])
    assert found.luck > 0.05


def test_who_finds_all_alike_finds_nobody():
    found = judged(np.zeros((PEOPLE * EACH, PEOPLE)))
    assert found.rank_one.value == 0
    assert found.luck == 1.0


def test_shares_of_no_hit_have_an_upper_end():
    found = judged(noise(1) + 50 * own())
    assert found.rank_one.value == 0
    assert found.rank_one.high is not None
    assert 0 < found.rank_one.high < 0.15
