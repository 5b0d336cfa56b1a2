"""L9 for whoever reviews: a crop shows one face, and nobody else who stands beside it."""

from __future__ import annotations

import pytest

from sayso.delivery import crop
from sayso.ground import Sight
from sayso.measure.copies import covered_in
from sayso.values import Box
from sayso.vision import decode, encode_jpeg
from sayso.vision.images import RgbArray
from tests.house import COVERED, DEMO, OPEN, boxes


@pytest.mark.parametrize("listed", [True, False])
def test_L9_a_crop_shows_its_own_face_and_closes_who_stands_close_by(listed: bool) -> None:
    """Cheek by cheek; the neighbour is closed whether the archive lists their face or not."""
    photo, own, other = _cheek_by_cheek()
    source, faces = encode_jpeg(photo, quality=95), [own, other] if listed else [own]
    made = decode(crop(source, face=own, faces=faces, closer=Sight().closer, longest=2000)).rgb
    side = made.shape[0]
    left, top = _corner(own, side, photo.shape[1], photo.shape[0])
    covered = covered_in(photo[top : top + side, left : left + side], made)
    assert covered[_inner(own, left, top, side)].mean() < OPEN
    beside = covered[_inner(other, left, top, side)]
    assert beside.shape[1] >= 8, "the neighbour must reach into the crop"
    assert beside.mean() > COVERED


def test_a_crop_at_the_rim_stays_inside_the_photo_and_is_no_larger_than_asked() -> None:
    source = DEMO / "event" / "g00.jpg"
    made = decode(crop(source, face=Box(0, 0, 200, 200), faces=[], closer=Sight().closer, longest=120)).rgb
    assert made.shape[:2] == (120, 120)


def _cheek_by_cheek() -> tuple[RgbArray, Box, Box]:
    """A demo photo in which one person's face was put right beside another's."""
    photo = decode(DEMO / "event" / "g00.jpg").rgb.copy()
    places = sorted((Box(x, y, r - x, b - y) for x, y, r, b in boxes("g00").values()), key=lambda box: box.x)
    own, away = places[0], places[-1]
    grown = 0.1 * away.width
    head = photo[
        round(away.y - grown) : round(away.bottom + grown), round(away.x - grown) : round(away.right + grown)
    ].copy()
    left, top = round(own.right + 0.02 * own.width), round(own.centre[1] - head.shape[0] / 2)
    photo[top : top + head.shape[0], left : left + head.shape[1]] = head
    return photo, own, Box(left + grown, top + grown, away.width, away.height)


def _corner(place: Box, side: int, wide: int, high: int) -> tuple[int, int]:
    """Where the square around a face begins in the photo."""
    across, down = place.centre
    return min(max(round(across - side / 2), 0), wide - side), min(max(round(down - side / 2), 0), high - side)


def _inner(box: Box, left: int, top: int, side: int) -> tuple[slice, slice]:
    """The part of a face's inside that lies in the square, as rows and columns of it."""
    inside = Box(box.x + box.width * 0.2 - left, box.y + box.height * 0.2 - top, box.width * 0.6, box.height * 0.6)
    rows = slice(max(round(inside.y), 0), min(round(inside.bottom), side))
    return rows, slice(max(round(inside.x), 0), min(round(inside.right), side))
