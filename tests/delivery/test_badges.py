"""Badges beside faces: none over another, none outside, each nearest to its own face."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.delivery.badges import draw_badges, place_badges
from sayso.values import Box

boxes = st.builds(Box, st.integers(0, 380), st.integers(0, 280), st.integers(8, 120), st.integers(8, 120))


def apart(badge, box: Box) -> float:
    across = max(box.x - badge.x, badge.x - box.right, 0)
    down = max(box.y - badge.y, badge.y - box.bottom, 0)
    return math.hypot(across, down)


@given(st.lists(boxes, max_size=30))
@settings(max_examples=50, deadline=None)
def test_badges_stay_inside_the_picture_and_never_touch(faces):
    badges = place_badges(faces, 400, 300, 26)
    assert len(badges) == len(faces)
    for number, badge in enumerate(badges):
        radius = badge.diameter / 2
        assert radius <= badge.x <= 400 - radius
        assert radius <= badge.y <= 300 - radius
        for other in badges[:number]:
            assert math.hypot(badge.x - other.x, badge.y - other.y) > badge.diameter


def test_a_badge_lies_beside_its_face_and_off_every_face():
    row = [Box(60 + 90 * column, 100, 60, 70) for column in range(6)]
    badges = place_badges(row, 640, 300, 26)
    assert {badge.diameter for badge in badges} == {26}
    for face, badge in zip(row, badges, strict=True):
        assert min(apart(badge, other) for other in row) >= 12
        assert apart(badge, face) == min(apart(badge, other) for other in row)


def test_a_full_picture_gets_smaller_badges_rather_than_hidden_ones():
    crowd = [Box(20 * column, 20 * row, 18, 18) for column in range(10) for row in range(10)]
    badges = place_badges(crowd, 200, 200, 40)
    assert len({(badge.x, badge.y) for badge in badges}) == 100
    assert badges[0].diameter < 20


def test_a_number_is_drawn_dark_on_light_at_its_badge():
    grey = np.full((300, 400, 3), 120, np.uint8)
    face = Box(150, 120, 60, 60)
    badges = place_badges([face], 400, 300, 30)
    drawn = draw_badges(grey, [face], badges, [7])
    assert (grey == 120).all()
    x, y = round(badges[0].x), round(badges[0].y)
    disc = drawn[y - 9 : y + 10, x - 9 : x + 10].astype(int).sum(2)
    assert disc.max() > 700
    assert disc.min() < 200
    assert not np.array_equal(drawn, draw_badges(grey, [face], badges, [8]))
