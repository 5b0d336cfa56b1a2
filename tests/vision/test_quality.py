"""Quality measures against the poses, lights and blurs that the demo's pictures were made with."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.vision.align import Aligner
from sayso.vision.images import decode
from sayso.vision.locate import Locator
from sayso.vision.quality import Quality, assess, capture_advice, head_pose, hopeless, hopeless_at, inter_eye_distance

DEMO = Path(__file__).parents[2] / "demo"
GOOD = Quality(0.0, 0.0, 0.0, 60.0, 0.2, 0.5, 0.3)


Align = Callable[..., tuple[np.ndarray, np.ndarray]]


@pytest.fixture(scope="module")
def aligned(locator: Locator, aligner: Aligner) -> Align:
    """Chip and landmarks of the face in a picture; located in another picture when given (for pictures made worse)."""

    def align(rgb: np.ndarray, faces_of: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        found = locator.locate(rgb if faces_of is None else faces_of)
        result = aligner.align(rgb, found[:1])
        return result.chips[0], result.landmarks[0]

    return align


@pytest.fixture(scope="module")
def face(aligned: Align) -> tuple[np.ndarray, np.ndarray]:
    return aligned(decode(DEMO / "people" / "P07" / "0.jpg").rgb)


@pytest.fixture(scope="module")
def assessed(aligned: Align) -> list[tuple[dict, Quality]]:
    results = []
    for facts in sorted((DEMO / "people").glob("*/meta.json")):
        for photo in json.loads(facts.read_text())["photos"]:
            rgb = decode(facts.parent / f"{photo['k']}.jpg").rgb
            results.append((photo, assess(*aligned(rgb))))
    return results


def test_poses_agree_with_how_the_portraits_were_rendered(assessed):
    assert len(assessed) == 320
    for name, most in (("yaw", 3.5), ("pitch", 5.5), ("roll", 2.0)):
        errors = [abs(getattr(quality, name) - photo[name]) for photo, quality in assessed]
        assert np.mean(errors) < most, name


def test_signs_of_a_head_that_turns_left_right_and_up(aligned):
    folder = DEMO / "turns" / "P02"
    measured, true = [], []
    for frame in json.loads((folder / "meta.json").read_text())["frames"]:
        _, landmarks = aligned(decode(folder / f"frame_{frame['k']:02d}.jpg").rgb)
        measured.append(head_pose(landmarks)[:2])
        true.append((frame["yaw"], frame["pitch"]))
    yaw, pitch = np.corrcoef(np.transpose(measured), np.transpose(true))[[0, 1], [2, 3]]
    assert yaw > 0.97
    assert pitch > 0.5


def test_no_portrait_is_hopeless_and_every_frontal_one_is_a_capture(assessed):
    assert not any(hopeless(quality) for _, quality in assessed)
    frontal = [(photo, capture_advice(quality)) for photo, quality in assessed if photo["k"] == 0]
    assert [advice for _, advice in frontal if advice] == []


def test_far_turned_portraits_are_asked_to_look_at_the_camera(assessed):
    turned = [quality for photo, quality in assessed if abs(photo["yaw"]) > 30]
    asked = ["Look at the camera." in capture_advice(quality) for quality in turned]
    assert np.mean(asked) > 0.9


@pytest.mark.parametrize("person", ["P05", "P14", "P31"])
def test_what_goes_wrong_is_named(aligned, person):
    rgb = decode(DEMO / "people" / person / "0.jpg").rgb
    sharp = assess(*aligned(rgb))
    blurred = assess(*aligned(cv2.GaussianBlur(rgb, (0, 0), 3), rgb))
    assert blurred.sharpness < sharp.sharpness / 3
    assert any("Hold still" in line for line in capture_advice(blurred))
    dark = assess(*aligned((rgb * 0.15).astype(np.uint8), rgb))
    assert dark.luminance < 0.3 * sharp.luminance
    assert any("light" in line for line in capture_advice(dark))
    small = cv2.resize(rgb, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA)
    far = assess(*aligned(small))
    assert far.inter_eye_distance == pytest.approx(0.3 * sharp.inter_eye_distance, rel=0.15)
    assert capture_advice(far)[0] == "Come closer to the camera."
    assert not hopeless(far)


def test_a_speck_of_a_face_is_hopeless(face):
    chip, landmarks = face
    speck = assess(chip, landmarks * (7.9 / inter_eye_distance(landmarks)))
    assert hopeless(speck)
    assert hopeless_at(landmarks * (7.9 / inter_eye_distance(landmarks)))
    assert not hopeless_at(landmarks)


@given(angle=st.floats(-170, 170), scale=st.floats(0.1, 10), shift=st.floats(-500, 500))
@settings(max_examples=50, deadline=None)
def test_turning_a_picture_changes_roll_alone(face, angle, scale, shift):
    _, landmarks = face
    turn = np.radians(angle)
    rotation = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    moved = (landmarks @ rotation.T) * scale + shift
    yaw, pitch, roll = head_pose(landmarks)
    now = head_pose(moved)
    assert now[0] == pytest.approx(yaw, abs=0.01)
    assert now[1] == pytest.approx(pitch, abs=0.01)
    assert (now[2] - roll + angle + 180) % 360 - 180 == pytest.approx(0, abs=0.01)
    assert inter_eye_distance(moved) == pytest.approx(scale * inter_eye_distance(landmarks), rel=1e-3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"yaw": 30.0}, "Look at the camera"),
        ({"pitch": -25.0}, "Look at the camera"),
        ({"roll": 40.0}, "upright"),
        ({"inter_eye_distance": 20.0}, "closer"),
        ({"luminance": 0.9}, "bright"),
        ({"dynamic_range": 0.03}, "flat"),
        ({"sharpness": 0.01}, "still"),
    ],
)
def test_each_fault_has_its_own_advice(change, words):
    assert capture_advice(GOOD) == ()
    (line,) = capture_advice(replace(GOOD, **change))
    assert words in line


def test_a_flat_chip_has_no_sharpness(face):
    flat = np.full((150, 150, 3), 90, np.uint8)
    assert assess(flat, face[1]).sharpness == 0.0
