"""The committed sample of hard scenes: its truth fits its pictures, and what closes faces finds most of them."""

import hashlib
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PIL import Image

from sayso.values import Box
from sayso.vision import Closer, Locator, grown, prepare

HARD = Path(__file__).parents[2] / "demo" / "hard"
KINDS = {"hand", "hat", "mask", "sunglasses", "other head", "other body", "panel", "edge"}
SIZES = (12.0, 80.0)
LEAST_SEEN = 0.25

#: Measured on this sample: 0.98 of all faces, and of those within 30 degrees of upright.
ALL_FLOOR, UPRIGHT_FLOOR = 0.94, 0.94


class Scene(NamedTuple):
    truth: dict
    rgb: np.ndarray
    file: bytes


class Found(NamedTuple):
    face: dict
    closed: bool


def as_box(edges: list[float]) -> Box:
    left, top, right, bottom = edges
    return Box(left, top, right - left, bottom - top)


def standard_quality(quality: int) -> int:
    """The first step of the luminance table in a JPEG file of this quality (ITU-T T.81 K.1, scaled as libjpeg does)."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return max(1, min(255, (16 * scale + 50) // 100))


@pytest.fixture(scope="module")
def scenes() -> list[Scene]:
    made = []
    for path in sorted(HARD.glob("[0-9]*.json")):
        truth = json.loads(path.read_text())
        data = HARD.joinpath(truth["file"]).read_bytes()
        with Image.open(io.BytesIO(data)) as picture:
            made.append(Scene(truth, np.asarray(picture.convert("RGB")), data))
    return made


@pytest.fixture(scope="module")
def closed_or_not(scenes: list[Scene], tmp_path_factory: pytest.TempPathFactory) -> list[Found]:
    """Every face of the sample, and whether one closed area would cover 95 % of its middle."""
    closer = Closer(Locator(prepare(tmp_path_factory.mktemp("models"))))
    found = []
    for scene in scenes:
        areas = [grown(region.box) for region in closer.regions(scene.rgb)]
        for face in scene.truth["faces"]:
            box = as_box(face["box"])
            middle = Box(box.x + 0.2 * box.width, box.y + 0.25 * box.height, 0.6 * box.width, 0.6 * box.height)
            found.append(Found(face, any(area.overlap(middle) >= 0.95 * middle.area for area in areas)))
    return found


def all_faces(scenes: list[Scene]) -> Iterator[tuple[dict, dict]]:
    for scene in scenes:
        for face in scene.truth["faces"] + scene.truth["hidden_faces"]:
            yield scene.truth, face


def test_the_sample_is_whole_and_small():
    manifest = json.loads((HARD / "manifest.json").read_text())
    files = {path.name: path for path in HARD.iterdir() if path.name != "manifest.json"}
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()} == manifest["sha256"]
    assert manifest["items"] == 12
    assert sum(path.stat().st_size for path in HARD.iterdir()) <= 1_500_000


def test_pictures_have_the_size_and_quality_that_the_truth_states(scenes):
    assert len(scenes) == 12
    for truth, rgb, file in scenes:
        assert rgb.shape == (truth["height"], truth["width"], 3)
        with Image.open(io.BytesIO(file)) as picture:
            assert picture.quantization[0][0] == standard_quality(truth["quality"])
        assert 30 <= truth["quality"] <= 95


def test_boxes_lie_inside_and_are_the_seen_part_of_the_whole_face(scenes):
    for scene, face in all_faces(scenes):
        frame = Box(0, 0, scene["width"], scene["height"])
        box, whole = as_box(face["box"]), as_box(face["whole_box"])
        assert box.area == pytest.approx(box.overlap(frame))
        assert box.area == pytest.approx(whole.overlap(frame), rel=0.02)
        assert ("edge" in face["hidden"]) <= (box.area < whole.area)


def test_sizes_are_those_of_the_boxes(scenes):
    for _, face in all_faces(scenes):
        whole = as_box(face["whole_box"])
        assert SIZES[0] <= face["size"] <= SIZES[1]
        # The box of a tilted face is larger than the face, but never smaller, and not by more than its diagonal.
        shorter = min(whole.width, whole.height)
        assert 0.9 * face["size"] <= shorter <= 1.75 * face["size"]


def test_what_hides_a_face_adds_up_with_what_is_seen(scenes):
    for scene, face in all_faces(scenes):
        assert set(face["hidden"]) <= KINDS
        assert set(face["hidden"]) & {"hand", "hat", "mask", "sunglasses"} <= set(face["wears"])
        assert face["seen"] + sum(face["hidden"].values()) == pytest.approx(1, abs=0.03)
        assert (face["seen"] >= LEAST_SEEN) == (face in scene["faces"])


def test_skin_is_where_the_truth_says_that_a_face_is(scenes):
    """A bare face in soft light is brighter in red than in blue, more than its surroundings are on average."""
    warmer = []
    for truth, rgb, _ in scenes:
        for face in truth["faces"]:
            if face["size"] < 24 or face["seen"] < 0.9 or abs(face["yaw"]) > 60:
                continue
            left, top, right, bottom = (round(edge) for edge in face["box"])
            wide, high = right - left, bottom - top
            inner = rgb[top + high // 4 : bottom - high // 4, left + wide // 4 : right - wide // 4].astype(float)
            warmth = (inner[..., 0] - inner[..., 2]).mean()
            warmer.append(warmth > (rgb[..., 0].astype(float) - rgb[..., 2]).mean())
    assert len(warmer) >= 10
    assert np.mean(warmer) >= 0.9


def test_the_sample_is_hard_in_every_way(scenes):
    faces = [face for scene in scenes for face in scene.truth["faces"]]
    assert len(faces) >= 90
    assert len({face["id"] for face in faces}) == len(faces)
    for kind in KINDS - {"panel"}:
        assert any(face["hidden"].get(kind, 0) >= 0.05 for face in faces), kind
    assert sum(abs(face["yaw"]) >= 75 for face in faces) >= 20
    assert {int(face["tilt"] // 90) for face in faces} == {0, 1, 2, 3}
    assert sum(face["size"] < 24 for face in faces) >= 20
    assert {scene.truth["hard_light"] for scene in scenes} == {True, False}
    assert any(scene.truth["blur"]["length"] >= 3 for scene in scenes)


def test_L9_most_hard_faces_are_closed(closed_or_not):
    pytest.importorskip("yuface")
    share = np.mean([found.closed for found in closed_or_not])
    upright = [found.closed for found in closed_or_not if min(found.face["tilt"], 360 - found.face["tilt"]) < 30]
    assert len(upright) >= 50
    assert share >= ALL_FLOOR
    assert np.mean(upright) >= UPRIGHT_FLOOR
