"""Locating for redaction on the demo's group photos: no face of 24 pixels or more may be missed, however tilted."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.errors import UsageError
from sayso.values import Box
from sayso.vision.close import BLAZEFACE, LARGE_THRESHOLD, THRESHOLDS, TURNED, YUFACE, Closer, Region, _enough, merged
from sayso.vision.locate import Locator
from sayso.vision.models import ModelStore
from sayso.vision.redact import grown

pytest.importorskip("yuface")

Groups = dict[str, list[Box]]
Read = Callable[[str], np.ndarray]
SOME = [f"event/g{number:02d}.jpg" for number in (3, 24, 45, 66)]


@pytest.fixture(scope="module")
def closer(locator: Locator) -> Closer:
    return Closer(locator)


def is_closed(face: Box, regions: list[Region]) -> bool:
    """Whether redaction would cover the inner face (eyes to mouth): 95 % of the middle of its box by a single area."""
    inner = Box(face.x + 0.2 * face.width, face.y + 0.25 * face.height, 0.6 * face.width, 0.6 * face.height)
    return any(grown(region.box).overlap(inner) >= 0.95 * inner.area for region in regions)


def is_false(region: Region, faces: list[Box]) -> bool:
    return not any(region.box.overlap(face) > 0.25 * min(face.area, region.box.area) for face in faces)


def test_L9_no_face_is_missed_and_little_else_is_closed(closer, picture: Read, groups: Groups):
    false_shares = []
    for name in SOME:
        rgb = picture(name)
        regions = closer.regions(rgb)
        assert all(is_closed(face, regions) for face in groups[name])
        false_area = sum(region.box.area for region in regions if is_false(region, groups[name]))
        false_shares.append(false_area / (rgb.shape[0] * rgb.shape[1]))
    assert np.median(false_shares) < 0.02
    assert np.mean(false_shares) < 0.05


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("width", [40, 32, 26])
def test_L9_small_faces_are_not_missed(closer, picture: Read, groups: Groups, name, width):
    factor = width / min(face.width for face in groups[name])
    small = cv2.resize(picture(name), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    regions = closer.regions(small)
    assert all(is_closed(face.scaled(factor), regions) for face in groups[name])


@pytest.mark.parametrize("degrees", [30, -60, 90, 120, 180])
def test_L9_tilted_and_lying_heads_are_not_missed(closer, picture: Read, groups: Groups, degrees):
    name = SOME[1]
    rgb = picture(name)
    high, wide = rgb.shape[:2]
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, 1.0)
    size = round(np.hypot(wide, high))
    turn[:, 2] += (size - wide) / 2, (size - high) / 2
    turned = cv2.warpAffine(rgb, turn, (size, size))
    regions = closer.regions(turned)
    for face in groups[name]:
        x, y = turn[:, :2] @ face.centre + turn[:, 2]
        half = 0.3 * face.width
        inner = Box(x - half, y - half, 2 * half, 2 * half)
        assert any(grown(region.box).overlap(inner) >= 0.95 * inner.area for region in regions)


@pytest.mark.parametrize("name", SOME)
def test_L9_a_face_that_the_edge_cuts_in_half_is_not_missed(closer, picture: Read, groups: Groups, name):
    leftmost = min(groups[name], key=lambda face: face.x)
    cut = round(leftmost.centre[0])
    regions = closer.regions(np.ascontiguousarray(picture(name)[:, cut:]))
    half = Box(0, leftmost.y, leftmost.right - cut, leftmost.height)
    inner = Box(0, half.y + 0.25 * half.height, 0.6 * half.width, 0.6 * half.height)
    assert any(grown(region.box).overlap(inner) >= 0.95 * inner.area for region in regions)


def test_a_place_must_be_surer_the_larger_it_is(closer, picture: Read):
    needed = [_enough(share, 0.2, 0.45) for share in (0.0001, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.5)]
    assert needed == sorted(needed)
    assert needed[:2] == [0.2, 0.2]
    assert needed[-2:] == [0.45, 0.45]
    # Half-way by what the share grows by, not by how much.
    assert needed[3] == pytest.approx(0.325)
    rgb = picture(SOME[3])
    for region in closer.regions(rgb):
        share = region.box.area / (rgb.shape[0] * rgb.shape[1])
        assert region.score >= _enough(share, THRESHOLDS[region.source], LARGE_THRESHOLD)


def test_it_finds_what_the_locator_alone_misses(closer, locator: Locator, picture: Read, groups: Groups):
    """A head upside down is what BlazeFace misses at its own threshold; without such a case the union would be idle."""
    name = SOME[1]
    upside_down = np.ascontiguousarray(picture(name)[::-1, ::-1])
    high, wide = upside_down.shape[:2]
    faces = [Box(wide - face.right, high - face.bottom, face.width, face.height) for face in groups[name]]
    alone = [Region(found.box, found.score, BLAZEFACE) for found in locator.locate(upside_down)]
    assert not all(is_closed(face, alone) for face in faces)
    assert all(any(face.iou(region.box) > 0.2 for region in closer.regions(upside_down)) for face in faces)


def test_the_same_photo_gives_the_same_regions(closer, picture: Read):
    rgb = picture(SOME[0])
    first = closer.regions(rgb)
    assert first == closer.regions(rgb.copy())
    assert first == sorted(first, key=lambda region: -region.box.area)
    assert {region.source for region in first} <= set(closer.sources)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (20, 20), (40, 1000)])
def test_pictures_of_any_shape_are_looked_at(closer, shape):
    for region in closer.regions(np.full((*shape, 3), 128, np.uint8)):
        assert region.box.x >= 0
        assert region.box.right <= shape[1]
        assert region.box.bottom <= shape[0]


def test_what_is_no_picture_is_refused(closer):
    with pytest.raises(UsageError):
        closer.regions(np.zeros((10, 10), np.uint8))


def test_without_yuface_the_locator_looks_alone(store: ModelStore):
    """In a process of its own, in which importing yuface fails as it does on systems that have no wheel."""
    program = """
