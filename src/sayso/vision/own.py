"""An operator's own recogniser as a file: what its card must say, and what its ONNX graph must and must not hold.

May know: TOML, ONNX graphs, hashes. Must not know: runtimes, archives, where the file came from.
Must not do: run the graph, or open any file that the graph names.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ..errors import ModelError
from .models import ModelCard, OwnModel, Wiring

#: Pixels on each side of a chip of the usual recognisers.
SIZE = 112

#: The largest file that is read: a ResNet-100 in float32 takes half of it.
LARGEST = 512 << 20

#: Numbers in a vector.
DIMENSIONS = range(16, 4097)

_CHANNELS = ("rgb", "bgr")
_METRICS = ("cosine", "euclidean")
_ALIGNMENTS = ("arcface-112",)

_WORDS = ("id", "version", "sha256", "licence", "training_data", "channels", "metric", "alignment")
_NUMBERS = ("mean", "scale", "size")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,47}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

# Besides these, a graph may draw on code that only its maker has.
_PLAIN_DOMAINS = ("", "ai.onnx")
_BY_CHANCE = ("RandomNormal", "RandomUniform", "Bernoulli", "Multinomial")

_CARD_HELP = "See 'Your own model' in docs/measuring.md for what a card says."


@dataclass(frozen=True, slots=True)
class Ports:
    """Where chips go into a graph and vectors come out.

    channels_first: whether it takes (n, 3, size, size) or (n, size, size, 3). many: whether n may be more than 1.
    """

    input: str
    output: str
    channels_first: bool
    many: bool


@dataclass(frozen=True, slots=True, eq=False)
class Plain:
    """An own model's file after it was found to be its card's and to be plain: its content, and its ports."""

    data: bytes
    ports: Ports

    def __repr__(self) -> str:
        return f"Plain({len(self.data)} bytes)"


def read_own_card(text: str) -> tuple[ModelCard, Wiring]:
    """The card of an operator's own recogniser from TOML. Raises ModelError for a fact that is missing, unknown, of the
    wrong kind, or out of range."""
    try:
        facts: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ModelError(f"The model card cannot be read: {error}.", _CARD_HELP) from None
    if "calibrations" in facts:
        _refuse("brings thresholds of its own", "Leave them out: `sayso measure calibrate` measures them here.")
    for name in (*_WORDS, *_NUMBERS):
        if name not in facts:
            _refuse(f"does not say its {name}")
    for name in facts:
        if name not in (*_WORDS, *_NUMBERS):
            _refuse(f"says '{name}', which means nothing here")
    for name in _WORDS:
        if not isinstance(facts[name], str) or not facts[name].strip():
            _refuse(f"gives no text for its {name}")
    _check_words(facts)
    wiring = Wiring(
        _three(facts, "mean"),
        _three(facts, "scale"),
        _one_of(facts, "channels", _CHANNELS),
        _one_of(facts, "metric", _METRICS),
        _one_of(facts, "alignment", _ALIGNMENTS),
        SIZE,
    )
    if any(each <= 0 for each in wiring.scale):
        _refuse("has a scale that is not above zero")
    compared = "cosine" if wiring.metric == "cosine" else "Euclidean"
    card = ModelCard(
        id=facts["id"],
        version=facts["version"],
        job="measure",
        file=f"{facts['id']}.onnx",
        package="",
        package_version="",
        sha256=facts["sha256"],
        licence=facts["licence"],
        training_data=facts["training_data"],
        input=f"n x {SIZE} x {SIZE} x 3 uint8, red first, aligned to the template {wiring.alignment}",
        output=f"float32; {compared} distance, lower is more alike",
    )
    return card, wiring


def read_file(path: Path) -> bytes:
    """The content of a model's file, read once. Raises ModelError if it cannot be read or is far too large."""
    try:
        if path.stat().st_size > LARGEST:
            raise ModelError(
                f"The model {path.name} has more than {LARGEST >> 20} MB; recognisers of this kind have a third of it.",
                "Check that it is the recogniser itself.",
            )
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"The model {path} cannot be read: {error.strerror}.", "Check the path.") from None


def opened(own: OwnModel) -> Plain:
    """An own model's file, read and checked once. Raises ModelError as ``verified`` and ``check_graph``."""
    data = verified(own)
    return Plain(data, check_graph(data))


def verified(own: OwnModel) -> bytes:
    """The content of an own model's file. Raises ModelError if it is not the one that its card names."""
    data = read_file(own.path)
    check_hash(data, own.card)
    return data


def check_hash(data: bytes, card: ModelCard) -> None:
    """Raises ModelError if ``data`` is not the file that the card names."""
    found = hashlib.sha256(data).hexdigest()
    if found != card.sha256:
        raise ModelError(
            f"The file of the model {card.id} is not the one that its card names: its SHA-256 is {found}, and the card "
            f"says {card.sha256}.",
            "Get the file that the card is about, or the card that is about the file.",
        )


