"""How fast this machine could be at best: the work that a network is, over the rate of the processor's matrix product.

May know: networks' graphs, this processor. Must not know: pixels, faces.
Must not claim: that the bound can be reached; a network also moves data, and so does everything around it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from ..vision import DEFAULT_MODEL, ModelStore
from ..vision.align import MODEL as ALIGNER
from ..vision.locate import MODEL as LOCATOR
from ..vision.locate import SCALES
from ..vision.runtime import load_openvino, read_network

_SIDE = 2048


@dataclass(frozen=True, slots=True)
class Work:
    """Floating-point operations, a multiplication and an addition being two: for a photo's pixel, or for a face."""

    locate_per_pixel: float
    align: float
    measure: float


def work_of_models(store: ModelStore) -> Work:
    """What the networks in use have to compute, counted from the shapes in their graphs."""
    locator = read_network(store.path(LOCATOR))
    recognizer = read_network(store.path(DEFAULT_MODEL))
    recognizer.reshape([1, 150, 150, 3])
    pixels = prod(locator.input(0).get_shape()[1:3])
    return Work(operations(locator) / pixels, operations(read_network(store.path(ALIGNER))), operations(recognizer))


def operations(network: Any) -> float:
    """Operations of the convolutions and matrix products of a network with fixed shapes; all else counts as free."""
    return sum(map(_operations, network.get_ordered_ops()))


def located_pixels(width: int, height: int) -> float:
    """Pixels of a photo that the locator looks at, over all sizes, without the rims of its canvases."""
    long, short = max(width, height), min(width, height)
    return sum(side * side * short / long for side in SCALES)


class MatrixProduct:
    """A large matrix product in one thread; what it reaches is this processor's rate."""

    #: What one call of ``run`` computes.
    operations = 2.0 * _SIDE**3

    def __init__(self, precision: str) -> None:
        """precision: ``f32``, ``bf16`` or ``int8``."""
        openvino: Any = load_openvino()
        ops = openvino.opset13
        left = ops.parameter([_SIDE, _SIDE], np.float32)
        first, right = left, ops.constant(np.full((_SIDE, _SIDE), 1e-3, np.float32))
        if precision == "int8":
            # The form in which the runtime recognises factors that lie on a grid of 256 values.
            low, high = ops.constant(np.float32(-1.28)), ops.constant(np.float32(1.27))
            first = ops.fake_quantize(left, low, high, low, high, 256)
            whole = ops.convert(ops.constant(np.full((_SIDE, _SIDE), 3, np.int8)), "f32")
            right = ops.multiply(whole, ops.constant(np.float32(1e-3)))
        settings = {
            "INFERENCE_PRECISION_HINT": "f32" if precision == "f32" else "bf16",
            "INFERENCE_NUM_THREADS": 1,
            "NUM_STREAMS": 1,
            "ENABLE_CPU_PINNING": False,
        }
        model = openvino.Model([ops.matmul(first, right, False, False)], [left])
        self._request = openvino.Core().compile_model(model, "CPU", settings).create_infer_request()
        self._request.get_input_tensor().data[...] = 1.0

    def run(self) -> None:
        """Multiply once."""
        self._request.infer()


def _operations(step: Any) -> float:
    match step.get_type_name():
        case "Convolution":
            # Weights: outputs, inputs, and the window's sides.
            return 2.0 * prod(_out(step)) * prod(_weights(step)[1:])
        case "GroupConvolution":
            # Weights: groups, outputs of a group, inputs of a group, and the window's sides.
            return 2.0 * prod(_out(step)) * prod(_weights(step)[2:])
        case "ConvolutionBackpropData":
            return 2.0 * prod(_in(step, 0)) * prod(_weights(step)[1:])
        case "MatMul":
            return 2.0 * prod(_out(step)) * _in(step, 0)[-1]
    return 0.0


def _weights(step: Any) -> list[int]:
    return _in(step, 1)


def _in(step: Any, number: int) -> list[int]:
    return list(map(int, step.input(number).get_shape()))


def _out(step: Any) -> list[int]:
    return list(map(int, step.get_output_shape(0)))
