"""Exposure is counted as a search would go: by hand on small events, against the cues themselves, and against a run."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.measure import Point
from sayso.measure.exposure import RADII, WIDTHS, Event, Pictured, _Nearness, _Tags, _Time, narrowed, pointed, swept
from sayso.photos.cues import passes
from sayso.values import Cues, Photo, Place, Window
from tests.house import NOON


def at(minutes: float, *people: int, faces: int = 4, **facts: Any) -> Pictured:
    """A photo so many minutes after noon, with these people and others."""
    taken = NOON + timedelta(minutes=minutes)
    return Pictured(taken, None, (), faces, min(len(people), faces), frozenset(people), **facts)


def point(event: Event, cue: str, size: float | None) -> Point:
    """The point of one size on the curve of one cue."""
    (curve,) = (one for one in narrowed(event) if one.cue == cue)
    return next(one for one in curve.points if one.size == size)


def recalled(one: Point) -> float:
    assert one.recall is not None
    assert one.recall.value is not None
    return one.recall.value


def test_a_window_lies_around_each_remembered_photo_in_turn() -> None:
    # Person 0 at minute 0, 4 and 60; person 1 at 60 and 64. Five minutes reach two and a half to each side.
    event = Event([at(0, 0), at(2), at(4, 0), at(60, 0, 1), at(64, 1)], 2)
    five = point(event, "time", 5)
    assert recalled(five) == pytest.approx((3 / 9 + 2 / 4) / 2, abs=0.005)
    # Person 0: two photos, two, one; person 1: one each time. Of each photo's four faces the people's own count off.
    assert five.photos == pytest.approx((5 / 3 + 1) / 2)
    assert five.measured == pytest.approx(((8 + 8 + 4) / 3 + 4) / 2)
    assert five.bystanders == pytest.approx(((7 + 7 + 2) / 3 + (2 + 3) / 2) / 2)
    assert (five.measured_in_all, five.bystanders_in_all) == (round(20 / 3 + 4), round(16 / 3 + 2.5))
    # How likely each photo is looked at by either search, and how many bystanders it shows.
    likely = [1 / 3, 2 / 3, 1 / 3, 1 - (2 / 3) * (1 / 2), 1 / 2]
    others = [3, 4, 3, 2, 3]
    expected = sum(chance * faces for chance, faces in zip(likely, others, strict=True))
    assert abs((five.different or 0) - expected) <= 0.5
    ten = point(event, "time", 10)
    assert recalled(ten) == pytest.approx((5 / 9 + 1) / 2, abs=0.005)


def test_both_ends_of_a_window_are_inside_it_to_the_microsecond() -> None:
    event = Event([at(0, 0), at(5, 0), at(60)], 1)
    assert recalled(point(event, "time", 10)) == 1
    event = Event([at(0, 0), at(5 + 1e-6, 0), at(60)], 1)
    assert recalled(point(event, "time", 10)) == 0.5


def test_the_widest_window_finds_all_that_bears_a_time_and_nothing_else() -> None:
    untimed = Pictured(None, None, (), 3, 1, frozenset({0}))
    event = Event([at(0, 0), at(500, 0), untimed, at(900)], 1)
    everything = point(event, "time", math.inf)
    assert recalled(everything) == pytest.approx(2 / 3, abs=0.005)
    assert everything.measured == 12


def test_a_person_whose_photos_bear_no_cue_is_not_found_and_costs_nothing() -> None:
    untimed = Pictured(None, None, (), 3, 1, frozenset({1}))
    everything = point(Event([at(0, 0), at(5, 0), untimed, untimed], 2), "time", math.inf)
    assert (recalled(everything), everything.measured) == (0.5, 4)


def test_a_photo_out_of_reach_is_found_for_nobody_at_any_reach() -> None:
    event = Event([at(0, 0), at(1, 0, faces=0)], 1)
    assert recalled(point(event, "time", math.inf)) == 0.5
    assert recalled(swept(event).points[0]) == 0.5


def test_what_a_run_did_not_find_is_no_recall_however_wide_the_cue() -> None:
    event = Event([at(0, 0, found=frozenset({0})), at(1, 0, found=frozenset())], 1)
    assert recalled(swept(event).points[0]) == 0.5
    assert recalled(point(event, "time", math.inf)) == 0.5


def test_a_sweep_measures_every_face_once_for_all_people() -> None:
    (one,) = swept(Event([at(0, 0), at(1, 0, 1), at(2, 1), at(3)], 2)).points
    assert (one.measured_in_all, one.bystanders_in_all, one.different) == (16, 12, 12)
    assert (one.measured, one.bystanders, recalled(one)) == (8, 6, 1)


def test_points_measure_own_faces_and_as_many_others_as_people_mistook() -> None:
    event = Event([at(0, 0), at(1, 0), at(2, 0, 1), at(3, 1)], 2)
    curve = pointed(event, misses=0.0)
    assert curve is not None
    assert [one.size for one in curve.points] == [1, 2, 3]
    assert [recalled(one) for one in curve.points] == [pytest.approx((1 / 3 + 1 / 2) / 2, abs=0.005), 0.83, 1]
    assert [one.bystanders for one in curve.points] == [0, 0, 0]
    assert [one.measured for one in curve.points] == [1, 2, 2.5]
    mistaken = pointed(event, misses=0.5)
    assert mistaken is not None
    assert [one.bystanders for one in mistaken.points] == [0.5, 1, 1.25]
    assert pointed(Event([at(0)], 0), misses=0.0) is None


def test_with_nobody_known_faces_are_counted_and_recall_is_not() -> None:
    event = Event([at(0), at(1), at(60)], 0)
    two = point(event, "time", 2)
    assert two.measured == pytest.approx((8 + 8 + 4) / 3)
    assert (two.recall, two.bystanders, two.measured_in_all) == (None, None, None)
    (all_of_them,) = swept(event).points
    assert (all_of_them.measured_in_all, all_of_them.recall) == (12, None)


places = st.builds(Place, st.floats(46.0, 46.01), st.floats(6.0, 6.01)) | st.just(Place(-89.99, 179.999))
moments = st.integers(0, 3000).map(lambda minutes: NOON + timedelta(minutes=minutes))
snaps = st.builds(
    lambda taken, place, tags, people: Pictured(taken, place, tuple(sorted(tags)), 3, len(people), frozenset(people)),
    st.none() | moments,
    st.none() | places,
    st.sets(st.sampled_from(["17", "start", "finish"])),
    st.sets(st.integers(0, 2)),
)


def as_photo(one: Pictured) -> Photo:
    return Photo(0, 0, "", "", False, 1, 1, one.taken_at, one.place, one.tags)


@given(st.lists(snaps, min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_what_passes_here_passes_the_cues_of_a_search(event: list[Pictured]) -> None:
    time, nearness, tags = _Time(event), _Nearness(event), _Tags(event)
    for number, one in enumerate(event):
        this = np.arange(len(event)) == number
        if one.taken_at is not None:
            (moment,) = time.remembered(this, known=True)
            for width in WIDTHS:
                half = timedelta(minutes=width / 2)
                cues = Cues(window=Window(one.taken_at - half, one.taken_at + half))
                assert time.inside(moment, width).tolist() == [passes(as_photo(other), cues) for other in event]
        if one.place is not None:
            (place,) = nearness.remembered(this, known=True)
            for radius in RADII:
                cues = Cues(near=one.place, radius_km=radius)
                assert nearness.inside(place, radius).tolist() == [passes(as_photo(other), cues) for other in event]
        for tag in tags.remembered(this, known=False):
            cues = Cues(tags=(tag,))
            assert tags.inside(tag, None).tolist() == [passes(as_photo(other), cues) for other in event]


def test_of_tags_people_know_the_one_that_most_of_their_photos_bear() -> None:
    def tagged(*tags: str, people: tuple[int, ...] = ()) -> Pictured:
        return Pictured(None, None, tags, 4, len(people), frozenset(people))

    # Person 0 wears bib 17, which one photo lacks; person 1 is in two photos of the start, both with bib 4.
    event = Event(
        [
            tagged("start", "17", people=(0,)),
            tagged("finish", "17", people=(0,)),
            tagged("finish", people=(0,)),
            tagged("start", "4", people=(1,)),
            tagged("start", "4", people=(1,)),
            tagged("start"),
            tagged("finish", "17"),
        ],
        2,
    )
    one = point(event, "tag", None)
    # Bib 17 and the finish are both on two of the first person's photos and on three in all; the name decides.
    assert recalled(one) == pytest.approx((2 / 3 + 1) / 2, abs=0.005)
    assert one.measured == pytest.approx((12 + 8) / 2)
    assert one.bystanders == pytest.approx((10 + 6) / 2)
    nobody = Event([replace(one, people=frozenset()) for one in event.photos], 0)
    assert point(nobody, "tag", None).measured == pytest.approx(4 * (4 + 3 + 3 + 2) / 4)


@given(st.lists(snaps, min_size=2, max_size=12))
@settings(max_examples=60, deadline=None)
def test_a_wider_cue_never_finds_less_and_never_spares_more(photos: list[Pictured]) -> None:
    everybody = [Pictured(NOON, None, (), 1, 1, frozenset({0, 1, 2}))]
    for curve in narrowed(Event(photos + everybody, 3)):
        shares = [recalled(one) for one in curve.points]
        faces = [one.measured for one in curve.points]
        assert shares == sorted(shares)
        assert faces == sorted(faces)
        assert all(0 <= (one.bystanders or 0) <= one.measured for one in curve.points)
        there = sum(one.faces - one.of_consenting for one in photos + everybody)
        assert all(0 <= (one.different or 0) <= there for one in curve.points)
