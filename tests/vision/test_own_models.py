"""A recogniser of the operator's own: what its card and its file must be, and that it measures as it should."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from sayso.errors import ModelError, RefusedError
from sayso.vision import DlibRecognizer, load_recognizer
from sayso.vision import own as own_file
from sayso.vision.align import Aligner, arcface112, mesh29
from sayso.vision.models import ModelStore, OwnModel
from sayso.vision.own import check_graph, read_own_card
from sayso.vision.own_network import OnnxRuntimeOwnRecognizer, OpenVinoOwnRecognizer, OwnRecognizer, load_own
from sayso.vision.rendered import sheet
from sayso.vision.trial import MOST_ERRORS, try_out

from ..networks import averager, card, recogniser, write
from .test_recognize import memory_of

Vectors = npt.NDArray[np.float32]


def own(folder: Path, data: bytes, **changed: object) -> OwnModel:
    file, text = write(folder, data, **changed)
    facts, wiring = read_own_card(text.read_text("utf-8"))
    return OwnModel(facts, wiring, file)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> OwnModel:
    return own(tmp_path_factory.mktemp("own"), recogniser())


def vectors_of(recognizer: OwnRecognizer, chips: npt.NDArray[np.uint8]) -> Vectors:
    out = np.zeros((len(chips), recognizer.dimension), np.float32)
    recognizer.measure(chips, out)
    return out


def changed(data: bytes, change: Any) -> bytes:
    model = onnx.load_model_from_string(data)
    change(model)
    return bytes(model.SerializeToString())


def test_the_sheet_shows_different_people_each_in_a_row() -> None:
    faces, people = sheet("arcface112", 112)
    assert faces.shape == (120, 112, 112, 3)
    assert len(set(people.tolist())) == 24
    # Skin is redder than it is blue: the colours have not changed places.
    assert faces[..., 0].mean() > faces[..., 2].mean() + 10


def test_a_real_recogniser_passes_its_trial(ours: OwnModel) -> None:
    trial = try_out(ours)
    assert (trial.dimension, trial.people, trial.faces) == (128, 24, 120)
    assert trial.eer < 0.05 < MOST_ERRORS


def test_a_trial_on_both_runtimes_reads_and_checks_the_file_once(
    ours: OwnModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    monkeypatch.setattr(own_file, "read_file", lambda path: read.append(path) or path.read_bytes())
    try_out(ours)
    assert read == [ours.path]


def test_eyes_lie_where_the_usual_recognisers_have_them() -> None:
    template = arcface112()
    places = dict(zip(template.points.tolist(), template.places, strict=True))
    left, right = (places[33] + places[133]) / 2, (places[362] + places[263]) / 2
    assert template.size == 112
    np.testing.assert_allclose(left, [38.3, 51.7], atol=2.5)
    np.testing.assert_allclose(right, [73.5, 51.5], atol=2.5)
    np.testing.assert_allclose((places[61] + places[291]) / 2, [56.1, 92.3], atol=2.5)


def test_the_store_lays_chips_as_its_recogniser_takes_them(store: ModelStore, ours: OwnModel) -> None:
    assert Aligner(store).template is mesh29()
    with_ours = ModelStore(store.folder, ours)
    assert Aligner(with_ours).template is arcface112()
    assert isinstance(load_recognizer(store), DlibRecognizer)
    loaded = load_recognizer(with_ours)
    assert (loaded.card.id, loaded.chip_size, loaded.dimension) == ("our-net", 112, 128)


@pytest.mark.parametrize("batch", ["n", 1])
def test_both_runtimes_measure_alike_and_a_batch_as_one_by_one(tmp_path: Path, batch: int | str) -> None:
    model = own(tmp_path, recogniser(batch))
    chips = sheet("arcface112", 112)[0][:36]
    openvino = vectors_of(OpenVinoOwnRecognizer(model, precision="f32"), chips)
    np.testing.assert_allclose(vectors_of(OnnxRuntimeOwnRecognizer(model), chips), openvino, atol=1e-4)
    single = OpenVinoOwnRecognizer(model, precision="f32")
    for chip, vector in zip(chips, openvino, strict=True):
        np.testing.assert_allclose(vectors_of(single, chip[None])[0], vector, atol=1e-4)


def test_colours_reach_the_network_in_its_own_order(tmp_path: Path, ours: OwnModel) -> None:
    chips = sheet("arcface112", 112)[0][:3]
    expected = vectors_of(OpenVinoOwnRecognizer(ours, precision="f32"), chips)
    blue_first = own(tmp_path, recogniser(blue_first=True), channels="bgr")
    for recognizer in (OpenVinoOwnRecognizer(blue_first, precision="f32"), OnnxRuntimeOwnRecognizer(blue_first)):
        np.testing.assert_allclose(vectors_of(recognizer, chips), expected, atol=1e-4)


def test_each_colour_may_have_its_own_mean_and_scale(tmp_path: Path) -> None:
    model = own(tmp_path, recogniser(), mean=[127.0, 120.0, 110.0], scale=[120.0, 125.0, 130.0])
    chips = sheet("arcface112", 112)[0][:3]
    openvino = vectors_of(OpenVinoOwnRecognizer(model, precision="f32"), chips)
    np.testing.assert_allclose(vectors_of(OnnxRuntimeOwnRecognizer(model), chips), openvino, atol=1e-4)
    plain = vectors_of(OpenVinoOwnRecognizer(own(tmp_path / "plain", recogniser()), precision="f32"), chips)
    assert np.abs(openvino - plain).max() > 0.01


def test_cosine_counts_angles_and_a_vector_of_zeros_is_far_from_everybody(tmp_path: Path) -> None:
    recognizer = load_own(own(tmp_path, recogniser(), metric="cosine"))
    vectors = vectors_of(recognizer, sheet("arcface112", 112)[0][:2])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    a, b = vectors
    distance = recognizer.distance(np.stack([a, np.zeros_like(a)]), np.stack([3 * b, -a]))
    assert distance[0, 0] == pytest.approx(1 - float(a @ b), abs=1e-5)
    assert distance[0, 1] == pytest.approx(2, abs=1e-5)
    assert np.isinf(distance[1]).all()


def test_nothing_of_a_face_stays_in_the_runtime(ours: OwnModel) -> None:
    recognizer = OpenVinoOwnRecognizer(ours)
    vectors_of(recognizer, sheet("arcface112", 112)[0][:5])
    for network in recognizer._networks._made.values():
        request = network._own.request
        assert not any(tensor.data.any() for tensor in (*request.input_tensors, *request.output_tensors))


_MEASURES_AND_WAITS = """
import sys
from pathlib import Path
import numpy as np
from sayso.vision import own_network
from sayso.vision.models import OwnModel
from sayso.vision.own import read_own_card

