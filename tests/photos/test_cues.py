"""Cues: time, place and tags narrow photos, and what a photo does not tell never lets it pass."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sayso import photos
from sayso.errors import UsageError
from sayso.photos import distance_km
from sayso.values import Cues, Photo, Place, Window

from .conftest import EVENT, NOON, Archive, Shots

_PLACES = st.builds(Place, st.floats(-90, 90), st.floats(-180, 180))


def _names(archive: Archive, cues: Cues) -> list[str]:
    with archive.database.begin() as session:
        passing = photos.passing(session, archive.collection.id, cues)
        listed = photos.list_photos(session, archive.collection.id, cues)
    assert {one.id for one in passing} == {one.photo.id for one in listed}
    return [Path(one.path).name for one in passing]


@pytest.fixture
def party(archive: Archive, shots: Shots, tmp_path: Path) -> Archive:
    files = shots(6)
    archive.add(*files[:4], tags=("stage", "50% off_"))
    archive.add(*files[4:], tags=("Stage", "stage left"))
    with Image.open(EVENT / "g11.jpg") as image:
        image.save(tmp_path / "bare.jpg")
    archive.add(tmp_path / "bare.jpg")
    return archive


def test_a_window_holds_both_ends_and_no_photo_without_time(party: Archive) -> None:
    window = Window(NOON + timedelta(minutes=1), NOON + timedelta(minutes=3))
    assert _names(party, Cues(window=window)) == ["p0001.jpg", "p0002.jpg", "p0003.jpg"]


def test_a_place_holds_its_radius_and_no_photo_without_place(party: Archive) -> None:
    # The photos lie 0.01 degrees of latitude, 1.112 km, apart.
    near = Place(45.02, -73.5)
    assert _names(party, Cues(near=near, radius_km=1.0)) == ["p0002.jpg"]
    assert _names(party, Cues(near=near, radius_km=1.2)) == ["p0001.jpg", "p0002.jpg", "p0003.jpg"]
    assert _names(party, Cues(near=Place(45.02, -73.4), radius_km=5)) == []


def test_tags_are_compared_whole_and_letter_by_letter(party: Archive) -> None:
    assert len(_names(party, Cues(tags=("stage",)))) == 4
    assert len(_names(party, Cues(tags=("Stage", "stage left")))) == 2
    assert len(_names(party, Cues(tags=("50% off_",)))) == 4
    assert _names(party, Cues(tags=("stag",))) == _names(party, Cues(tags=("%",))) == []


def test_without_a_cue_all_photos_pass_the_undated_last(party: Archive) -> None:
    assert _names(party, Cues())[-1] == "bare.jpg"
    assert len(_names(party, Cues())) == 7


def test_a_cue_that_makes_no_sense_is_told(party: Archive) -> None:
    aware = NOON.replace(tzinfo=UTC)
    for wrong in (Cues(window=Window(aware, aware)), Cues(near=Place(0, 0), radius_km=0)):
        with pytest.raises(UsageError):
            _names(party, wrong)


def test_only_a_dated_photo_can_lie_inside_an_occasion() -> None:
    window = Window(NOON, NOON + timedelta(hours=1))
    undated = Photo(1, 1, "", "", False, 10, 10)
    dated = Photo(1, 1, "", "", False, 10, 10, taken_at=NOON)
    late = Photo(1, 1, "", "", False, 10, 10, taken_at=NOON + timedelta(hours=2))
    assert [photos.inside_occasion(one, window) for one in (undated, dated, late)] == [False, True, False]
    assert not photos.inside_occasion(dated, None)


@given(_PLACES, _PLACES)
@settings(max_examples=50, deadline=None)
def test_distance_is_symmetric_and_at_most_half_way_round(first: Place, second: Place) -> None:
    assert distance_km(first, second) == pytest.approx(distance_km(second, first), abs=1e-6)
    assert 0 <= distance_km(first, second) <= 20_016
    assert distance_km(first, first) == 0


def test_distances_are_those_of_the_earth() -> None:
    montreal, paris = Place(45.5019, -73.5674), Place(48.8566, 2.3522)
    assert distance_km(montreal, paris) == pytest.approx(5501, rel=0.003)
    assert distance_km(Place(0, 179.5), Place(0, -179.5)) == pytest.approx(111.2, rel=0.001)