def check_graph(data: bytes) -> Ports:
    """Where chips go in and vectors come out of a graph that is plain enough to be run.

    Raises ModelError for what is no ONNX graph, for weights in other files, for operators that are not ONNX's own or
    that draw by chance, and for shapes that are not those of a recogniser of 112 x 112 chips.
    """
    # Only here, because onnx takes long to import.
    import onnx

    try:
        model = onnx.load_model_from_string(data)
    except Exception:
        raise _unfit("it is no ONNX file") from None
    for tensor in _tensors(model.graph):
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            raise _unfit("its weights lie in another file", "Save the model with its weights inside.")
    for node in _nodes(model.graph):
        if node.domain not in _PLAIN_DOMAINS:
            raise _unfit(f"it needs the operator {node.op_type} of {node.domain}, which is not ONNX's own")
        if node.op_type.startswith(_BY_CHANCE):
            raise _unfit(f"it draws by chance ({node.op_type}), so that a face would never measure the same twice")
    if model.functions:
        raise _unfit("it defines operators of its own")
    try:
        onnx.checker.check_model(model)
    except Exception as error:
        raise _unfit(f"ONNX's own check fails: {str(error).strip().splitlines()[0][:200].rstrip('.')}") from None
    return _ports(model)


def _ports(model: Any) -> Ports:
    import onnx

    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [one for one in model.graph.input if one.name not in weights]
    outputs = list(model.graph.output)
    if len(inputs) != 1 or len(outputs) != 1:
        raise _unfit(f"it has {len(inputs)} inputs and {len(outputs)} outputs, where a recogniser has one of each")
    for one in (*inputs, *outputs):
        if one.type.tensor_type.elem_type != onnx.TensorProto.FLOAT:
            raise _unfit(f"'{one.name}' is not float32")
    taken, given = _shape(inputs[0]), _shape(outputs[0])
    channels_first = taken[1:] == [3, SIZE, SIZE]
    if len(taken) != 4 or not (channels_first or taken[1:] == [SIZE, SIZE, 3]):
        raise _unfit(f"it takes {_said(taken)}, where chips are n x 3 x {SIZE} x {SIZE} or n x {SIZE} x {SIZE} x 3")
    if taken[0] not in (0, 1):
        raise _unfit(f"it takes exactly {taken[0]} chips at a time", "Save the model for one chip, or for any number.")
    if len(given) != 2 or (given[1] and given[1] not in DIMENSIONS):
        raise _unfit(f"it gives {_said(given)}, where vectors are n x {DIMENSIONS[0]} to {DIMENSIONS[-1]}")
    return Ports(inputs[0].name, outputs[0].name, channels_first, many=taken[0] == 0)


def _shape(value: Any) -> list[int]:
    """Its dimensions; 0 for one that is open."""
    return [max(each.dim_value, 0) for each in value.type.tensor_type.shape.dim]


def _said(shape: list[int]) -> str:
    return " x ".join(str(each or "n") for each in shape) or "a single number"


def _nodes(graph: Any) -> Iterator[Any]:
    """Every node, those of branches and loops included."""
    for node in graph.node:
        yield node
        for inner in _inner(node):
            yield from _nodes(inner)


def _tensors(graph: Any) -> Iterator[Any]:
    """Every constant, wherever it stands."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from (attribute.t, *attribute.tensors)
            for sparse in (attribute.sparse_tensor, *attribute.sparse_tensors):
                yield from (sparse.values, sparse.indices)
        for inner in _inner(node):
            yield from _tensors(inner)


def _inner(node: Any) -> Iterator[Any]:
    for attribute in node.attribute:
        if attribute.HasField("g"):
            yield attribute.g
        yield from attribute.graphs


def _check_words(facts: dict[str, Any]) -> None:
    if not _NAME.fullmatch(facts["id"]):
        _refuse("has an id that is more than small letters, digits, dots and dashes")
    if not _SHA256.fullmatch(facts["sha256"]):
        _refuse("has a sha256 that is not 64 hexadecimal digits", "`sha256sum FILE` says the file's.")
    if facts["size"] != SIZE:
        _refuse(f"says a size of {facts['size']}", f"Only recognisers of {SIZE} x {SIZE} chips can be added.")


def _one_of(facts: dict[str, Any], name: str, choices: tuple[str, ...]) -> str:
    said: str = facts[name]
    if said not in choices:
        _refuse(f"has the {name} '{said}'", f"Choose {' or '.join(choices)}.")
    return said


def _three(facts: dict[str, Any], name: str) -> tuple[float, float, float]:
    """One number for all colours, or three."""
    said = facts[name] if isinstance(facts[name], list) else [facts[name]] * 3
    numbers = [each for each in said if isinstance(each, int | float) and not isinstance(each, bool)]
    if len(said) != 3 or len(numbers) != 3 or any(abs(each) > 1e6 or each != each for each in numbers):
        _refuse(f"has a {name} that is neither a number nor three")
    first, second, third = map(float, numbers)
    return first, second, third


def _refuse(what: str, next_step: str = _CARD_HELP) -> NoReturn:
    raise ModelError(f"The model card {what}.", next_step)


def _unfit(why: str, next_step: str = "Use a recogniser of the usual 112 x 112 kind, in one ONNX file.") -> ModelError:
    return ModelError(f"This model cannot be added: {why}.", next_step)