folder, chips, kind, vectors = sys.argv[1:]
card, wiring = read_own_card(Path(folder, "our-net.toml").read_text("utf-8"))
recognizer = getattr(own_network, kind)(OwnModel(card, wiring, Path(folder, "our-net.onnx")))
chips = np.load(chips)
out = np.zeros((len(chips), recognizer.dimension), np.float32)
for count in (len(chips), 3, 1, 16):
    recognizer.measure(chips[:count], out[:count])
recognizer.distance(out[:7], out)
if vectors == "wiped":
    out[...] = 0
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="the memory of a process is read through /proc")
@pytest.mark.parametrize("kind", [OpenVinoOwnRecognizer, OnnxRuntimeOwnRecognizer])
def test_F4_no_vector_stays_in_the_memory_of_the_process(
    ours: OwnModel, tmp_path: Path, kind: type[OpenVinoOwnRecognizer | OnnxRuntimeOwnRecognizer]
) -> None:
    chips = sheet("arcface112", 112)[0][:20]
    np.save(tmp_path / "chips.npy", chips)
    needles = [vector[60:64].tobytes() for vector in vectors_of(kind(ours), chips)]

    def left(vectors: str) -> int:
        arguments = [str(ours.path.parent), str(tmp_path / "chips.npy"), kind.__name__, vectors]
        command = [sys.executable, "-c", _MEASURES_AND_WAITS, *arguments]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            found = sum(region.count(needle) for region in memory_of(process.pid) for needle in needles)
            process.communicate("")
        return found

    assert left("kept") >= 20, "the search must see vectors that are there"
    assert left("wiped") == 0


