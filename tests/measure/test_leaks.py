"""The leak rate on hand-made masks, where the right answer can be counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.measure.leaks import BAND_EDGES, Detail, covered_by, leak_rate, no_leaks, wilson
from sayso.values import Box

FACE = Box(50, 50, 50, 50)


def test_L9_a_closed_face_is_no_leak_and_an_uncovered_one_is():
    closed = leak_rate([FACE], [False], covered_by([FACE], 200, 150))
    assert (closed.others, closed.leaked, closed.rate) == (1, 0, 0.0)
    visible = leak_rate([FACE], [False], covered_by([], 200, 150))
    assert (visible.others, visible.leaked, visible.rate) == (1, 1, 1.0)


def test_an_open_face_is_never_counted():
    report = leak_rate([FACE], [True], covered_by([], 200, 150))
    assert (report.others, report.leaked, report.rate, report.interval) == (0, 0, None, (0.0, 1.0))


@pytest.mark.parametrize(("share", "leaked"), [(0.55, 1), (0.65, 0)])
def test_a_face_leaks_when_less_than_sixty_percent_of_its_inner_part_is_covered(share, leaked):
    # The inner part of the face reaches from 55 to 95.
    covered = covered_by([Box(55, 0, 40 * share, 150)], 200, 150)
    assert leak_rate([FACE], [False], covered).leaked == leaked


def test_covering_only_the_rim_of_a_face_does_not_count():
    covered = covered_by([FACE], 200, 150)
    covered[55:95, 55:95] = False
    assert leak_rate([FACE], [False], covered).leaked == 1


def test_faces_are_counted_in_the_band_of_their_shorter_side():
    faces = [Box(0, 0, 11, 30), Box(20, 0, 12, 30), Box(40, 0, 24, 24), Box(80, 0, 39, 41), Box(0, 50, 79, 81)]
    faces.append(Box(100, 50, 80, 90))
    report = leak_rate(faces, [False] * 6, covered_by([], 200, 150))
    assert [(band.smallest, band.below, band.others) for band in report.bands] == [
        (12, 24, 1),
        (24, 40, 2),
        (40, 80, 1),
        (80, None, 1),
    ]
    assert report.leaked == 5


def test_area_far_from_any_face_is_closed_for_nothing():
    margin = Box(30, 30, 90, 90)
    assert leak_rate([FACE], [False], covered_by([margin], 200, 150)).area_for_nothing == 0
    elsewhere = Box(180, 0, 20, 15)
    report = leak_rate([FACE], [False], covered_by([FACE, elsewhere], 200, 150))
    assert report.area_for_nothing == pytest.approx(300 / 30_000)


def test_a_covered_open_face_counts_as_area_closed_for_nothing():
    assert leak_rate([FACE], [True], covered_by([FACE], 200, 150)).area_for_nothing == pytest.approx(2500 / 30_000)


def test_a_face_outside_the_picture_is_not_counted():
    assert leak_rate([Box(400, 50, 50, 50)], [False], covered_by([], 200, 150)).others == 0


def test_unequal_lists_are_refused():
    with pytest.raises(ValueError, match="zip"):
        leak_rate([FACE], [], covered_by([], 200, 150))


def test_reports_of_several_photos_add_up():
    first = leak_rate([FACE], [False], covered_by([Box(0, 0, 20, 20)], 200, 150))
    second = leak_rate([FACE, Box(120, 20, 30, 30)], [False, False], covered_by([FACE], 200, 150))
    both = no_leaks() + first + second
    assert (both.others, both.leaked) == (3, 2)
    assert both.pixels == 60_000
    assert both.area_for_nothing == pytest.approx((first.area_for_nothing + second.area_for_nothing) / 2)


@pytest.mark.parametrize(
    ("tilt", "place"), [(0, 0), (350, 0), (20, 1), (-30, 1), (90, 2), (270, 2), (180, 3), (None, 4)]
)
def test_large_faces_are_counted_by_how_far_they_are_from_upright(tilt, place):
    report = leak_rate([FACE], [False], covered_by([], 200, 150), [Detail(tilt=tilt)])
    assert [group.others for group in report.tilts] == [int(number == place) for number in range(5)]
    assert report.tilts[place].leaked == 1
    assert (report.goal.others, report.goal.leaked) == (1, 1)


@pytest.mark.parametrize(("seen", "place"), [(1.0, 0), (0.9, 0), (0.7, 1), (0.25, 2), (None, 3)])
def test_large_faces_are_counted_by_how_much_is_hidden(seen, place):
    report = leak_rate([FACE], [False], covered_by([FACE], 200, 150), [Detail(seen=seen)])
    assert [group.others for group in report.hidden] == [int(number == place) for number in range(4)]
    assert report.leaked == 0


def test_a_face_of_which_next_to_nothing_is_seen_is_neither_a_leak_nor_closed_for_nothing():
    for covered in (covered_by([], 200, 150), covered_by([FACE], 200, 150)):
        report = leak_rate([FACE], [False], covered, [Detail(seen=0.2)])
        assert (report.others, report.area_for_nothing) == (0, 0.0)


def test_small_faces_count_by_size_alone_and_groups_add_up():
    small = leak_rate([Box(0, 0, 20, 20)], [False], covered_by([], 200, 150), [Detail(5, 1.0)])
    assert (small.others, small.goal.others) == (1, 0)
    assert not any(group.others for group in (*small.tilts, *small.hidden))
    large = leak_rate([FACE, Box(120, 20, 40, 40)], [False] * 2, covered_by([FACE], 200, 150), [Detail(5, 1.0)] * 2)
    both = small + large + large
    assert (both.tilts[0].others, both.tilts[0].leaked) == (4, 2)
    assert (both.goal.others, both.goal.leaked) == (4, 2)


def test_the_interval_is_wilsons():
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 and 0 of 20.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
@settings(max_examples=50, deadline=None)
def test_the_interval_holds_the_share_and_stays_between_nought_and_one(case):
    hits, trials = case
    low, high = wilson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1


@given(st.lists(st.tuples(*[st.integers(0, 150)] * 2, *[st.integers(1, 100)] * 2), max_size=6))
@settings(max_examples=50, deadline=None)
def test_covering_everything_leaks_nothing_and_covering_nothing_leaks_everyone(places):
    faces = [Box(*place) for place in places]
    everything = np.ones((150, 200), np.bool_)
    assert leak_rate(faces, [False] * len(faces), everything).leaked == 0
    nothing = leak_rate(faces, [False] * len(faces), ~everything)
    assert nothing.leaked == nothing.others
    assert nothing.others <= sum(min(face.width, face.height) >= BAND_EDGES[0] for face in faces)
