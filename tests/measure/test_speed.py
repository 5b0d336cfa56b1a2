"""Measuring speed: what the rows say, that nobody's face is measured for it, and that nothing is left of a trial."""

from __future__ import annotations

import hashlib
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from sayso.archive import MadeKind, measure_growth, measure_speed
from sayso.engine import Progress
from sayso.errors import ModelError, UsageError
from sayso.measure import PeakMemory, SpeedReport, made, speed
from sayso.measure.rounds import Timed, run_rounds
from sayso.measure.speed_bound import located_pixels, operations
from sayso.measure.speed_others import (
    DLIB_ALIGN,
    DLIB_LOCATE,
    DLIB_MEASURE,
    DLIB_VECTORS,
    ONE_BY_ONE,
    TWO_STAGES,
    two_stages,
)
from sayso.measure.speed_stages import look
from sayso.vision import Aligner, Locator, decode, near, perceptual_hash, prepare, read_cues
from sayso.vision.runtime import load_openvino

DEMO = Path(__file__).parents[2] / "demo" / "event"
SMALL = MadeKind(640, 480, 2)
STAGES = {
    "read",
    "decode",
    "decode, as small as locating allows",
    "decode, as small as searching allows",
    "locate",
    "align",
    "measure",
    "compare with 1,000 templates",
    "locate all that may be a face",
    "redact",
    "encode",
    "from file to vectors",
}


def digest(rgb: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(rgb).data).hexdigest()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where temporary folders, keys and seals of this module go."""
    root = tmp_path_factory.mktemp("place")
    (root / "tmp").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tempfile, "tempdir", str(root / "tmp"))
        patch.setenv("SAYSO_KEYS", str(root / "keys"))
        patch.setenv("SAYSO_STATE", str(root / "state"))
        patch.setenv("SAYSO_WORKERS", "1")
        yield root


def left_over(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two photos, one that is cut off, and a text."""
    root = tmp_path_factory.mktemp("given")
    for name in ("g00", "g01"):
        (root / f"{name}.jpg").write_bytes((DEMO / f"{name}.jpg").read_bytes())
    (root / "cut off.jpg").write_bytes((DEMO / "g02.jpg").read_bytes()[:9000])
    (root / "notes.txt").write_text("no picture")
    return root


@pytest.fixture(scope="module")
def aligned() -> set[str]:
    """Digests of the pixels in which faces were aligned during the run below."""
    return set()


@pytest.fixture(scope="module")
def report(place: Path, folder: Path, aligned: set[str]) -> SpeedReport:
    assert place.is_dir()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("align", "align_boxes"):
            patch.setattr(Aligner, name, _watched(getattr(Aligner, name), aligned))
        return measure_speed(folder, rounds=1)


def _watched(original: Any, seen: set[str]) -> Any:
    def watched(self: Aligner, rgb: np.ndarray, *rest: Any) -> Any:
        seen.add(digest(rgb))
        return original(self, rgb, *rest)

    return watched


def test_every_stage_and_both_commands_are_timed(report: SpeedReport) -> None:
    steps = {part: {row.step for row in report.rows if row.part == part} for part in ("stage", "whole", "other")}
    assert steps["stage"] == STAGES
    assert steps["whole"] == {speed.ADD, speed.FIND}
    assert {ONE_BY_ONE, DLIB_LOCATE, DLIB_ALIGN, DLIB_MEASURE, DLIB_VECTORS} <= steps["other"]
    assert all(row.seconds and min(row.seconds) > 0 for row in report.rows)
    assert not report.partial


def test_F12_no_face_of_a_given_photo_is_aligned_or_measured(
    report: SpeedReport, folder: Path, aligned: set[str]
) -> None:
    given = {
        digest(decode(path, longest=longest).rgb)
        for path in folder.glob("g*.jpg")
        for longest in (None, 1536, 768, 600, 400, 300, 200)
    }
    assert aligned
    assert not aligned & given
    assert any("No face of anybody was measured" in note for note in report.notes)


def test_given_photos_are_located_in_and_added(report: SpeedReport, folder: Path) -> None:
    locator = Locator(prepare())
    faces = [len(locator.locate(decode(path, longest=768).rgb)) for path in sorted(folder.glob("g*.jpg"))]
    (add,) = (row for row in report.rows if row.step == speed.ADD)
    (locate,) = (row for row in report.rows if row.step == "locate")
    assert add.faces_per_photo == locate.faces_per_photo == statistics.mean(faces)


def test_what_cannot_be_read_is_named(report: SpeedReport) -> None:
    assert {Path(one.name).name for one in report.skipped} == {"cut off.jpg", "notes.txt"}


def test_nothing_is_left_of_the_trial(report: SpeedReport, place: Path) -> None:
    assert report.rows
    assert left_over(place) == []


def test_ratios_and_paces_follow_from_the_medians(report: SpeedReport) -> None:
    rows = {row.step: row for row in report.rows}
    small, whole = rows["decode, as small as locating allows"], rows["decode"]
    assert small.against == "decode"
    assert small.ratio == pytest.approx(whole.median / small.median)
    measure = rows["measure"]
    assert measure.per_second["photos"] == pytest.approx(1 / measure.median / measure.faces_per_photo)
    assert measure.bound is not None
    assert measure.share_of_bound == pytest.approx(measure.bound / measure.median)


def test_json_and_rows_of_a_table_hold_the_same(report: SpeedReport) -> None:
    facts = report.to_json()
    head, *rows = report.to_rows()
    assert facts["rows"] == [dict(zip(head, row, strict=True)) for row in rows]
    assert len(rows) == len(report.rows)
    assert head[:3] == ("part", "step", "unit")