def test_a_model_without_thresholds_decides_nothing(ours: OwnModel) -> None:
    with pytest.raises(RefusedError, match=r"no thresholds 'public-36' yet.*sayso measure calibrate") as refused:
        ours.card.calibration("public-36")
    assert refused.value.reasons[0].rule == "F7"


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        *((name, None, f"does not say its {name}") for name in ("id", "sha256", "mean", "size", "metric", "licence")),
        ("colour", "red", "'colour', which means nothing"),
        ("id", "Our Net", "more than small letters"),
        ("id", "../up", "more than small letters"),
        ("sha256", "beef", "64 hexadecimal"),
        ("version", 1, "no text for its version"),
        ("training_data", " ", "no text for its training_data"),
        ("size", 160, "size of 160"),
        ("channels", "yuv", "channels 'yuv'"),
        ("metric", "manhattan", "metric 'manhattan'"),
        ("alignment", "none", "alignment 'none'"),
        ("mean", "grey", "neither a number nor three"),
        ("mean", [1, 2], "neither a number nor three"),
        ("scale", 0, "not above zero"),
        ("scale", [1, 1, -1], "not above zero"),
    ],
)
def test_a_card_that_lacks_or_mistakes_a_fact_is_refused(fact: str, value: object, message: str) -> None:
    text = card(b"model", **{fact: value})
    with pytest.raises(ModelError, match=message):
        read_own_card(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = ", "cannot be read"),
        ("mean = nan\n" + card(b"", mean=None), "neither a number nor three"),
        ("mean = inf\n" + card(b"", mean=None), "neither a number nor three"),
        (card(b"") + "[[calibrations]]\nset = 'x'\n", "thresholds of its own"),
    ],
)
def test_text_that_is_no_card_is_refused(text: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_own_card(text)


def _outside(model: Any) -> None:
    weights = model.graph.initializer[0]
    weights.ClearField("raw_data")
    weights.data_location = TensorProto.EXTERNAL
    weights.external_data.add(key="location", value="/etc/passwd")


def _outside_in_a_branch(model: Any) -> None:
    inner = numpy_helper.from_array(np.zeros(3, np.float32), "hidden")
    inner.ClearField("raw_data")
    inner.data_location = TensorProto.EXTERNAL
    inner.external_data.add(key="location", value="weights.bin")
    branch = helper.make_graph([helper.make_node("Constant", [], ["hidden"], value=inner)], "branch", [], [])
    model.graph.node.append(helper.make_node("If", ["condition"], ["one"], then_branch=branch, else_branch=branch))


def _foreign(model: Any) -> None:
    model.graph.node.append(helper.make_node("Secret", ["vectors"], ["more"], domain="com.example"))


def _random(model: Any) -> None:
    model.graph.node.append(helper.make_node("RandomNormalLike", ["vectors"], ["noise"]))


def _two_outputs(model: Any) -> None:
    model.graph.output.append(helper.make_tensor_value_info("means", TensorProto.FLOAT, ["n", 3]))


def _half(model: Any) -> None:
    model.graph.input[0].type.tensor_type.elem_type = TensorProto.FLOAT16


def _larger(model: Any) -> None:
    for place in (2, 3):
        model.graph.input[0].type.tensor_type.shape.dim[place].dim_value = 160


def _four_at_once(model: Any) -> None:
    model.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 4


def _too_short(model: Any) -> None:
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 8


def _broken(model: Any) -> None:
    model.graph.node[0].input[0] = "nowhere"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_outside, "weights lie in another file"),
        (_outside_in_a_branch, "weights lie in another file"),
        (_foreign, "operator Secret of com.example"),
        (_random, "draws by chance"),
        (_two_outputs, "1 inputs and 2 outputs"),
        (_half, "'face' is not float32"),
        (_larger, "it takes n x 3 x 160 x 160"),
        (_four_at_once, "exactly 4 chips"),
        (_too_short, "it gives n x 8"),
        (_broken, "own check fails"),
    ],
)
def test_a_graph_that_is_not_plain_is_refused_before_it_runs(change: Any, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        check_graph(changed(averager(), change))


@pytest.mark.parametrize("data", [b"", b"not a model", b"\x08\x08" * 999], ids=["empty", "text", "noise"])
def test_a_file_that_is_no_model_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ModelError, match="cannot be added"):
        try_out(own(tmp_path, data))


def test_a_file_that_its_card_does_not_name_is_refused(tmp_path: Path, ours: OwnModel) -> None:
    with pytest.raises(ModelError, match="not the one that its card names"):
        try_out(own(tmp_path, averager(), sha256="0" * 64))
    copy = tmp_path / "swapped.onnx"
    copy.write_bytes(averager())
    with pytest.raises(ModelError, match="not the one that its card names"):
        load_own(OwnModel(ours.card, ours.wiring, copy))
    with pytest.raises(ModelError, match="cannot be read"):
        load_own(OwnModel(ours.card, ours.wiring, tmp_path / "gone.onnx"))


def test_a_giant_is_refused_unread(tmp_path: Path) -> None:
    model = own(tmp_path, averager())
    with model.path.open("r+b") as file:
        file.truncate(600 << 20)
    with pytest.raises(ModelError, match="more than 512 MB"):
        try_out(model)


def _divides_by_nothing(model: Any) -> None:
    nothing = numpy_helper.from_array(np.zeros(1, np.float32), "nothing")
    model.graph.initializer.append(nothing)
    model.graph.node[-1].output[0] = "almost"
    model.graph.node.append(helper.make_node("Div", ["almost", "nothing"], ["vectors"]))


def _forgets_the_face(model: Any) -> None:
    nothing = numpy_helper.from_array(np.zeros(1, np.float32), "nothing")
    one = numpy_helper.from_array(np.ones(1, np.float32), "one")
    model.graph.initializer.extend([nothing, one])
    model.graph.node[-1].output[0] = "almost"
    model.graph.node.append(helper.make_node("Mul", ["almost", "nothing"], ["flat"]))
    model.graph.node.append(helper.make_node("Add", ["flat", "one"], ["vectors"]))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (averager(), "errs in"),
        (changed(averager(), _divides_by_nothing), "not finite"),
        (changed(averager(), _forgets_the_face), "every face the same vector"),
    ],
    ids=["colours", "infinite", "constant"],
)
def test_a_network_that_tells_nobody_apart_fails_its_trial(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        try_out(own(tmp_path, data))


def test_the_trial_does_not_see_that_colours_are_exchanged(tmp_path: Path, ours: OwnModel) -> None:
    # docs/measuring.md states both rates.
    assert try_out(ours).eer == pytest.approx(0.016, abs=0.006)
    assert try_out(own(tmp_path, recogniser(), channels="bgr")).eer == pytest.approx(0.029, abs=0.006)


def test_a_wrong_scale_on_the_card_fails_the_trial(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"errs in.*Check mean, scale"):
        try_out(own(tmp_path, recogniser(), mean=0, scale=1))
