"""Turns dlib's face recognition weights into an ONNX graph, with numpy and onnx alone.

May know: dlib's serialisation and the layers of its face ResNet. Must not know: where files lie, runtimes, photos.
Must not read: any other file of dlib's; the landmark predictors have other layers and other terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import TensorProto, checker, helper, numpy_helper

from ..errors import ModelError

Weights = npt.NDArray[np.float64]

#: Mean colour (red, green, blue) that dlib's ``input_rgb_image_sized`` layer takes away before it divides by 256.
MEAN_COLOUR = np.array([122.782, 117.001, 104.298])

CHIP_SIZE = 150
DIMENSION = 128

# Filters, residual blocks, and whether the first block halves the picture: dlib's ``anet_type``, input side first.
_STAGES = ((32, 3, False), (64, 4, True), (128, 3, True), (256, 3, True), (256, 1, True))

# Each layer begins with its name as a serialised string: a packed length, then the letters.
_LAYER_NAME = re.compile(rb"\x01([\x03-\x20])(con_4|affine_|fc_2)")


@dataclass(frozen=True)
class Convolution:
    """Filters (out, in, high, wide), bias (out,), stride and padding on all sides."""

    filters: Weights
    bias: Weights
    stride: int
    padding: int

    def followed_by(self, scale: Weights, shift: Weights) -> Convolution:
        """The same convolution with an affine layer, scale (out,) and shift (out,), folded into it."""
        filters = self.filters * scale[:, None, None, None]
        return Convolution(filters, self.bias * scale + shift, self.stride, self.padding)

    def on_plain_colours(self) -> Convolution:
        """The same convolution for colours from 0 to 255, with dlib's ``(x - mean) / 256`` folded into it."""
        if self.padding:
            raise _unreadable("its first convolution is padded")
        bias = self.bias - (self.filters.sum((2, 3)) * (MEAN_COLOUR / 256)).sum(1)
        return Convolution(self.filters / 256, bias, self.stride, self.padding)


def _unreadable(why: str) -> ModelError:
    return ModelError(f"The face recognition weights cannot be read: {why}.", "Install the package with them again.")


@dataclass
class _Reader:
    """Reads dlib's binary serialisation (dlib/serialize.h and dlib/cuda/tensor.h, version 20)."""

    data: bytes
    place: int

    def integer(self) -> int:
        """A packed integer: low four bits count the bytes that follow, the highest bit is the sign."""
        head = self.data[self.place]
        size = head & 15
        value = int.from_bytes(self.data[self.place + 1 : self.place + 1 + size], "little")
        self.place += 1 + size
        return -value if head & 0x80 else value

    def integers(self, count: int) -> list[int]:
        return [self.integer() for _ in range(count)]

    def tensor(self) -> Weights:
        """Four dimensions, then little-endian float32, flat."""
        version, *shape = self.integers(5)
        if version != 2:
            raise _unreadable("a tensor has an unknown version")
        count = int(np.prod(shape))
        values = np.frombuffer(self.data, "<f4", count, self.place)
        self.place += 4 * count
        return values.astype(np.float64)


_Affine = tuple[Weights, Weights]
_Layer = Convolution | _Affine | Weights


