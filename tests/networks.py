"""Small recognisers of 112 x 112 chips as ONNX files: a real one, made of the network that Sayso measures with, and
others that are nothing of the kind."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from sayso.vision import prepare

#: The part of a 112 chip that the 150 chip of the same face shows: first and last row, first and last column.
_SEEN = (20, 118), (5, 107)


def card(data: bytes, **changed: object) -> str:
    """A model card for a file; a fact that is given as None is left out."""
    facts: dict[str, object] = {
        "id": "our-net",
        "version": "1",
        "sha256": hashlib.sha256(data).hexdigest(),
        "licence": "ours",
        "training_data": "nobody's faces",
        "mean": 127.5,
        "scale": 127.5,
        "channels": "rgb",
        "size": 112,
        "metric": "euclidean",
        "alignment": "arcface-112",
    }
    facts |= changed
    said = {name: f'"{value}"' if isinstance(value, str) else value for name, value in facts.items()}
    return "".join(f"{name} = {value}\n" for name, value in said.items() if value is not None)


@cache
def recogniser(batch: int | str = "n", blue_first: bool = False) -> bytes:
    """dlib's network behind what turns a 112 chip, as (x - 127.5) / 127.5, back into the chip that it knows."""
    own = onnx.load(prepare().path("dlib-resnet-29"))
    # Its own first steps take uint8 pixels.
    cast, turn, *rest = own.graph.node
    assert (cast.op_type, turn.op_type) == ("Cast", "Transpose")
    (top, bottom), (left, right) = _SEEN
    constants = {
        "half": np.array(127.5, np.float32),
        "from": np.array([top, left], np.int64),
        "to": np.array([min(bottom, 112), right], np.int64),
        "axes": np.array([2, 3], np.int64),
        "below": np.array([0, 0, 0, 0, 0, 0, max(bottom - 112, 0), 0], np.int64),
        "none": np.array([], np.float32),
        "size": np.array([1, 3, 150, 150], np.int64),
        "blue": np.array([2, 1, 0], np.int64),
        "scales": np.array([1, 1, 150 / (bottom - top), 150 / (right - left)], np.float32),
    }
    nodes = [
        helper.make_node("Mul", ["face", "half"], ["wide"]),
        helper.make_node("Add", ["wide", "half"], ["pixels"]),
        helper.make_node("Gather", ["pixels", "blue"], ["red"], axis=1) if blue_first
        else helper.make_node("Identity", ["pixels"], ["red"]),
        helper.make_node("Slice", ["red", "from", "to", "axes"], ["cut"]),
        helper.make_node("Pad", ["cut", "below"], ["padded"], mode="edge"),
        helper.make_node("Resize", ["padded", "none", "scales"], [turn.output[0]], mode="linear"),
    ]  # fmt: skip
    return _saved([*nodes, *rest], batch, 128, constants, own.graph.initializer, output="vectors")


@cache
def averager(dimension: int = 48) -> bytes:
    """A network that gives the mean colours of parts of the picture: vectors, but none that tell people apart."""
    constants = {"shape": np.array([0, dimension], np.int64)}
    side = round((dimension / 3) ** 0.5)
    nodes = [
        helper.make_node("AveragePool", ["face"], ["means"], kernel_shape=[112 // side] * 2, strides=[112 // side] * 2),
        helper.make_node("Reshape", ["means", "shape"], ["vectors"]),
    ]
    return _saved(nodes, "n", dimension, constants, (), output="vectors")


def _saved(
    nodes: list[Any], batch: int | str, dimension: int, constants: dict[str, Any], weights: Any, *, output: str
) -> bytes:
    graph = helper.make_graph(
        nodes,
        "recogniser",
        [helper.make_tensor_value_info("face", TensorProto.FLOAT, [batch, 3, 112, 112])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [batch, dimension])],
        [*weights, *(numpy_helper.from_array(values, name) for name, values in constants.items())],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    return bytes(model.SerializeToString(deterministic=True))


def write(folder: Path, data: bytes, **changed: object) -> tuple[Path, Path]:
    """A model and its card as files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "our-net.onnx").write_bytes(data)
    (folder / "our-net.toml").write_text(card(data, **changed), "utf-8")
    return folder / "our-net.onnx", folder / "our-net.toml"
