"""What redaction leaves: nothing of a face, for no recogniser; nothing changed elsewhere; and never twice the same."""

import sys
from collections.abc import Callable

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from sayso.values import Box
from sayso.vision.align import Aligner, mesh29
from sayso.vision.geometry import similarity, warp
from sayso.vision.locate import Locator
from sayso.vision.models import ModelStore
from sayso.vision.recognize import load_recognizer
from sayso.vision.redact import BLOCKS_ACROSS, BLOCKS_DOWN, TONE, grown, redact

Groups = dict[str, list[Box]]
Read = Callable[[str], np.ndarray]
Change = Callable[[np.ndarray, Box], np.ndarray]
GROUP = "event/g07.jpg"


@pytest.fixture(scope="module")
def rgb(picture: Read) -> np.ndarray:
    return picture(GROUP)


@pytest.fixture(scope="module")
def faces(groups: Groups) -> list[Box]:
    return groups[GROUP]


def pixels(box: Box) -> tuple[slice, slice]:
    """The pixels that lie wholly in the box."""
    return (
        slice(max(int(np.ceil(box.y)), 0), max(int(np.floor(box.bottom)), 0)),
        slice(max(int(np.ceil(box.x)), 0), max(int(np.floor(box.right)), 0)),
    )


def test_L9_nothing_of_the_face_is_left_and_nothing_else_changes(rgb, faces):
    before = rgb.copy()
    out, mask = redact(rgb, faces)
    assert np.array_equal(rgb, before)
    assert out.dtype == np.uint8
    for face in faces:
        assert (mask[pixels(face)] == 255).all()
    assert np.array_equal(out[mask == 0], rgb[mask == 0])
    assert 0 < (mask == 255).mean() < 0.3


def test_L9_no_pixel_of_a_face_reaches_what_covers_it(rgb, faces, monkeypatch):
    """With the same noise, whatever was under the covers, and around them as far as hair reaches, they are the same."""
    covers = sys.modules[redact.__module__]
    monkeypatch.setattr(covers, "_system_noise", lambda *shape: np.random.default_rng(5).normal(size=shape))
    chance = np.random.default_rng(1)
    other = rgb.copy()
    for face in faces:
        window = pixels(grown(face))
        other[window] = chance.integers(0, 256, other[window].shape, dtype=np.uint8)
    first, mask = redact(rgb, faces)
    second, _ = redact(other, faces)
    assert (rgb[mask == 255] != other[mask == 255]).mean() > 0.9
    assert np.array_equal(first[mask == 255], second[mask == 255])