def _layers(data: bytes) -> Iterator[_Layer]:
    """Convolutions, affine layers and the last matrix (256, 128), from the picture's side on.

    The file nests each layer in the next, with sizes of no interest between them; the names are unambiguous in the
    one file whose SHA-256 the model card pins, so that it is enough to look for them.
    """
    place = 0
    while found := _LAYER_NAME.search(data, place):
        name = found.group(2).decode()
        if found.group(1)[0] != len(name):
            place = found.end()
            continue
        reader = _Reader(data, found.end())
        match name:
            case "con_4":
                values = reader.tensor()
                count, high, wide, stride, _, padding, _ = reader.integers(7)
                depth, rest = divmod(values.size - count, count * high * wide)
                if rest:
                    raise _unreadable("a convolution has the wrong number of weights")
                filters = values[:-count].reshape(count, depth, high, wide)
                yield Convolution(filters, values[-count:], stride, padding)
            case "affine_":
                values = reader.tensor()
                yield values[: values.size // 2], values[values.size // 2 :]
            case _:
                wide, high = reader.integers(2)
                yield reader.tensor().reshape(high, wide)
        place = reader.place


def read_weights(data: bytes) -> tuple[list[Convolution], Weights]:
    """The 29 convolutions with their affine layers folded in, and the last matrix (256, 128).

    data: content of ``dlib_face_recognition_resnet_model_v1.dat``.
    Raises ModelError if it is something else.
    """
    convolutions: list[Convolution] = []
    matrix: Weights | None = None
    try:
        for layer in _layers(data):
            if isinstance(layer, Convolution):
                convolutions.append(layer)
            elif isinstance(layer, tuple):
                convolutions[-1] = convolutions[-1].followed_by(*layer)
            else:
                matrix = layer
    except (IndexError, ValueError) as error:
        raise _unreadable("it ends or changes in the middle of a layer") from error
    expected = 1 + 2 * sum(blocks for _, blocks, _ in _STAGES)
    if len(convolutions) != expected or matrix is None or matrix.shape != (256, DIMENSION):
        raise _unreadable("its layers are not those of the face ResNet")
    convolutions[0] = convolutions[0].on_plain_colours()
    return convolutions, matrix


@dataclass
class _Graph:
    """Collects the nodes and constants of an ONNX graph; names count upwards, so that equal input gives equal bytes."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def add(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node; returns the name of its output."""
        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def constant(self, values: npt.NDArray[Any]) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def convolve(self, source: str, layer: Convolution) -> str:
        return self.add(
            "Conv",
            source,
            self.constant(layer.filters.astype(np.float32)),
            self.constant(layer.bias.astype(np.float32)),
            kernel_shape=list(layer.filters.shape[2:]),
            strides=[layer.stride] * 2,
            pads=[layer.padding] * 4,
        )

    def grow(self, source: str, channels: int, side: int) -> str:
        """Zeros added behind the channels, at the bottom and at the right, as dlib's ``add_prev`` does."""
        if not channels and not side:
            return source
        return self.add("Pad", source, self.constant(np.array([0, 0, 0, 0, 0, channels, side, side], np.int64)))


def to_onnx(data: bytes) -> bytes:
    """The face ResNet as an ONNX model (opset 13): the same input always gives the same bytes.

    Its input ``chips`` is (n, 150, 150, 3) uint8, red first; its output ``vectors`` is (n, 128) float32, not of unit
    length, to be compared by Euclidean distance.
    Architecture: dlib's dnn_face_recognition_ex.cpp (ResNet-34 with half the filters and 29 convolutions).
    Raises ModelError if ``data`` is not that network.
    """
    convolutions, matrix = read_weights(data)
    rest = iter(convolutions)
    graph = _Graph()
    value = graph.add("Transpose", graph.add("Cast", "chips", to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    value = graph.add("Relu", graph.convolve(value, next(rest)))
    value = graph.add("MaxPool", value, kernel_shape=[3, 3], strides=[2, 2])
    channels, side = 32, 35
    for filters, blocks, halves in _STAGES:
        for block in range(blocks):
            inner = graph.add("Relu", graph.convolve(value, next(rest)))
            inner, skip = graph.convolve(inner, next(rest)), value
            if halves and block == 0:
                skip = graph.add("AveragePool", value, kernel_shape=[2, 2], strides=[2, 2])
                inner_side, skip_side = (side - 3) // 2 + 1, side // 2
                side = max(inner_side, skip_side)
                inner = graph.grow(inner, 0, side - inner_side)
                skip = graph.grow(skip, filters - channels, side - skip_side)
                channels = filters
            value = graph.add("Relu", graph.add("Add", inner, skip))
    value = graph.add("Flatten", graph.add("GlobalAveragePool", value))
    graph.add("MatMul", value, graph.constant(matrix.astype(np.float32)))
    graph.nodes[-1].output[0] = "vectors"
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "dlib_face_resnet",
            [helper.make_tensor_value_info("chips", TensorProto.UINT8, ["n", CHIP_SIZE, CHIP_SIZE, 3])],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["n", DIMENSION])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
    )
    checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))