def test_a_stopped_run_reports_what_was_finished(place: Path) -> None:
    def stop(now: Progress) -> None:
        if now.done == now.total:
            raise KeyboardInterrupt

    stopped = measure_speed(photos=1, kind=SMALL, rounds=1, progress=stop)
    assert stopped.partial
    assert stopped.to_json()["partial"] is True
    assert [row.step for row in stopped.rows] == [speed.ADD, speed.FIND]
    assert left_over(place) == []


def test_rounds_take_turns_and_the_first_does_not_count() -> None:
    order: list[str] = []
    table = [Timed("a", 1, lambda: order.append("a")), Timed("b", 2, lambda: order.append("b"))]
    assert run_rounds(table, 2, lambda: None)
    assert order == ["a", "b"] * 3
    assert [len(one.seconds) for one in table] == [2, 2]


def test_a_folder_without_photos_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(UsageError, match="no photo"):
        measure_speed(tmp_path)
    with pytest.raises(UsageError):
        measure_speed(tmp_path / "missing")


def test_made_photos_are_what_was_asked_for_and_no_copies_of_each_other() -> None:
    locator = Locator(prepare())
    hashes = []
    for number in range(3):
        data = made.made_photo(number, SMALL)
        assert data == made.made_photo(number, SMALL)
        picture = decode(data)
        assert picture.rgb.shape == (480, 640, 3)
        assert len(locator.locate(picture.rgb)) == SMALL.faces
        taken = read_cues(picture.exif).taken_at
        assert taken is not None
        assert made.OCCASION.holds(taken)
        hashes.append(perceptual_hash(picture.rgb))
    assert not near(hashes[0], hashes[1])
    assert not near(hashes[1], hashes[2])


def test_operations_are_counted_from_shapes() -> None:
    openvino = load_openvino()
    ops = openvino.opset13
    pixels = ops.parameter([1, 3, 8, 8], np.float32)
    window = ops.constant(np.ones((4, 3, 3, 3), np.float32))
    deep = ops.convolution(pixels, window, [1, 1], [0, 0], [0, 0], [1, 1])
    flat = ops.reshape(deep, np.array([1, 144]), False)
    out = ops.matmul(flat, ops.constant(np.ones((144, 5), np.float32)), False, False)
    assert operations(openvino.Model([out], [pixels])) == 2 * (4 * 6 * 6 * 3 * 3 * 3) + 2 * 144 * 5


def test_a_longer_photo_has_fewer_pixels_to_look_at() -> None:
    assert located_pixels(4000, 3000) == located_pixels(3000, 4000)
    assert located_pixels(4000, 2000) < located_pixels(4000, 3000)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_memory_of_workers_counts() -> None:
    with PeakMemory() as before:
        pass
    with PeakMemory() as during:
        subprocess.run([sys.executable, "-c", "import time; x = b'x' * 200_000_000; time.sleep(0.5)"], check=True)
    assert before.bytes is not None
    assert during.bytes is not None
    assert during.bytes - before.bytes > 150_000_000


def network(path: Path, side: int) -> Path:
    """The mean of a picture, as an ONNX network that takes it in the usual form."""
    given = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, side, side])
    mean = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3, 1, 1])
    graph = helper.make_graph([helper.make_node("GlobalAveragePool", ["x"], ["y"])], "mean", [given], [mean])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=10), path)
    return path


def test_two_networks_by_path_are_timed_and_a_missing_dlib_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "dlib", None)
    detector, recognizer = network(tmp_path / "d.onnx", 640), network(tmp_path / "r.onnx", 112)
    sample = speed.Sample(tuple(made.write_photos(tmp_path / "photos", range(1), SMALL)), SMALL, 2, 1)
    stages = speed.time_stages(sample, rounds=1, detector=detector, recognizer=recognizer)
    assert TWO_STAGES in {row.step for row in stages.rows}
    assert not any("by path" in note for note in stages.notes)
    assert any("dlib is not installed" in note for note in stages.notes)
    assert not any("dlib" in row.step for row in stages.rows)


def test_networks_that_do_not_fit_are_named(tmp_path: Path) -> None:
    photos = [look(made.made_photo(0, SMALL), Locator(prepare()))]
    detector = network(tmp_path / "d.onnx", 640)
    with pytest.raises(UsageError, match="both"):
        speed.check(SMALL, detector, None)
    with pytest.raises(UsageError, match="does not run"):
        two_stages(photos, detector, network(tmp_path / "odd.onnx", 100))
    (tmp_path / "text.onnx").write_text("no network")
    with pytest.raises(ModelError):
        two_stages(photos, detector, tmp_path / "text.onnx")


def test_an_archive_grows_step_by_step_and_is_gone_afterwards(place: Path) -> None:
    told: list[Progress] = []
    steps, finished = measure_growth(10, step=4, progress=told.append)
    assert finished
    assert [one.photos for one in steps] == [4, 8, 10]
    assert all(one.add > 0 and one.find > 0 and one.database_bytes > 0 for one in steps)
    assert [one.done for one in told] == [4, 8, 10]
    assert left_over(place) == []


def test_a_stopped_growth_gives_back_its_finished_steps(place: Path) -> None:
    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    steps, finished = measure_growth(8, step=4, progress=stop)
    assert not finished
    assert [one.photos for one in steps] == [4]
    assert left_over(place) == []
    with pytest.raises(UsageError):
        measure_growth(10**7)
