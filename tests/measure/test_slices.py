"""Rates by band and group are those of the comparisons in them, and of nobody who could be told apart by them."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from sayso.errors import UsageError
from sayso.measure.accuracy_report import Slices
from sayso.measure.intervals import draw_people
from sayso.measure.portraits import GROUPS, read_folder
from sayso.measure.slices import LEAST_PEOPLE, POSE, SHARPNESS, SIZE, Pictured, slices
from sayso.measure.trials import Faces, Floats

PEOPLE, PHOTOS = 48, 4


def euclidean(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.linalg.norm(a[:, None] - b[None], axis=2), np.float32)


@pytest.fixture(scope="module")
def people() -> tuple[Faces, Pictured]:
    """People on a plane: a small picture of somebody lies further from their other ones."""
    random = np.random.default_rng(4)
    person = np.repeat(np.arange(PEOPLE), PHOTOS)
    size = random.choice([12.0, 24.0, 48.0], len(person), p=[0.25, 0.25, 0.5]).astype(np.float32)
    spread = np.where(size < 16, 0.5, 0.1)[:, None]
    vectors = random.uniform(0, 12, (PEOPLE, 2))[person] + spread * random.normal(size=(len(person), 2))
    turn = random.uniform(0, 60, len(person)).astype(np.float32)
    sharpness = np.full(len(person), 0.1, np.float32)
    faces = Faces(np.asarray(vectors, np.float32), person, PEOPLE, euclidean)
    return faces, Pictured(size, turn, sharpness)


def told(people: tuple[Faces, Pictured], group: list[int] | None = None, names: tuple[str, ...] = ()) -> Slices:
    faces, pictured = people
    groups = (np.array(group), names) if group is not None else None
    found = slices(faces, pictured, groups, draw_people(PEOPLE, 100, 1))
    assert found is not None
    return found


def by_hand(faces: Faces, threshold: float, level: np.ndarray, band: int) -> tuple[float, float, int, int]:
    """Both rates of one band, one pair after another."""
    wrong, count = [0, 0], [0, 0]
    for one, other in combinations(range(len(faces.person)), 2):
        if min(level[one], level[other]) != band:
            continue
        same = int(faces.person[one] == faces.person[other])
        near = float(euclidean(faces.vectors[[one]], faces.vectors[[other]])[0, 0]) <= threshold
        count[same] += 1
        wrong[same] += near != bool(same)
    return wrong[1] / count[1], wrong[0] / count[0], count[1], count[0]


def test_each_band_has_the_rates_of_its_comparisons(people: tuple[Faces, Pictured]) -> None:
    faces, pictured = people
    found = told(people)
    # The report rounds; take the pairs at the unrounded threshold, which lies just below a distance.
    distances = euclidean(faces.vectors, faces.vectors)
    impostor = np.sort(distances[np.triu(faces.person[:, None] != faces.person[None], 1)])
    threshold = float(np.nextafter(impostor[int(len(impostor) * found.fmr + 1e-9)], np.float32(0)))
    assert round(threshold, 2) == found.threshold
    (bands,) = (one for one in found.bands if one.title == SIZE.title)
    assert [band.name for band in bands.bands] == list(SIZE.names)
    level = np.digitize(pictured.size, SIZE.edges)
    for place in range(3):
        band = bands.bands[place]
        fnmr, fmr, genuine, others = by_hand(faces, threshold, level, place)
        assert (band.genuine, band.impostor) == (genuine, others)
        assert band.fnmr.value == pytest.approx(fnmr)
        assert band.fmr.value == pytest.approx(fmr)
        assert band.fnmr.low is not None
        assert band.fnmr.high is not None
        assert band.fnmr.low <= fnmr <= band.fnmr.high
    assert bands.bands[0].fnmr.value > 2 * bands.bands[2].fnmr.value  # type: ignore[operator]


def test_every_comparison_is_in_one_band_of_each_kind(people: tuple[Faces, Pictured]) -> None:
    pairs = PEOPLE * PHOTOS * (PEOPLE * PHOTOS - 1) // 2
    found = told(people)
    assert [one.title for one in found.bands] == [SIZE.title, POSE.title, SHARPNESS.title]
    for one in found.bands:
        assert sum(band.genuine + band.impostor for band in one.bands) == pairs


def test_the_frontal_band_of_poses_is_the_best(people: tuple[Faces, Pictured]) -> None:
    faces, pictured = people
    turned = told((faces, Pictured(pictured.size, np.full_like(pictured.turn, 40), pictured.sharpness)))
    (bands,) = (one for one in turned.bands if one.title == POSE.title)
    assert [band.genuine > 0 for band in bands.bands] == [True, False, False]


def test_groups_are_compared_within_themselves_and_the_worst_with_the_best(people: tuple[Faces, Pictured]) -> None:
    faces, pictured = people
    half = PEOPLE // 2
    # In the second group all pictures are small.
    vectors = faces.vectors.copy()
    second = faces.person >= half
    vectors[second] += np.random.default_rng(8).normal(scale=0.6, size=(int(second.sum()), 2)).astype(np.float32)
    found = told(
        (Faces(vectors, faces.person, PEOPLE, euclidean), pictured), [0] * half + [1] * half, ("first", "second")
    )
    assert found.groups is not None
    first, other = found.groups.groups
    assert (first.name, first.persons, first.impostor) == ("first", half, half * (half - 1) // 2 * PHOTOS**2)
    assert first.fnmr.value is not None
    assert other.fnmr.value is not None
    assert found.groups.fnmr_ratio.value == pytest.approx(other.fnmr.value / first.fnmr.value)
    assert found.groups.fnmr_ratio.low is not None
    assert found.groups.fnmr_ratio.low > 1


def test_F12_nothing_is_said_about_a_small_group(people: tuple[Faces, Pictured]) -> None:
    few = LEAST_PEOPLE - 1
    found = told(people, [0] * few + [1] * (PEOPLE - few), ("few", "many"))
    assert found.groups is not None
    few_told, many_told = found.groups.groups
    assert (few_told.fnmr.value, few_told.fmr.value) == (None, None)
    assert few_told.fnmr.note == f"too few people: {few} of {LEAST_PEOPLE}"
    assert many_told.fnmr.value is not None
    assert found.groups.fnmr_ratio.value is None


def test_F12_nothing_is_said_about_a_band_with_few_people(people: tuple[Faces, Pictured]) -> None:
    faces, pictured = people
    size = np.full_like(pictured.size, 48)
    size[: PHOTOS * (LEAST_PEOPLE - 1)] = 12
    found = told((faces, Pictured(size, pictured.turn, pictured.sharpness)))
    worst = next(one for one in found.bands if one.title == SIZE.title).bands[0]
    assert worst.impostor > 0
    assert (worst.fnmr.value, worst.fmr.value) == (None, None)


def test_too_few_comparisons_have_no_slices(people: tuple[Faces, Pictured]) -> None:
    faces, pictured = people
    some = np.arange(40)
    small = Faces(faces.vectors[some], faces.person[some], PEOPLE, euclidean)
    parts = (part[some] for part in (pictured.size, pictured.turn, pictured.sharpness))
    assert slices(small, Pictured(*parts), None, draw_people(PEOPLE, 10, 1)) is None


def test_groups_come_from_a_table_in_the_folder(tmp_path: Path) -> None:
    for name in ("ada", "bo", "cy"):
        (tmp_path / name).mkdir()
    (tmp_path / GROUPS).write_text("person,group\ncy,north\nada,south\n", "utf-8")
    groups = read_folder(tmp_path).groups
    assert groups is not None
    assert (groups.of.tolist(), groups.names) == ([1, -1, 0], ("north", "south"))


@pytest.mark.parametrize("text", ["ada;north\n", "", "person,group\n"])
def test_what_is_no_table_of_groups_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / GROUPS).write_text(text, "utf-8")
    with pytest.raises(UsageError, match="no table of groups"):
        read_folder(tmp_path)


def test_a_group_of_somebody_who_has_no_folder_is_said_without_the_name(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / GROUPS).write_text("person,group\nada,x\nbo,y\n", "utf-8")
    with pytest.raises(UsageError, match="line 3") as told:
        read_folder(tmp_path)
    assert "bo" not in str(told.value).split()
