"""Error rates and their intervals against direct counting."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import UsageError
from sayso.measure.intervals import Sample, bootstrap, draw_people, interval, wilson
from sayso.measure.rates import (
    det,
    eer,
    fmr,
    fnir,
    fnir_at_fpir,
    fnmr,
    fnmr_at_fmr,
    fpir,
    rank_one,
    supports,
    threshold_at_fmr,
)

# Few distinct values, so that ties between and within the two kinds are common.
distances = st.lists(st.integers(0, 12).map(lambda tenths: tenths / 10), min_size=1, max_size=40).map(np.array)


def test_a_distance_at_the_threshold_is_a_match() -> None:
    scores = np.array([0.3, 0.5, 0.5, 0.7])
    assert fmr(scores, 0.5) == 0.75
    assert fnmr(scores, 0.5) == 0.25
    assert fpir(scores, 0.4) == 0.25


def test_rates_of_nothing_are_refused() -> None:
    some, none = np.array([0.4]), np.array([])
    for call in (
        lambda: fmr(none, 0.5),
        lambda: fnmr(none, 0.5),
        lambda: eer(none, some),
        lambda: eer(some, none),
        lambda: rank_one(none),
        lambda: fnmr_at_fmr(none, some, 0.1),
        lambda: threshold_at_fmr(none, 0.1),
        lambda: det(some, none),
    ):
        with pytest.raises(UsageError, match="no comparisons"):
            call()


@settings(max_examples=200, deadline=None)
@given(distances, distances)
def test_equal_error_rate_is_where_brute_force_finds_the_crossing(genuine: np.ndarray, impostor: np.ndarray) -> None:
    rate, threshold = eer(genuine, impostor)
    steps = np.unique(np.concatenate([genuine, impostor]))
    gaps = [abs(fmr(impostor, step) - fnmr(genuine, step)) for step in steps]
    at_threshold = fmr(impostor, threshold), fnmr(genuine, threshold)
    assert rate == pytest.approx(sum(at_threshold) / 2)
    assert abs(at_threshold[0] - at_threshold[1]) == pytest.approx(min(gaps))


@settings(max_examples=100, deadline=None)
@given(distances, st.sampled_from([0.0, 0.05, 0.1, 0.29, 0.5, 0.9, 1.0]), st.sampled_from([np.float32, np.float64]))
def test_the_threshold_is_the_largest_that_holds_the_target(impostor: np.ndarray, target: float, kind: type) -> None:
    impostor = impostor.astype(kind)
    threshold = threshold_at_fmr(impostor, target)
    assert fmr(impostor, threshold) <= target + 1e-12
    above = impostor[impostor > threshold]
    assert not len(above) or fmr(impostor, float(above.min())) > target


def test_separate_distances_have_no_error_and_equal_ones_have_one_half() -> None:
    apart = np.linspace(0.1, 0.3, 50), np.linspace(0.6, 0.9, 400)
    assert eer(*apart)[0] == 0
    assert fnmr_at_fmr(*apart, 0.1).rate == 0
    same = np.linspace(0, 1, 200)
    assert eer(same, same)[0] == pytest.approx(0.5, abs=0.01)


def test_a_target_that_the_comparisons_cannot_support_has_no_value_but_a_reason() -> None:
    genuine, impostor = np.linspace(0.2, 0.5, 50), np.linspace(0.4, 1, 2999)
    missing = fnmr_at_fmr(genuine, impostor, 1e-3)
    assert missing.rate is None
    assert missing.threshold is None
    assert "2999" in missing.reason
    assert "3000" in missing.reason
    barely = fnmr_at_fmr(genuine, np.append(impostor, 1.0), 1e-3)
    assert barely.rate is not None
    assert "30 errors" in barely.reason
    assert fnmr_at_fmr(genuine, impostor, 1e-2 * 1.01).reason == ""
    assert fnmr_at_fmr(genuine, impostor, 1e-2, independent=40).rate is None


@pytest.mark.parametrize("target", [0.0, -0.1, 1.5, float("nan")])
def test_a_target_that_is_no_rate_is_refused(target: float) -> None:
    with pytest.raises(UsageError, match="no target"):
        supports(1000, target)


def test_identification_counts_a_wrong_nearest_template_as_a_miss_at_any_threshold() -> None:
    known = np.array([0.2, 0.3, np.inf, 0.6])
    unknown = np.linspace(0.4, 1, 300)
    assert rank_one(known) == 0.75
    assert fnir(known, 10.0) == 0.25
    rate, threshold, _ = fnir_at_fpir(known, unknown, 0.1)
    assert threshold is not None
    assert fpir(unknown, threshold) <= 0.1
    assert rate == 0.5


def test_the_trade_off_curve_falls_and_passes_through_the_same_points_as_the_rates() -> None:
    random = np.random.default_rng(5)
    genuine, impostor = random.normal(0.4, 0.1, 400), random.normal(0.7, 0.1, 5000)
    points = det(genuine, impostor)
    assert len(points) > 15
    assert points == sorted(points)
    assert [miss for _, miss in points] == sorted((miss for _, miss in points), reverse=True)
    for false_match, miss in points:
        assert fnmr_at_fmr(genuine, impostor, max(false_match, 3 / 5000)).rate == pytest.approx(miss, abs=0.003)
    assert det(genuine, impostor[:5]) == []
    assert det(genuine, impostor, independent=100)[0][0] == pytest.approx(3 / 100)


def test_wilson_agrees_with_published_figures_and_holds_the_rate() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857, table I, method 3.
    for errors, trials, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)):
        assert wilson(errors, trials) == pytest.approx((low, high), abs=5e-5)
    assert wilson(29, 29) == pytest.approx((0.8830, 1), abs=5e-5)
    for errors, trials in ((0, 0), (3, 2), (-1, 2)):
        with pytest.raises(UsageError):
            wilson(errors, trials)


def _comparisons(people: int, photos: int, seed: int) -> tuple[Sample, Sample]:
    """All pairs of points around one centre per person, some people being harder than others."""
    random = np.random.default_rng(seed)
    person = np.repeat(np.arange(people), photos)
    spread = random.uniform(0.1, 0.5, people)[person, None]
    points = random.normal(0, 1, (people, 6))[person] + spread * random.normal(0, 1, (len(person), 6))
    one, other = np.triu_indices(len(person), 1)
    apart = np.linalg.norm(points[one] - points[other], axis=1)
    same = person[one] == person[other]
    good = Sample(apart[same], (person[one][same],))
    return good, Sample(apart[~same], (person[one][~same], person[other][~same]))


def test_drawing_everybody_once_gives_the_plain_rates() -> None:
    good, bad = _comparisons(25, 4, 1)
    once = bootstrap(good, bad, np.ones((1, 25)), (0.01, 0.1), (0.5, 1.2))
    assert once.eer[0] == pytest.approx(eer(good.distances, bad.distances)[0])
    for place, target in enumerate((0.01, 0.1)):
        assert once.fnmr_at[0, place] == pytest.approx(fnmr_at_fmr(good.distances, bad.distances, target).rate)
    for place, threshold in enumerate((0.5, 1.2)):
        assert once.fmr[0, place] == pytest.approx(fmr(bad.distances, threshold))
        assert once.fnmr[0, place] == pytest.approx(fnmr(good.distances, threshold))


def test_drawing_a_person_twice_is_like_having_their_comparisons_twice() -> None:
    good, bad = _comparisons(20, 3, 2)
    drawn = draw_people(20, 1, 3)
    assert drawn.sum() == 20
    assert drawn.max() > 1
    repeated = bad.distances.repeat((drawn[0][bad.people[0]] * drawn[0][bad.people[1]]).astype(int))
    misses = good.distances.repeat(drawn[0][good.people[0]].astype(int))
    got = bootstrap(good, bad, drawn, (0.05,), (1.0,))
    assert got.eer[0] == pytest.approx(eer(misses, repeated)[0])
    assert got.fnmr_at[0, 0] == pytest.approx(fnmr_at_fmr(misses, repeated, 0.05).rate)
    assert got.fmr[0, 0] == pytest.approx(fmr(repeated, 1.0))


def test_the_lowest_impostor_distances_suffice_when_their_whole_weight_is_known() -> None:
    good, bad = _comparisons(25, 4, 4)
    drawn = draw_people(25, 20, 5)
    whole = bootstrap(good, bad, drawn, (0.01,), (0.8,))
    total = np.array([(own[bad.people[0]] * own[bad.people[1]]).sum() for own in drawn])
    low = bad.distances <= np.quantile(bad.distances, 0.6)
    lowest = Sample(bad.distances[low], tuple(who[low] for who in bad.people), total)
    part = bootstrap(good, lowest, drawn, (0.01,), (0.8,))
    for name in ("eer", "fnmr_at", "fmr", "fnmr"):
        np.testing.assert_allclose(getattr(part, name), getattr(whole, name), atol=1e-12)


def test_intervals_over_people_cover_the_truth_and_are_wider_than_those_over_pairs() -> None:
    truth = eer(*(sample.distances for sample in _comparisons(300, 4, 99)))[0]
    covered, widths, naive = 0, [], []
    for seed in range(25):
        good, bad = _comparisons(30, 4, seed)
        rate = eer(good.distances, bad.distances)[0]
        low, high = interval(bootstrap(good, bad, draw_people(30, 200, seed)).eer, rate, 30)
        covered += low <= truth <= high
        widths.append(high - low)
        pairs = wilson(round(rate * len(bad.distances)), len(bad.distances))
        naive.append(pairs.high - pairs.low)
    assert covered >= 20
    assert np.mean(widths) > 2 * np.mean(naive)


def test_no_error_seen_is_not_taken_for_no_error_possible() -> None:
    assert interval(np.zeros(200), 0.0, 40) == wilson(0, 40)
    assert interval(np.full(200, np.nan), 0.5, 40) == wilson(20, 40)
    assert interval(np.array([0.1, 0.2, np.nan]), 0.15, 40).high < 0.21


def test_a_draw_that_leaves_nothing_to_compare_counts_as_unknown() -> None:
    good, bad = _comparisons(2, 3, 0)
    result = bootstrap(good, bad, np.array([[2.0, 0.0], [1.0, 1.0]]), (0.5,), (0.5,))
    assert np.isnan(result.eer[0])
    assert np.isnan(result.fnmr_at[0, 0])
    assert np.isfinite(result.eer[1])
