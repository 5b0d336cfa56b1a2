"""The recogniser in int8: made once, checked before it is used, and never in the way where it is not to be had."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from sayso.errors import ModelError
from sayso.vision import quantize, runtime
from sayso.vision.geometry import Picture
from sayso.vision.models import ModelStore
from sayso.vision.quantize import MOST_LOST, Checked, check, find_int8, prepare_int8, recognizer_precision
from sayso.vision.recognize import DlibRecognizer, OnnxRuntimeRecognizer, Recognizer, load_recognizer
from sayso.vision.rendered import sheet

from .test_recognize import MEASURES_AND_WAITS, memory_of

Chips = tuple[Picture, npt.NDArray[np.intp]]

pytestmark = pytest.mark.skipif(not runtime.multiplies_int8(), reason="this processor has no instructions for int8")

_MAKES = """
import socket, sys

def blocked(event, details):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        print("tried", event, file=sys.stderr)
        raise PermissionError(event)

sys.addaudithook(blocked)
from pathlib import Path
from sayso.vision import ModelStore, prepare_int8
made = prepare_int8(ModelStore(Path(sys.argv[1])), lambda text: print(text, file=sys.stderr))
print(made.path)
"""


@pytest.fixture(scope="module")
def with_int8(store: ModelStore, tmp_path_factory: pytest.TempPathFactory) -> ModelStore:
    """A store in which int8 was made, by a process of its own that can reach no network."""
    folder = shutil.copytree(store.folder, tmp_path_factory.mktemp("int8") / "models")
    done = subprocess.run(
        [sys.executable, "-c", _MAKES, str(folder)], capture_output=True, text=True, check=False, timeout=300
    )
    assert "tried" not in done.stderr, done.stderr
    assert done.stdout == f"{folder / 'dlib-resnet-29-1-int8.xml'}\n", done.stderr
    return ModelStore(folder)


@pytest.fixture
def plain(store: ModelStore, tmp_path: Path) -> ModelStore:
    """A store of this test's own in which int8 was never made."""
    return ModelStore(Path(shutil.copytree(store.folder, tmp_path / "models")))