import sys
sys.modules["yuface"] = None
import numpy as np
from pathlib import Path
from PIL import Image
from sayso.vision.close import Closer
from sayso.vision.locate import Locator
from sayso.vision.models import prepare
closer = Closer(Locator(prepare(Path(sys.argv[1]))))
regions = closer.regions(np.asarray(Image.open(sys.argv[2]).convert("RGB")))
print(closer.sources, sorted({region.source for region in regions}))
"""
    photo = Path(__file__).parents[2] / "demo" / SOME[0]
    done = subprocess.run(
        [sys.executable, "-c", program, str(store.folder), str(photo)], capture_output=True, text=True, check=True
    )
    sources = ["blazeface", "blazeface, photo turned"]
    assert done.stdout.strip() == f"{tuple(sources)} {sources}"


boxes = st.builds(Box, st.floats(0, 500), st.floats(0, 500), st.floats(1, 300), st.floats(1, 300))
regions = st.lists(st.builds(Region, boxes, st.floats(0, 1), st.sampled_from([BLAZEFACE, YUFACE, TURNED])), max_size=12)


@given(found=regions)
@settings(max_examples=50, deadline=None)
def test_merging_loses_no_place(found):
    kept = merged(found)
    assert all(any(one.box == other.box for other in found) for one in kept)
    for region in found:
        assert any(one.box.overlap(region.box) >= 0.4 * region.box.area for one in kept)
    if found:
        assert max(one.score for one in kept) == max(one.score for one in found)


@given(found=regions, chance=st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_merging_does_not_depend_on_order(found, chance):
    mixed = list(found)
    chance.shuffle(mixed)
    assert merged(found) == merged(mixed)


def test_of_two_boxes_of_a_face_the_larger_stays():
    small, large = Box(110, 110, 80, 90), Box(100, 100, 100, 120)
    assert merged([Region(small, 0.9, YUFACE), Region(large, 0.5, BLAZEFACE)]) == [Region(large, 0.9, BLAZEFACE)]


def test_a_huge_box_swallows_no_small_face():
    small, huge = Region(Box(110, 110, 40, 40), 0.9, YUFACE), Region(Box(0, 0, 500, 500), 0.4, YUFACE)
    assert merged([small, huge]) == [huge, small]
