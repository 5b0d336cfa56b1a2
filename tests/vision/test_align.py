"""Aligning faces, from key points and from boxes alone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from sayso.values import Box
from sayso.vision.align import Aligned, Aligner, Template, mesh29
from sayso.vision.geometry import Picture, apply, similarity
from sayso.vision.locate import Locator
from sayso.vision.models import ModelStore

Reads = Callable[[str], Picture]


def eye_angle(aligned: Aligned) -> float:
    """In degrees, clockwise."""
    points = aligned.landmarks[0, :, :2]
    across, down = points[[362, 263]].mean(0) - points[[33, 133]].mean(0)
    return float(np.degrees(np.arctan2(down, across)))


def test_landmarks_lie_on_the_template(
    aligner: Aligner, locator: Locator, picture: Reads, portraits: dict[str, Box]
) -> None:
    template = mesh29()
    for name in list(portraits)[::20]:
        photo = picture(name)
        aligned = aligner.align(photo, locator.locate(photo))
        points = aligned.landmarks[0, template.points, :2]
        on_chip = apply(similarity(points, template.places), points)
        assert np.abs(on_chip - template.places).mean() < 8, name
        assert aligned.presence[0] > 0.9, name
        assert aligned.chips.shape == (1, 150, 150, 3)


def test_boxes_alone_give_the_same_landmarks_as_key_points(
    aligner: Aligner, locator: Locator, picture: Reads, portraits: dict[str, Box]
) -> None:
    for name in list(portraits)[::20]:
        photo = picture(name)
        located = locator.locate(photo)
        by_points = aligner.align(photo, located).landmarks[0]
        by_box = aligner.align_boxes(photo, [located[0].box]).landmarks[0]
        apart = np.linalg.norm(by_points[:, :2] - by_box[:, :2], axis=1).mean()
        assert apart < 0.03 * located[0].box.width, name


@pytest.mark.parametrize("degrees", [-35, -15, 15, 35])
def test_a_tilted_face_is_laid_upright_from_its_box(
    aligner: Aligner, picture: Reads, portraits: dict[str, Box], degrees: float
) -> None:
    photo = picture("people/P07/0.jpg")
    box = portraits["people/P07/0.jpg"]
    turn = cv2.getRotationMatrix2D(box.centre, degrees, 1.0)
    tilted = np.asarray(cv2.warpAffine(photo, turn, photo.shape[1::-1]), np.uint8)
    straight, slanted = aligner.align_boxes(photo, [box]), aligner.align_boxes(tilted, [box])
    assert eye_angle(slanted) - eye_angle(straight) == pytest.approx(-degrees, abs=3)
    apart = apply(np.asarray(turn), straight.landmarks[0, :, :2]) - slanted.landmarks[0, :, :2]
    assert np.linalg.norm(apart, axis=1).mean() < 0.06 * box.width


def test_depth_has_the_scale_of_the_photo(aligner: Aligner, picture: Reads, portraits: dict[str, Box]) -> None:
    photo, box = picture("people/P05/0.jpg"), portraits["people/P05/0.jpg"]
    doubled = np.asarray(cv2.resize(photo, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC), np.uint8)
    once = aligner.align_boxes(photo, [box]).landmarks[0]
    twice = aligner.align_boxes(doubled, [box.scaled(2)]).landmarks[0]
    assert np.ptp(twice[:, 2]) == pytest.approx(2 * np.ptp(once[:, 2]), rel=0.1)
    assert np.ptp(twice[:, 0]) == pytest.approx(2 * np.ptp(once[:, 0]), rel=0.05)


def test_a_batch_gives_what_single_faces_give(
    aligner: Aligner, locator: Locator, picture: Reads, groups: dict[str, list[Box]]
) -> None:
    name = max(groups, key=lambda one: len(groups[one]))
    photo = picture(name)
    located = (locator.locate(photo) * 2)[:11]
    together = aligner.align(photo, located)
    for number, one in enumerate(located):
        alone = aligner.align(photo, [one])
        np.testing.assert_allclose(together.landmarks[number], alone.landmarks[0], atol=0.01)
        assert np.abs(together.chips[number].astype(int) - alone.chips[0]).max() <= 2


def test_no_face_is_no_chip(aligner: Aligner) -> None:
    aligned = aligner.align_boxes(np.zeros((100, 100, 3), np.uint8), [])
    assert (aligned.chips.shape, aligned.landmarks.shape) == ((0, 150, 150, 3), (0, 468, 3))


def test_where_there_is_no_face_presence_is_low(aligner: Aligner, picture: Reads) -> None:
    photo = picture("event/g01.jpg")
    corner = aligner.align_boxes(photo, [Box(0, 0, 60, 60), Box(-500, -500, 50, 50)])
    assert (corner.presence < 0.5).all()


def test_another_template_gives_other_chips(store: ModelStore, picture: Reads, portraits: dict[str, Box]) -> None:
    small = Template(112, mesh29().points, mesh29().places * 112 / 150)
    aligned = Aligner(store, template=small).align_boxes(picture("people/P01/0.jpg"), [portraits["people/P01/0.jpg"]])
    assert aligned.chips.shape == (1, 112, 112, 3)
    assert aligned.chips.std() > 10


def test_threads_share_one_aligner(aligner: Aligner, picture: Reads, portraits: dict[str, Box]) -> None:
    names = list(portraits)[:12]
    jobs = [(picture(name), [portraits[name]]) for name in names]
    alone = [aligner.align_boxes(*job).landmarks for job in jobs]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda job: aligner.align_boxes(*job).landmarks, jobs))
    np.testing.assert_array_equal(alone, together)


def test_faces_laid_together_lie_as_each_alone(aligner: Aligner, picture: Reads, groups: dict[str, list[Box]]) -> None:
    name = max(groups, key=lambda one: len(groups[one]))
    photo, boxes = picture(name), groups[name]
    # More than one batch, and a rest.
    many = [*boxes, *boxes][:11]
    assert len(many) > 8
    together = aligner.align_boxes(photo, many)
    for number, box in enumerate(many):
        alone = aligner.align_boxes(photo, [box])
        np.testing.assert_allclose(together.landmarks[number], alone.landmarks[0], atol=0.2)
        assert np.abs(together.chips[number].astype(int) - alone.chips[0]).mean() < 1


def test_an_upright_face_is_laid_once_and_a_tilted_one_again(
    aligner: Aligner, picture: Reads, portraits: dict[str, Box], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[int] = []
    mesh = aligner._mesh
    monkeypatch.setattr(aligner, "_mesh", lambda rgb, squares: (laid.append(len(squares)), mesh(rgb, squares))[1])
    photo, box = picture("people/P07/0.jpg"), portraits["people/P07/0.jpg"]
    upright = eye_angle(aligner.align_boxes(photo, [box]))
    assert abs(upright) < 5
    assert laid == [1]
    turned = np.asarray(cv2.warpAffine(photo, cv2.getRotationMatrix2D(box.centre, 30, 1.0), photo.shape[1::-1]))
    laid.clear()
    aligner.align_boxes(turned.astype(np.uint8), [box])
    assert len(laid) > 1


@pytest.mark.parametrize("quarters", [1, 3])
def test_a_lying_face_is_laid_upright_from_its_box(
    aligner: Aligner, picture: Reads, portraits: dict[str, Box], quarters: int
) -> None:
    for name in list(portraits)[::60]:
        photo, box = picture(name), portraits[name]
        upright = aligner.align_boxes(photo, [box]).chips[0].astype(int)
        high, wide = photo.shape[:2]
        # The corners of the box in the photo turned anticlockwise by 90 degrees, so many times.
        left, top, right, bottom = box.x, box.y, box.right, box.bottom
        for turn in range(quarters):
            across = high if turn % 2 else wide
            left, top, right, bottom = top, across - right, bottom, across - left
        lying = np.ascontiguousarray(np.rot90(photo, quarters))
        chip = aligner.align_boxes(lying, [Box(left, top, right - left, bottom - top)]).chips[0].astype(int)
        assert np.abs(chip - upright).mean() < 12, name