@pytest.fixture
def copied(with_int8: ModelStore, tmp_path: Path) -> ModelStore:
    """The same, to be damaged."""
    return ModelStore(Path(shutil.copytree(with_int8.folder, tmp_path / "models")))


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Nobody has asked for a precision."""
    monkeypatch.delenv("SAYSO_PRECISION", raising=False)
    runtime.precision.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    runtime.precision.cache_clear()
    runtime.multiplies_int8.cache_clear()


def vectors_of(recognizer: Recognizer, chips: Picture) -> npt.NDArray[np.float32]:
    out = np.empty((len(chips), recognizer.dimension), np.float32)
    recognizer.measure(chips, out)
    return out


def test_nobody_is_quantised_with_and_checked_on() -> None:
    made_with, checked_on = sheet("quantise", 150)[0], sheet("check", 150)[0]
    assert (made_with.shape, checked_on.shape) == ((96, 150, 150, 3), (224, 150, 150, 3))
    assert len(np.unique(sheet("check", 150)[1])) == 28
    first = made_with[:, ::5, ::5].reshape(96, -1).astype(np.float32)
    for chip in checked_on[:, ::5, ::5].reshape(224, -1).astype(np.float32):
        assert np.abs(first - chip).mean(1).min() > 5


def test_what_was_made_passed_the_check(with_int8: ModelStore) -> None:
    facts = json.loads((with_int8.folder / "int8.json").read_text("utf-8"))
    rates = facts["equal_error_rates"]
    assert 0.005 < rates["full"] < 0.05
    assert rates["int8"] <= rates["full"] + MOST_LOST
    assert rates["mixed"] <= rates["full"] + MOST_LOST


def test_int8_is_used_where_it_was_made(with_int8: ModelStore, store: ModelStore, unasked: pytest.MonkeyPatch) -> None:
    assert recognizer_precision(with_int8) == "int8"
    assert recognizer_precision(store) == runtime.precision()
    for asked in ("bf16", "f32"):
        runtime.precision.cache_clear()
        unasked.setenv("SAYSO_PRECISION", asked)
        assert recognizer_precision(with_int8) == asked


def test_vectors_in_int8_and_in_f32_can_be_compared(with_int8: ModelStore, chips: Chips) -> None:
    whole = vectors_of(DlibRecognizer(with_int8, precision="f32"), chips[0])
    small = vectors_of(DlibRecognizer(with_int8, precision="int8"), chips[0])
    apart = np.linalg.norm(whole - small, axis=1)
    assert apart.min() > 0, "it must be another network"
    assert apart.mean() < 0.06
    assert apart.max() < 0.2
    recognizer = DlibRecognizer(with_int8, precision="int8")
    thresholds = recognizer.card.calibration("synthetic-40")
    distances, same = recognizer.distance(small, whole), chips[1][:, None] == chips[1][None]
    assert (distances[same] <= thresholds.review).mean() > 0.85
    assert (distances[~same] <= thresholds.matched).mean() < 0.005


@pytest.mark.parametrize("count", [1, 5])
def test_any_number_of_chips_is_measured_as_one_by_one(with_int8: ModelStore, chips: Chips, count: int) -> None:
    recognizer = DlibRecognizer(with_int8, precision="int8")
    together = vectors_of(recognizer, chips[0][:count])
    alone = [vectors_of(recognizer, chip[None])[0] for chip in chips[0][:count]]
    np.testing.assert_allclose(together, np.array(alone), atol=0.02)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="the memory of a process is read through /proc")
@pytest.mark.usefixtures("unasked")
def test_F4_no_vector_in_int8_stays_in_the_memory_of_the_process(
    with_int8: ModelStore, chips: Chips, tmp_path: Path
) -> None:
    np.save(tmp_path / "chips.npy", chips[0][:20])
    vectors = vectors_of(DlibRecognizer(with_int8, precision="int8"), chips[0][:20])
    needles = [vector[60:64].tobytes() for vector in vectors]

    def left(kept: str) -> int:
        arguments = [str(with_int8.folder), str(tmp_path / "chips.npy"), "DlibRecognizer", kept]
        command = [sys.executable, "-c", MEASURES_AND_WAITS, *arguments]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            found = sum(region.count(needle) for region in memory_of(process.pid) for needle in needles)
            process.communicate("")
        return found

    assert left("kept") >= 20, "the search must see vectors that are there"
    assert left("wiped") == 0


def test_making_again_makes_nothing(with_int8: ModelStore) -> None:
    said: list[str] = []
    assert prepare_int8(with_int8, said.append) == find_int8(with_int8)
    assert said == []


@pytest.mark.usefixtures("unasked")
@pytest.mark.parametrize("damage", ["bit", "gone", "manifest", "other-source"])
def test_a_damaged_network_is_not_used(copied: ModelStore, damage: str) -> None:
    weights, manifest = copied.folder / "dlib-resnet-29-1-int8.bin", copied.folder / "int8.json"
    match damage:
        case "bit":
            data = weights.read_bytes()
            weights.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
        case "gone":
            weights.unlink()
        case "manifest":
            manifest.write_text('{"files"', "utf-8")
        case _:
            facts = json.loads(manifest.read_text("utf-8"))
            manifest.write_text(json.dumps(facts | {"source": "0" * 64}), "utf-8")
    assert recognizer_precision(copied) == runtime.precision()
    assert "sayso models prepare" in find_int8(copied).why
    with pytest.raises(ModelError, match="cannot run in int8"):
        DlibRecognizer(copied, precision="int8")
    made = load_recognizer(copied)
    assert isinstance(made, DlibRecognizer)


def test_a_damaged_network_is_made_again(copied: ModelStore, unasked: pytest.MonkeyPatch) -> None:
    whole = {path.name: path.read_bytes() for path in copied.folder.glob("*int8*")}
    (copied.folder / "dlib-resnet-29-1-int8.bin").write_bytes(b"")
    # Whoever makes it makes the same; that takes seconds, and one test of it is enough.
    unasked.setattr(quantize, "_quantised", lambda store: _restored(store, whole))
    unasked.setattr(quantize, "check", lambda *_: Checked(0.02, 0.02, 0.02))
    said: list[str] = []
    assert prepare_int8(copied, said.append).path is not None
    assert len(said) == 1
    assert len((copied.folder / "dlib-resnet-29-1-int8.bin").read_bytes()) > 1_000_000


def _restored(store: ModelStore, whole: dict[str, bytes]):  # type: ignore[no-untyped-def]
    for name, data in whole.items():
        (store.folder / f"again-{name}").write_bytes(data)
    return runtime.read_network(store.folder / "again-dlib-resnet-29-1-int8.xml")


def test_a_network_that_loses_too_much_is_never_used(copied: ModelStore, unasked: pytest.MonkeyPatch) -> None:
    (copied.folder / "int8.json").unlink()
    unasked.setattr(quantize, "_quantised", lambda store: _ruined(store))
    refused = prepare_int8(copied)
    assert refused.path is None
    assert "less exact" in refused.why
    assert recognizer_precision(copied) == runtime.precision()
    said: list[str] = []
    assert prepare_int8(copied, said.append) == refused
    assert said == [], "the same quantiser would fail again"
    unasked.setattr(quantize, "_quantiser", lambda: "another")
    unasked.setattr(quantize, "check", lambda *_: Checked(0.02, 0.2, 0.2))
    prepare_int8(copied, said.append)
    assert len(said) == 1


def _ruined(store: ModelStore):  # type: ignore[no-untyped-def]
    """A network whose vectors say nothing about who somebody is."""
    model = runtime.read_network(store.path("dlib-resnet-29"))
    opset = runtime.load_openvino().opset8
    for step in model.get_ordered_ops():
        if step.get_type_name() == "MatMul":
            weights = step.input_value(1).get_node().get_data()
            noise = np.random.default_rng(1).normal(size=weights.shape).astype(weights.dtype)
            step.input(1).replace_source_output(opset.constant(noise).output(0))
            shift = opset.constant(np.full((1, 128), 50, np.float32))
            result = model.get_results()[0]
            result.input(0).replace_source_output(opset.add(step, shift).output(0))
    model.validate_nodes_and_infer_types()
    return model


def test_the_check_sees_what_is_lost(with_int8: ModelStore) -> None:
    own = check(with_int8, runtime.read_network(with_int8.path("dlib-resnet-29")))
    assert own.passed
    assert own.full == pytest.approx(own.int8, abs=MOST_LOST)
    assert not replace(own, mixed=own.full + 2 * MOST_LOST).passed


def test_without_the_quantiser_it_is_said(plain: ModelStore, unasked: pytest.MonkeyPatch) -> None:
    unasked.setattr(quantize.util, "find_spec", lambda _: None)
    there = prepare_int8(plain)
    assert there.path is None
    assert "pip install" in there.why
    assert not list(plain.folder.glob("*int8*.xml"))


def test_a_quantiser_that_fails_is_in_nobodys_way(plain: ModelStore, unasked: pytest.MonkeyPatch) -> None:
    def fails(_: ModelStore) -> None:
        raise RuntimeError("no such instruction")

    unasked.setattr(quantize, "_quantised", fails)
    assert prepare_int8(plain).why == "the quantiser failed (RuntimeError)"
    assert recognizer_precision(plain) == runtime.precision()


def test_a_network_that_cannot_be_kept_is_in_nobodys_way(copied: ModelStore, unasked: pytest.MonkeyPatch) -> None:
    (copied.folder / "int8.json").unlink()
    (copied.folder / "int8.json.partial").mkdir()
    unasked.setattr(quantize, "_quantised", lambda store: runtime.read_network(store.path("dlib-resnet-29")))
    unasked.setattr(quantize, "check", lambda *_: Checked(0.02, 0.02, 0.02))
    assert "could not be kept" in prepare_int8(copied).why
    assert recognizer_precision(copied) == runtime.precision()


@pytest.mark.usefixtures("unasked")
def test_a_folder_that_cannot_be_written_is_in_nobodys_way(copied: ModelStore) -> None:
    (copied.folder / "int8.lock").unlink(missing_ok=True)
    (copied.folder / "int8.lock").mkdir()
    assert prepare_int8(copied) == find_int8(copied)
    (copied.folder / "int8.json").unlink()
    assert "nothing can be written" in prepare_int8(copied).why


def test_an_old_processor_is_spared_the_work(
    with_int8: ModelStore, unasked: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    facts = tmp_path / "cpuinfo"
    facts.write_text("flags : fpu sse2 avx2\n")
    unasked.setattr(runtime, "_PROCESSOR_FACTS", facts)
    runtime.multiplies_int8.cache_clear()
    said: list[str] = []
    assert prepare_int8(with_int8, said.append).path is None
    assert said == []
    assert recognizer_precision(with_int8) == "f32"
    assert not isinstance(load_recognizer(with_int8), OnnxRuntimeRecognizer)
