"""Similarity transforms, warps and the merging of double boxes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from hypothesis.extra.numpy import arrays

from sayso.vision.geometry import Reals, apply, invert, merge_doubles, overlaps, similarity, square, warp

quick = settings(max_examples=50, deadline=None)


@some.composite
def boxes_with_scores(draw: some.DrawFn) -> tuple[Reals, Reals, Reals]:
    count = draw(some.integers(1, 30))
    whole = some.integers(0, 60)
    corners = draw(arrays(np.float64, (count, 2), elements=whole))
    sides = draw(arrays(np.float64, (count, 2), elements=some.integers(1, 40)))
    scores = draw(arrays(np.float64, count, elements=some.floats(0.01, 1.0)))
    return np.hstack([corners, corners + sides]), scores, corners * 2 + 1


@quick
@given(
    angle=some.floats(-np.pi, np.pi),
    scale=some.floats(0.05, 20),
    shift=some.tuples(some.floats(-500, 500), some.floats(-500, 500)),
    points=arrays(np.float64, (5, 2), elements=some.integers(-200, 200), unique=True),
)
def test_similarity_recovers_a_rotation_scale_and_shift(
    angle: float, scale: float, shift: tuple[float, float], points: Reals
) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    true = np.hstack([turn, np.array(shift)[:, None]])
    np.testing.assert_allclose(similarity(points, apply(true, points)), true, atol=1e-6 * max(scale, 1))


def test_similarity_does_not_mirror() -> None:
    points = np.array([[0.0, 0], [10, 0], [10, 20], [0, 20]])
    found = similarity(points, points * [-1, 1])
    assert np.linalg.det(found[:, :2]) > 0


def test_similarity_of_coinciding_points_is_refused() -> None:
    with pytest.raises(ValueError, match="coincide"):
        similarity(np.ones((3, 2)), np.zeros((3, 2)))


@quick
@given(
    centre=some.tuples(some.floats(0, 4000), some.floats(0, 4000)),
    side=some.floats(10, 2000),
    angle=some.floats(-np.pi, np.pi),
)
def test_a_square_is_laid_upright_and_back(centre: tuple[float, float], side: float, angle: float) -> None:
    transform = square(np.array(centre), side, angle, 192)
    along = np.array([np.cos(angle), np.sin(angle)]) * side / 2
    np.testing.assert_allclose(apply(transform, np.array(centre)), [96, 96], atol=1e-6)
    np.testing.assert_allclose(apply(transform, centre + along), [192, 96], atol=1e-6)
    np.testing.assert_allclose(apply(invert(transform), np.array([192.0, 96])), centre + along, atol=1e-6)


def test_shrinking_does_not_alias() -> None:
    stripes = np.zeros((800, 800, 3), np.uint8)
    stripes[:, ::2] = 255
    small = warp(stripes, square(np.array([400.0, 400]), 800, 0.0, 100), 100)
    assert np.abs(small[10:-10, 10:-10].astype(int) - 127).max() <= 2


def test_shrinking_keeps_places() -> None:
    photo = np.zeros((900, 900, 3), np.uint8)
    photo[596:605, 296:305] = 255
    transform = square(np.array([450.0, 450]), 900, 0.3, 150)
    small = warp(photo, transform, 150)[..., 0].astype(float)
    rows, columns = np.indices(small.shape)
    middle = np.array([(columns * small).sum(), (rows * small).sum()]) / small.sum()
    np.testing.assert_allclose(middle, apply(transform, np.array([300.0, 600])), atol=0.15)


def test_beyond_the_photo_it_is_black() -> None:
    photo = np.full((50, 50, 3), 200, np.uint8)
    out = warp(photo, square(np.array([0.0, 0]), 100, 0.0, 100), 100)
    assert not out[:49, :49].any()
    assert (out[60:90, 60:90] == 200).all()


@quick
@given(boxes_with_scores())
def test_merging_again_changes_nothing(found: tuple[Reals, Reals, Reals]) -> None:
    once = merge_doubles(*found)
    for first, second in zip(once, merge_doubles(*once), strict=True):
        np.testing.assert_array_equal(first, second)


@quick
@given(boxes_with_scores(), some.randoms(use_true_random=False))
def test_merging_does_not_depend_on_order(found: tuple[Reals, Reals, Reals], chance: object) -> None:
    order = list(range(len(found[1])))
    chance.shuffle(order)  # type: ignore[attr-defined]
    for first, second in zip(merge_doubles(*found), merge_doubles(*(part[order] for part in found)), strict=True):
        np.testing.assert_array_equal(first, second)


@quick
@given(boxes_with_scores(), some.floats(0.01, 1.0))
def test_a_lone_box_is_never_dropped(found: tuple[Reals, Reals, Reals], score: float) -> None:
    boxes, scores, extras = found
    lone = np.array([[500.0, 500, 530, 540]])
    merged, tops, others = merge_doubles(
        np.vstack([boxes, lone]), np.append(scores, score), np.vstack([extras, [[7.0, 8]]])
    )
    (place,) = np.flatnonzero((merged == lone).all(1))
    assert tops[place] == score
    np.testing.assert_array_equal(others[place], [7, 8])


@quick
@given(boxes_with_scores())
def test_after_merging_no_two_boxes_mean_the_same(found: tuple[Reals, Reals, Reals]) -> None:
    boxes, scores, _ = merge_doubles(*found)
    assert scores.max() == found[1].max()
    assert (np.diff(scores) <= 0).all()
    for number, box in enumerate(boxes):
        shared, inside = overlaps(box, np.delete(boxes, number, 0))
        assert (shared <= 0.3).all()
        assert (inside <= 0.75).all()


def test_doubles_become_their_weighted_mean() -> None:
    boxes = np.array([[0.0, 0, 10, 10], [2, 0, 12, 10]])
    merged, scores, extras = merge_doubles(boxes, np.array([0.9, 0.3]), np.array([[0.0], [4.0]]))
    np.testing.assert_allclose(merged, [[0.5, 0, 10.5, 10]])
    np.testing.assert_allclose(scores, [0.9])
    np.testing.assert_allclose(extras, [[1.0]])


def test_nothing_merges_to_nothing() -> None:
    merged, scores, extras = merge_doubles(np.empty((0, 4)), np.empty(0), np.empty((0, 12)))
    assert (merged.shape, scores.shape, extras.shape) == ((0, 4), (0,), (0, 12))
