"""Thresholds from an operator's own labelled photos: held to their targets, refused on too few photos."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from sayso.engine import Progress
from sayso.errors import RefusedError, UsageError
from sayso.measure import CalibrationReport, calibrate, gathering
from sayso.measure.calibrate import _chosen
from sayso.measure.trials import Faces, search
from sayso.policy import Pack, load_pack
from sayso.vision import prepare

BASIS = "synthetic-people"
DEMO = Path(__file__).parents[2] / "demo" / "people"
TARGETS = (0.02, 0.1)


@pytest.fixture(scope="module")
def packs() -> list[Pack]:
    return [load_pack("CA")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """40 people, four photos each."""
    root = tmp_path_factory.mktemp("labelled")
    for person in sorted(DEMO.iterdir()):
        (root / person.name).mkdir()
        for photo in range(4):
            shutil.copy(person / f"{photo}.jpg", root / person.name)
    return root


@pytest.fixture(scope="module")
def held() -> list[Faces]:
    return []


@pytest.fixture(scope="module")
def report(folder: Path, packs: list[Pack], held: list[Faces]) -> CalibrationReport:
    # The package's function hides the module of the same name.
    module = sys.modules["sayso.measure.calibrate"]
    original = gathering.measured_faces

    @contextmanager
    def watched(*rest: object) -> Iterator[object]:
        with original(*rest) as both:  # type: ignore[arg-type]
            held.append(both[0])
            yield both

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "measured_faces", watched)
        return calibrate(
            folder,
            name="choir",
            basis=BASIS,
            packs=packs,
            store=prepare(),
            matched_fpir=TARGETS[0],
            review_fpir=TARGETS[1],
        )


def test_the_thresholds_hold_their_targets_and_say_on_what(report: CalibrationReport) -> None:
    assert 0 < report.matched.threshold < report.review.threshold < 1
    for one, target in zip((report.matched, report.review), TARGETS, strict=True):
        assert one.fpir.value is not None
        assert one.fpir.value <= target
        assert one.fpir.low is not None
        assert one.fpir.high is not None
        assert one.fpir.low <= one.fpir.value <= one.fpir.high
        assert round(one.threshold, 2) == one.threshold
    assert report.matched.fnir.value is not None
    assert report.review.fnir.value is not None
    assert report.review.fnir.value <= report.matched.fnir.value < 0.3
    assert (report.photos_enrolled, report.enrolled, report.searches) == (3, 20, 160)
    assert "rule of 30" in report.matched.note
    assert "160 searches" in report.calibration.basis_of
    assert report.counts.discarded == report.counts.measured == 160


def test_F12_no_vector_is_left(report: CalibrationReport, held: list[Faces]) -> None:
    assert len(held[0].vectors) == report.counts.measured
    assert not held[0].vectors.any()


def test_F7_a_target_that_so_few_photos_cannot_show_is_refused_before_any_face_is_measured(
    folder: Path, packs: list[Pack], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "_measure", lambda *_: pytest.fail("a face was measured"))
    with pytest.raises(RefusedError, match="rule of 3") as refused:
        calibrate(folder, name="choir", basis=BASIS, packs=packs)
    assert {reason.rule for reason in refused.value.reasons} == {"F7"}
    assert "3000" in refused.value.next_step
    assert "0.0188" in refused.value.next_step


def test_targets_the_wrong_way_round_make_no_sense(folder: Path, packs: list[Pack]) -> None:
    with pytest.raises(UsageError, match="no more often than review"):
        calibrate(folder, name="choir", basis=BASIS, packs=packs, matched_fpir=0.1, review_fpir=0.01)


def test_F12_few_people_and_no_basis_are_refused_as_for_rates(tmp_path: Path, folder: Path, packs: list[Pack]) -> None:
    shutil.copytree(folder / "P01", tmp_path / "P01")
    for where, basis in ((tmp_path, BASIS), (folder, "we asked")):
        with pytest.raises(RefusedError) as refused:
            calibrate(where, name="choir", basis=basis, packs=packs, matched_fpir=0.02, review_fpir=0.1)
        assert "F12" in {reason.rule for reason in refused.value.reasons}


def test_stopped_it_gives_no_thresholds(folder: Path, packs: list[Pack]) -> None:
    def stop(now: Progress) -> None:
        if now.done == 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        calibrate(folder, name="choir", basis=BASIS, packs=packs, matched_fpir=0.02, review_fpir=0.1, progress=stop)


def _clouds(people: int, photos: int, noise: float) -> Faces:
    """Points around a centre for each person."""
    random = np.random.default_rng(1)
    centres = random.normal(size=(people, 8))
    vectors = np.repeat(centres, photos, 0) + random.normal(size=(people * photos, 8)) * noise

    def distance(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.linalg.norm(a[:, None] - b[None], axis=2).astype(np.float32)

    return Faces(vectors.astype(np.float32), np.repeat(np.arange(people), photos), people, distance)


def test_a_threshold_is_the_largest_one_to_two_decimals_that_holds_its_target() -> None:
    faces = _clouds(40, 5, 0.3)
    searches = search(faces, 3)
    matched, _ = _chosen(searches, 40, 0.02, 0.1)
    strangers = searches.strangers.distances
    assert np.mean(strangers <= matched.threshold) <= 0.02 < np.mean(strangers <= matched.threshold + 0.01)
    assert matched.errors == np.count_nonzero(strangers <= matched.threshold)


def test_F7_people_who_cannot_be_told_apart_get_no_threshold() -> None:
    faces = _clouds(40, 5, 0.0)
    faces.vectors[...] = faces.vectors[0]
    with pytest.raises(RefusedError, match="no threshold"):
        _chosen(search(faces, 3), 40, 0.02, 0.1)
