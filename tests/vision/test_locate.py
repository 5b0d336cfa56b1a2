"""Locating faces of people who do not exist, whose places are known."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from sayso.errors import UsageError
from sayso.values import Box
from sayso.vision.geometry import Picture
from sayso.vision.locate import Located, Locator
from sayso.vision.models import ModelStore

Reads = Callable[[str], Picture]


def place_of(box: Box, found: list[Located]) -> list[int]:
    return [number for number, one in enumerate(found) if one.box.iou(box) > 0.3]


def test_each_portrait_shows_one_face(locator: Locator, picture: Reads, portraits: dict[str, Box]) -> None:
    names = list(portraits)[::6]
    assert len(names) >= 40
    for name in names:
        found = locator.locate(picture(name))
        assert len(found) == 1, name
        assert place_of(portraits[name], found) == [0], name


def test_every_face_of_a_group_is_found(locator: Locator, picture: Reads, groups: dict[str, list[Box]]) -> None:
    names = list(groups)[1:13]
    for name in names:
        found = locator.locate(picture(name))
        places = [place for box in groups[name] for place in place_of(box, found)]
        assert sorted(places) == list(range(len(groups[name]))), name
        assert len(found) == len(groups[name]), name


def test_small_faces_are_found_when_asked_for(locator: Locator, picture: Reads, groups: dict[str, list[Box]]) -> None:
    name = max(groups, key=lambda one: len(groups[one]))
    photo = picture(name)
    shrunk = cv2.resize(photo, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    wall = np.full((1080, 1920, 3), 128, np.uint8)
    wall[600 : 600 + shrunk.shape[0], 900 : 900 + shrunk.shape[1]] = shrunk
    expected = [Box(900 + b.x / 5, 600 + b.y / 5, b.width / 5, b.height / 5) for b in groups[name]]
    plain = sum(bool(place_of(box, locator.locate(wall))) for box in expected)
    thorough = sum(bool(place_of(box, locator.locate(wall, small_faces=True))) for box in expected)
    assert plain < thorough
    assert thorough >= 0.9 * len(expected)


def test_points_lie_on_eyes_and_mouth(locator: Locator, picture: Reads, portraits: dict[str, Box]) -> None:
    (found,) = locator.locate(picture("people/P03/0.jpg"))
    left_eye, right_eye, nose, mouth, *_ = found.points
    assert left_eye[0] < nose[0] < right_eye[0]
    assert max(left_eye[1], right_eye[1]) < nose[1] < mouth[1]
    box = portraits["people/P03/0.jpg"]
    assert (found.points[:4] > [box.x, box.y]).all()
    assert (found.points[:4] < [box.right, box.bottom]).all()


def test_a_photo_without_faces_gives_none(locator: Locator) -> None:
    slope = np.linspace(0, 255, 640).astype(np.uint8)
    assert locator.locate(np.repeat(np.tile(slope, (480, 1))[..., None], 3, 2)) == []


def test_a_higher_threshold_never_finds_more(locator: Locator, picture: Reads) -> None:
    photo = picture("event/g05.jpg")
    counts = [len(locator.locate(photo, threshold=threshold)) for threshold in (0.3, 0.6, 0.9)]
    assert counts == sorted(counts, reverse=True)
    assert all(one.score >= 0.9 for one in locator.locate(photo, threshold=0.9))


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (700, 3), (40, 2000)])
def test_odd_shapes_do_no_harm(locator: Locator, shape: tuple[int, int]) -> None:
    assert locator.locate(np.zeros((*shape, 3), np.uint8)) == []


def test_photos_of_many_shapes_share_a_few_networks(store: ModelStore, picture: Reads) -> None:
    locator = Locator(store)
    photo = picture("people/P01/0.jpg")
    for wide in range(400, 800, 16):
        assert len(locator.locate(np.asarray(cv2.resize(photo, (wide, 600)), np.uint8), scales=(192, 768))) == 1
    assert len(locator._networks) <= 6


def test_threads_share_one_locator(locator: Locator, picture: Reads, groups: dict[str, list[Box]]) -> None:
    photos = [picture(name) for name in list(groups)[:8]]
    alone = [[one.box for one in locator.locate(photo)] for photo in photos]
    with ThreadPoolExecutor(4) as pool:
        together = [[one.box for one in found] for found in pool.map(locator.locate, photos)]
    assert alone == together


@pytest.mark.parametrize(
    "photo",
    [np.zeros((10, 10), np.uint8), np.zeros((10, 10, 4), np.uint8), np.zeros((9, 9, 3)), np.zeros((0, 9, 3), np.uint8)],
)
def test_anything_but_pixels_is_refused(locator: Locator, photo: Picture) -> None:
    with pytest.raises(UsageError, match="uint8"):
        locator.locate(photo)


@pytest.mark.parametrize("threshold", [0.0, 1.0, -1.0, float("nan")])
def test_a_threshold_that_is_no_score_is_refused(locator: Locator, threshold: float) -> None:
    with pytest.raises(UsageError, match="no score"):
        locator.locate(np.zeros((64, 64, 3), np.uint8), threshold=threshold)
