"""Model cards, and the folder of prepared models: whole, repaired, shared, and made without a network."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sayso.errors import ModelError, UsageError
from sayso.vision import models
from sayso.vision.models import ModelStore, cards, prepare, read_card


def copy_of(store: ModelStore, folder: Path) -> Path:
    return Path(shutil.copytree(store.folder, folder / "models"))


def content(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.suffix != ".lock"
    }


def test_every_card_states_where_its_model_comes_from() -> None:
    assert {card.job for card in cards()} == {"locate", "align", "measure"}
    for card in cards():
        assert card.licence
        assert card.training_data
        assert len(card.sha256) == 64


def test_thresholds_belong_to_a_set(store: ModelStore) -> None:
    card = store.card("dlib-resnet-29")
    public, synthetic = card.calibration("public-36"), card.calibration("synthetic-40")
    assert (public.matched, public.review) == (0.56, 0.61)
    assert synthetic.matched < synthetic.review < public.matched
    with pytest.raises(UsageError, match="public-36, synthetic-40"):
        card.calibration("everybody")


def test_no_card_names_the_68_point_file() -> None:
    assert not [card for card in cards() if "68" in card.file or "shape_predictor" in card.file]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text.replace("licence =", "license ="), "cannot be read"),
        (lambda text: text.replace('id = "', "id = "), "cannot be read"),
        (lambda text: text.replace("review = 0.61", "review = 0.3"), "review threshold"),
    ],
)
def test_a_wrong_card_is_refused(damage, message) -> None:  # type: ignore[no-untyped-def]
    text = (Path(models.__file__).parent / "cards" / "dlib-resnet-29.toml").read_text()
    assert read_card(text).id == "dlib-resnet-29"
    with pytest.raises(ModelError, match=message):
        read_card(damage(text))


def test_preparing_again_makes_nothing(store: ModelStore) -> None:
    said: list[str] = []
    assert prepare(store.folder, progress=said.append) == store
    assert said == []


@pytest.mark.parametrize("damage", ["cut", "bit", "gone", "manifest", "manifest-gone"])
def test_a_damaged_folder_repairs_itself(store: ModelStore, tmp_path: Path, damage: str) -> None:
    folder = copy_of(store, tmp_path)
    whole = content(folder)
    prepare(folder)
    victim = folder / "face-mesh-468-1.tflite"
    data = victim.read_bytes()
    match damage:
        case "cut":
            victim.write_bytes(data[:1000])
        case "bit":
            victim.write_bytes(data[:5000] + bytes([data[5000] ^ 1]) + data[5001:])
        case "gone":
            victim.unlink()
        case "manifest":
            (folder / "manifest.json").write_text('{"face-mesh')
        case _:
            (folder / "manifest.json").unlink()
    (folder / "left-behind.partial").write_bytes(b"half a model")
    said: list[str] = []
    prepare(folder, progress=said.append)
    assert len(said) == (3 if damage.startswith("manifest") else 1)
    assert content(folder) == whole


def test_a_manifest_that_vouches_for_a_swapped_source_is_not_believed(store: ModelStore, tmp_path: Path) -> None:
    folder = copy_of(store, tmp_path)
    whole = content(folder)
    victim = folder / "face-mesh-468-1.tflite"
    victim.write_bytes(b"another model")
    manifest = json.loads((folder / "manifest.json").read_text())
    entry = manifest[victim.name]
    entry.update(sha256=hashlib.sha256(b"another model").hexdigest(), source="0" * 64)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    prepare(folder)
    assert content(folder) == whole


def test_two_processes_prepare_at_once(store: ModelStore, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    code = "import sys; from pathlib import Path; from sayso.vision.models import prepare; prepare(Path(sys.argv[1]))"
    running = [
        subprocess.Popen([sys.executable, "-c", code, str(folder)], stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in running:
        assert process.communicate()[1] == ""
        assert process.returncode == 0
    assert content(folder) == content(store.folder)


def test_files_are_taken_from_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, store: ModelStore) -> None:
    brought = tmp_path / "brought"
    for card in cards():
        (found,) = list(models._places(card, None))[:1]
        deep = brought / card.package
        deep.mkdir(parents=True, exist_ok=True)
        shutil.copy(found, deep / card.file)
    monkeypatch.setattr(sys, "path", [part for part in sys.path if "site-packages" not in part])
    with pytest.raises(ModelError, match=r"is not installed.*sayso models prepare --from FOLDER"):
        prepare(tmp_path / "none")
    prepared = prepare(tmp_path / "models", source=brought)
    assert content(prepared.folder) == content(store.folder)


def test_a_file_that_its_card_does_not_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [part for part in sys.path if "site-packages" not in part])
    brought = tmp_path / "brought"
    brought.mkdir()
    for card in cards():
        (brought / card.file).write_bytes(b"not the model")
    with pytest.raises(ModelError, match="is not the one that its model card names"):
        prepare(tmp_path / "models", source=brought)
    assert [path for path in (tmp_path / "models").iterdir() if path.suffix in (".onnx", ".tflite")] == []


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelError, match="SAYSO_MODELS"):
        prepare(tmp_path / "file" / "models")


def test_the_environment_chooses_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_MODELS", str(tmp_path / "elsewhere"))
    assert models.default_folder() == tmp_path / "elsewhere"


_WITHOUT_NETWORK = """
import socket, sys

def blocked(event, details):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        print("tried", event, file=sys.stderr)
        raise PermissionError(event)

sys.addaudithook(blocked)
from pathlib import Path
import numpy as np
from PIL import Image
from sayso.vision import Aligner, Locator, OnnxRuntimeRecognizer, load_recognizer, prepare

store = prepare(Path(sys.argv[1]))
photo = np.asarray(Image.open(sys.argv[2]).convert("RGB"))
chips = Aligner(store).align(photo, Locator(store).locate(photo)).chips
for recognizer in (load_recognizer(store), OnnxRuntimeRecognizer(store)):
    out = np.zeros((len(chips), 128), np.float32)
    recognizer.measure(chips, out)
    assert 1.0 < np.linalg.norm(out[0]) < 2.0
assert not [name for name in sys.modules if name.startswith("openvino_telemetry.")]
print(len(chips))
"""


def test_F3_models_run_and_call_nobody_with_all_sockets_blocked(demo: Path, tmp_path: Path) -> None:
    arguments = [str(tmp_path / "models"), str(demo / "people" / "P02" / "0.jpg")]
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_NETWORK, *arguments], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert done.stdout == "1\n"