def test_L9_what_covers_a_face_tells_nothing_of_the_photo(rgb, faces):
    """One tone, whatever the light: even which of a few it is would tell photos, and so people, apart."""
    for picture in (rgb, rgb // 4, np.full_like(rgb, 250), 255 - rgb):
        covered = np.mean([redact(picture, faces)[0] for _ in range(25)], axis=0)
        for face in faces:
            assert np.abs(covered[pixels(face)].mean((0, 1)) - TONE).max() < 5


def test_what_covers_a_face_is_smooth(rgb, faces):
    inside = redact(rgb, faces[:1])[0][pixels(faces[0])].astype(float)
    assert np.abs(np.diff(inside, axis=0)).max() <= 6
    assert np.abs(np.diff(inside, axis=1)).max() <= 6
    assert BLOCKS_ACROSS * BLOCKS_DOWN <= 36


def test_a_photo_may_be_covered_wholly():
    out, mask = redact(np.zeros((80, 80, 3), np.uint8), [Box(-20, -20, 120, 120)])
    assert (mask == 255).all()
    assert out.min() > 40


def test_L9_the_noise_is_new_each_time(rgb, faces):
    first, second = redact(rgb, faces)[0], redact(rgb, faces)[0]
    np.random.seed(7)
    third = redact(rgb, faces)[0]
    np.random.seed(7)
    fourth = redact(rgb, faces)[0]
    for one, other in ((first, second), (third, fourth)):
        for face in faces:
            assert (one[pixels(face)] != other[pixels(face)]).mean() > 0.5


def test_the_covered_area_reaches_over_hair_chin_and_ears(rgb, faces):
    face = faces[0]
    _, mask = redact(rgb, [face])
    x, y = (round(value) for value in grown(face).centre)
    assert mask[round(face.y - 0.3 * face.height), x] == 255
    assert mask[round(face.bottom + 0.15 * face.height), x] == 255
    assert mask[y, round(face.x - 0.2 * face.width)] == 255
    assert mask[y, round(face.right + 0.2 * face.width)] == 255


def test_the_edge_is_soft(rgb, faces):
    out, mask = redact(rgb, faces[:1])
    assert ((mask > 0) & (mask < 255)).sum() > 0.05 * (mask == 255).sum()
    assert np.abs(np.diff(mask.astype(int), axis=1)).max() < 60
    edge = (mask > 0) & (mask < 255)
    assert not np.array_equal(out[edge], rgb[edge])


def test_L9_an_open_face_is_not_touched_by_its_neighbour(rgb):
    closed, opened = Box(300, 300, 100, 120), Box(405, 300, 100, 120)
    out, mask = redact(rgb, [closed], keep=[opened])
    assert np.array_equal(out[300:420, 405:505], rgb[300:420, 405:505])
    assert (mask[pixels(closed)] == 255).all()
    assert (redact(rgb, [closed])[1][300:420, 405:420] > 0).any()


def test_L9_what_is_closed_never_stays_open_inside_an_open_box(rgb):
    closed, opened = Box(300, 300, 100, 120), Box(280, 280, 300, 300)
    out, mask = redact(rgb, [closed], keep=[opened])
    assert (mask[pixels(closed)] == 255).all()
    assert (out[pixels(closed)] != rgb[pixels(closed)]).any(axis=2).mean() > 0.9
    assert np.array_equal(out[430:570, 280:570], rgb[430:570, 280:570])


sizes = st.floats(0.5, 400)
places = st.floats(-200, 500)


@given(
    boxes=st.lists(st.builds(Box, places, places, sizes, sizes), max_size=5),
    kept=st.builds(Box, places, places, sizes, sizes),
)
@settings(max_examples=50, deadline=None)
def test_L9_boxes_anywhere_are_covered(boxes, kept):
    rgb = np.random.default_rng(3).integers(0, 256, (240, 320, 3), dtype=np.uint8)
    out, mask = redact(rgb, boxes, keep=[kept])
    assert np.array_equal(out[mask == 0], rgb[mask == 0])
    for box in boxes:
        assert (mask[pixels(box)] == 255).all()
    own = np.zeros_like(mask)
    for box in boxes:
        # Every pixel that a closed box touches may be covered, so one more pixel on each side.
        own[pixels(Box(box.x - 1, box.y - 1, box.width + 2, box.height + 2))] = 1
    assert not (mask[pixels(kept)] > own[pixels(kept)] * 255).any()


def test_no_region_changes_nothing(rgb):
    out, mask = redact(rgb, [])
    assert np.array_equal(out, rgb)
    assert out is not rgb
    assert not mask.any()


def test_L9_a_tiny_face_is_not_kept_pixel_by_pixel():
    rgb = np.zeros((60, 60, 3), np.uint8)
    rgb[::2, ::2] = 255
    out, mask = redact(rgb, [Box(28, 28, 4, 4)])
    inside = out[mask == 255]
    assert inside.std(axis=0).max() < 40
    assert rgb[mask == 255].std(axis=0).max() > 80


def test_L9_a_recogniser_does_no_better_than_chance(
    store: ModelStore, locator: Locator, aligner: Aligner, picture: Read
):
    """The searcher knows where each face was to the pixel, has a photo of each of the 40 people, and may close it too.

    Unredacted photos (nearly all found), a blur and a mosaic as editors use them (both found more often than by
    chance) are the controls: the same searches do find people where something is left of them.
    """
    recognizer = load_recognizer(store)
    template = mesh29()
    people = [f"people/P{number:02d}" for number in range(1, 41)]
    faces = {}
    for person in people:
        for number in range(5):
            photo = picture(f"{person}/{number}.jpg")
            found = locator.locate(photo)[:1]
            landmarks = aligner.align(photo, found).landmarks[0]
            place = similarity(landmarks[template.points, :2], template.places)
            faces[person, number] = photo, found[0].box, place

    def vectors(number: int, change: Change) -> np.ndarray:
        chips = []
        for person in people:
            photo, box, place = faces[person, number]
            chips.append(warp(change(photo, box), place, template.size))
        out = np.empty((len(chips), recognizer.dimension), np.float32)
        recognizer.measure(np.stack(chips), out)
        return out

    gallery = vectors(0, lambda photo, _: photo)

    def found_first(change: Change, among: np.ndarray) -> int:
        ranks = [recognizer.distance(vectors(number, change), among).argmin(1) for number in range(1, 5)]
        return int((np.array(ranks) == np.arange(len(people))).sum())

    def blurred(photo: np.ndarray, box: Box) -> np.ndarray:
        return cv2.GaussianBlur(photo, (0, 0), box.width / 20)

    def mosaic(photo: np.ndarray, box: Box) -> np.ndarray:
        out, window = photo.copy(), pixels(grown(box))
        few = cv2.resize(photo[window], (16, 20), interpolation=cv2.INTER_AREA)
        out[window] = cv2.resize(few, photo[window].shape[1::-1], interpolation=cv2.INTER_NEAREST)
        return out

    def closed(photo: np.ndarray, box: Box) -> np.ndarray:
        return redact(photo, [box])[0]

    searches = 4 * len(people)
    most_by_chance = binom.ppf(0.9999, searches, 1 / len(people))
    assert found_first(lambda photo, _: photo, gallery) > 0.8 * searches
    assert found_first(blurred, gallery) > 2 * most_by_chance
    assert found_first(mosaic, vectors(0, mosaic)) > most_by_chance
    assert found_first(closed, gallery) <= most_by_chance
    assert found_first(closed, vectors(0, closed)) <= most_by_chance
