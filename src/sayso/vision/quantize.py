"""Makes the recogniser's network in int8 for this machine, and keeps it only where that costs no accuracy.

May know: the recogniser's card, chips of people who do not exist, the quantiser if it is installed.
Must not know: photos, real people. Must not do: replace the network as published, which stays beside it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib import metadata, util
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from filelock import FileLock

from .models import DEFAULT_CHIP, DEFAULT_MODEL, ModelCard, ModelStore, Progress, default_folder
from .rendered import equal_error_rate, sheet
from .runtime import Bytes, Floats, Network, Precision, load_openvino, multiplies_int8, precision, read_network, wanted

if TYPE_CHECKING:
    import openvino

#: How much the rate at which false matches and false non-matches are equal may rise: 0.1 points.
MOST_LOST = 0.001

_MANIFEST = "int8.json"
_LOCK = "int8.lock"

# Raised whenever the same chips would give another network, so that older files are made again.
_PREPARATION = 1

_BATCH = 4

# The first layer sees colours whose mean is far from zero, and the last one makes the vector: both lose most in int8,
# and together they are a tenth of the work.
_KEPT_TYPES = ("Convolution", "MatMul")


@dataclass(frozen=True, slots=True)
class Int8:
    """Whether the recogniser can run in int8 here: ``path`` of its network, or None and ``why`` not, for people."""

    path: Path | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """Equal error rates, 0 to 1, on the chips for checking: the network as published, in int8, and one against the
    other."""

    full: float
    int8: float
    mixed: float

    @property
    def passed(self) -> bool:
        return max(self.int8, self.mixed) <= self.full + MOST_LOST


def find_int8(store: ModelStore | None = None) -> Int8:
    """The network that ``prepare_int8`` left in the store, if it is whole and its card's. Loads nothing.

    store: the default folder, as it is, if None.
    """
    store = store or ModelStore(default_folder())
    if store.own is not None:
        return Int8(None, "a recogniser of one's own runs as its file is")
    if not multiplies_int8():
        return Int8(None, "this processor has no instructions for it")
    card = store.card(DEFAULT_MODEL)
    facts = _facts(store.folder)
    if (facts.get("source"), facts.get("preparation")) != (card.sha256, _PREPARATION):
        return Int8(None, "not prepared; run 'sayso models prepare'")
    if "why" in facts:
        return Int8(None, str(facts["why"]))
    files = facts.get("files")
    if not isinstance(files, dict) or set(files) != {path.name for path in _files(store, card)}:
        return Int8(None, "not prepared; run 'sayso models prepare'")
    for path in _files(store, card):
        if _hash(path) != files[path.name]:
            return Int8(None, "its file is damaged; run 'sayso models prepare'")
    return Int8(_files(store, card)[0])


def recognizer_precision(store: ModelStore | None = None) -> Literal["int8"] | Precision:
    """What ``load_recognizer`` computes in: ``int8`` where it was prepared and the processor multiplies it natively.

    The environment variable ``SAYSO_PRECISION`` overrides it; where int8 is asked for and not prepared, it is as if
    nothing had been asked for. store: as for ``find_int8``. Raises UsageError as ``precision``.
    """
    if wanted() in ("bf16", "f32"):
        return precision()
    return "int8" if find_int8(store).path else precision()


def prepare_int8(store: ModelStore, progress: Progress | None = None) -> Int8:
    """Make the network in int8 if it is missing or damaged, check it, and keep it if it passed.

    progress: called with a sentence before it is made, which takes some seconds.
    Never raises because int8 is not to be had: the recogniser then runs as published. Connects nowhere.
    """
    try:
        held = FileLock(store.folder / _LOCK).acquire()
    except (OSError, NotImplementedError) as error:
        there = find_int8(store)
        return there if there.path else Int8(None, f"nothing can be written to {store.folder} ({type(error).__name__})")
    with held:
        return _made(store, progress or (lambda _: None))


def _made(store: ModelStore, tell: Progress) -> Int8:
    there = find_int8(store)
    card = store.card(DEFAULT_MODEL)
    if there.path is not None or not multiplies_int8() or _was_refused(store, card):
        return there
    if util.find_spec("nncf") is None:
        return Int8(None, "nncf is not installed: pip install 'sayso[int8]', then 'sayso models prepare'")
    tell(f"Preparing {card.id} in int8, and checking it on faces of people who do not exist; this takes seconds.")
    # A quantiser that does not fit this machine can raise anything, and nobody needs what it makes.
    try:
        made = _quantised(store)
        checked = check(store, made)
    except Exception as error:
        return Int8(None, f"the quantiser failed ({type(error).__name__})")
    try:
        if checked.passed:
            xml, weights = _files(store, card)
            load_openvino().serialize(made, str(xml), str(weights))
            _note(store, card, checked, files={path.name: _hash(path) for path in (xml, weights)})
        else:
            _note(store, card, checked, why=_too_inexact(checked))
    except Exception as error:
        return Int8(None, f"what was made could not be kept in {store.folder} ({type(error).__name__})")
    return find_int8(store)


def check(store: ModelStore, quantised: openvino.Model) -> Checked:
    """Compare a quantised network with the one as published, on people whom the quantiser has not seen.

    Each chip counts twice, as it is and mirrored, so that a single pair moves the rates less than what may be lost.
    """
    chips, people = sheet("check", DEFAULT_CHIP)
    chips = np.concatenate([chips, chips[:, :, ::-1]])
    people = np.tile(people, 2)
    full = _vectors(read_network(store.path(DEFAULT_MODEL)), chips, "f32")
    int8 = _vectors(quantised, chips, precision())
    same = people[:, None] == people[None]
    pairs = ~np.eye(len(people), dtype=bool)

    def rate(one: Floats, other: Floats) -> float:
        distances = np.linalg.norm(one[:, None] - other[None], axis=2)
        return equal_error_rate(distances[same & pairs], distances[~same])

    return Checked(rate(full, full), rate(int8, int8), rate(full, int8))


def _quantised(store: ModelStore) -> openvino.Model:
    load_openvino()
    import nncf

    chips, _ = sheet("quantise", DEFAULT_CHIP)
    model = read_network(store.path(DEFAULT_MODEL))
    model.reshape([1, DEFAULT_CHIP, DEFAULT_CHIP, 3])
    nncf.set_log_level(logging.ERROR)
    # Its progress bars would end up in the middle of a command's JSON.
    with redirect_stdout(StringIO()):
        return nncf.quantize(
            model,
            nncf.Dataset([chip[None] for chip in chips]),
            preset=nncf.QuantizationPreset.PERFORMANCE,
            subset_size=len(chips),
            ignored_scope=nncf.IgnoredScope(names=_first_and_last(model)),
        )


def _first_and_last(model: openvino.Model) -> list[str]:
    steps = [step for step in model.get_ordered_ops() if step.get_type_name() in _KEPT_TYPES]
    return [steps[0].get_friendly_name(), steps[-1].get_friendly_name()]


def _vectors(model: openvino.Model, chips: Bytes, numbers: Precision) -> Floats:
    """Vectors of nobody, which need not be overwritten."""
    model.reshape([_BATCH, DEFAULT_CHIP, DEFAULT_CHIP, 3])
    network = Network(lambda: model, threads=1, precision=numbers)
    parts = np.split(chips, range(_BATCH, len(chips), _BATCH))
    return np.concatenate([network.run(part)[0].copy() for part in parts])


def _too_inexact(checked: Checked) -> str:
    return (
        f"it was less exact here: equal error rate {checked.int8:.2%}, {checked.mixed:.2%} mixed, "
        f"instead of {checked.full:.2%}"
    )


def _files(store: ModelStore, card: ModelCard) -> tuple[Path, Path]:
    name = f"{card.id}-{card.version}-int8"
    return store.folder / f"{name}.xml", store.folder / f"{name}.bin"


def _facts(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _was_refused(store: ModelStore, card: ModelCard) -> bool:
    """Whether the same quantiser failed the same check before."""
    facts = _facts(store.folder)
    same = facts.get("source"), facts.get("preparation"), facts.get("quantiser")
    return "why" in facts and same == (card.sha256, _PREPARATION, _quantiser())


def _quantiser() -> str:
    try:
        return metadata.version("nncf")
    except metadata.PackageNotFoundError:
        return ""


def _note(store: ModelStore, card: ModelCard, checked: Checked, **outcome: Any) -> None:
    facts = {
        "source": card.sha256,
        "preparation": _PREPARATION,
        "quantiser": _quantiser(),
        "equal_error_rates": {"full": checked.full, "int8": checked.int8, "mixed": checked.mixed},
        **outcome,
    }
    partial = store.folder / f"{_MANIFEST}.partial"
    partial.write_text(json.dumps(facts, indent=1, sort_keys=True), "utf-8")
    partial.replace(store.folder / _MANIFEST)


def _hash(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
