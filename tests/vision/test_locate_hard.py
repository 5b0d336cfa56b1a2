"""Locating where it is hard: small, hidden, turned, tilted and cut-off faces of rendered scenes, and lying photos."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from sayso.values import Box
from sayso.vision import second_detector
from sayso.vision.geometry import Picture
from sayso.vision.locate import SCALES, Located, Locator

Reads = Callable[[str], Picture]
Way = Callable[[Picture], list[Located]]


class Scene(NamedTuple):
    rgb: Picture
    faces: list[Box]
    hidden: list[Box]


@pytest.fixture(scope="module")
def scenes(demo: Path, picture: Reads) -> list[Scene]:
    made = []
    for path in sorted((demo / "hard").glob("[0-9]*.json")):
        truth = json.loads(path.read_text())
        faces, hidden = ([box_of(one["box"]) for one in truth[kind]] for kind in ("faces", "hidden_faces"))
        made.append(Scene(picture(f"hard/{path.stem}.jpg"), faces, hidden))
    return made


def box_of(edges: list[float]) -> Box:
    left, top, right, bottom = edges
    return Box(left, top, right - left, bottom - top)


def finds(found: Box, face: Box) -> bool:
    x, y = found.centre
    return face.x <= x <= face.right and face.y <= y <= face.bottom and 0.2 <= found.area / face.area <= 5


def tally(look: Way, scenes: list[Scene]) -> tuple[int, int]:
    """How many faces are found, and how many boxes lie on no face at all."""
    hits = false = 0
    for scene in scenes:
        boxes = [one.box for one in look(scene.rgb)]
        hits += sum(any(finds(box, face) for box in boxes) for face in scene.faces)
        everybody = scene.faces + scene.hidden
        false += sum(all(box.overlap(face) <= 0.3 * min(box.area, face.area) for face in everybody) for box in boxes)
    return hits, false


def test_more_hard_faces_are_found_than_upright_and_still_more_closely(locator: Locator, scenes: list[Scene]) -> None:
    faces = sum(len(scene.faces) for scene in scenes)
    upright, _ = tally(lambda rgb: locator.locate(rgb, scales=SCALES, threshold=0.5), scenes)
    usual, usual_false = tally(locator.locate, scenes)
    close, close_false = tally(lambda rgb: locator.locate(rgb, small_faces=True), scenes)
    assert upright + 0.1 * faces < usual
    assert usual + 0.1 * faces < close
    # A false face costs: it is measured as somebody.
    assert usual_false <= 0.3 * len(scenes)
    assert close_false <= 0.6 * len(scenes)


def test_doubtful_boxes_are_no_parts_of_other_faces(locator: Locator, scenes: list[Scene]) -> None:
    for scene in scenes:
        found = locator.locate(scene.rgb)
        sure = [one for one in found if one.score >= 0.5]
        for one in found:
            if one.score < 0.5:
                assert all(one.box.overlap(other.box) <= 0.5 * min(one.box.area, other.box.area) for other in sure)


def test_it_locates_where_the_second_detector_is_not_installed(
    locator: Locator, scenes: list[Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("yuface")
    both, _ = tally(locator.locate, scenes)
    monkeypatch.setattr(second_detector, "_YUFACE", None)
    monkeypatch.setattr(second_detector, "AVAILABLE", False)
    made = []
    resize = cv2.resize
    monkeypatch.setattr(cv2, "resize", lambda rgb, shape, **how: made.append(max(shape)) or resize(rgb, shape, **how))
    alone, _ = tally(locator.locate, scenes)
    assert 0 < alone < both
    assert set(made) == set(SCALES), "no size is made for a detector that is not there"


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_lying_photos_are_seen_through_when_asked_for(
    locator: Locator, picture: Reads, groups: dict[str, list[Box]], quarters: int
) -> None:
    photo = picture("event/g05.jpg")
    high, wide = photo.shape[:2]
    lying = np.ascontiguousarray(np.rot90(photo, -quarters))
    found = locator.locate(lying, small_faces=True)
    for face in groups["event/g05.jpg"]:
        x, y = face.centre
        place = {1: (high - y, x), 2: (wide - x, high - y), 3: (y, wide - x)}[quarters]
        near = [one for one in found if np.hypot(*np.subtract(one.box.centre, place)) < 0.35 * face.width]
        assert len(near) == 1
        # The eyes tell which way up the face is: the line from the left to the right one turned with the photo.
        across, down = near[0].points[1] - near[0].points[0]
        turned = np.degrees(np.arctan2(down, across)) - 90 * quarters
        assert abs((turned + 180) % 360 - 180) < 45


def test_the_second_detector_says_where_eyes_and_mouth_are(picture: Reads) -> None:
    pytest.importorskip("yuface")
    finds = second_detector.look(picture("people/P03/0.jpg"), 0.8)
    assert len(finds.boxes) == len(finds.scores) == 1
    left_eye, right_eye, nose, *mouth = finds.points[0]
    assert left_eye[0] < nose[0] < right_eye[0]
    assert left_eye[1] < nose[1] < min(corner[1] for corner in mouth)
    left, top, width, height = finds.boxes[0]
    assert (finds.points[0] > [left, top]).all()
    assert (finds.points[0] < [left + width, top + height]).all()
