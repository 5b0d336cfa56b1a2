"""Measures faces with an operator's own recogniser: on OpenVINO, or on ONNX Runtime where OpenVINO cannot run it.

May know: chips, the own model's card, wiring and bytes. Must not know: whose face it is, thresholds' use, storage.
Must not keep: vectors; the runtime's own copies are overwritten before a call returns, as in ``recognize``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..errors import ModelError
from .models import OwnModel
from .own import DIMENSIONS, Plain, Ports, opened
from .recognize import ChipRecognizer, OnOnnxRuntime, OnOpenVino, onnx_session, products
from .runtime import Bytes, Floats, Network, Precision, Shape, ShapedNetworks, load_openvino, read_graph
from .runtime import precision as native_precision


class OwnRecognizer(ChipRecognizer):
    """What both ways of running an own model share."""

    def __init__(self, own: OwnModel, ports: Ports) -> None:
        self.card, self.wiring = own.card, own.wiring
        self.chip_size = own.wiring.size
        self._ports = ports

    def distance(self, a: Floats, b: Floats) -> Floats:
        """(n, m): one less the cosine, 0 to 2, or Euclidean, as the card says.

        A vector of zeros is nobody's: it is infinitely far from everybody.
        """
        lengths_a, lengths_b = np.sqrt(np.einsum("ij,ij->i", a, a)), np.sqrt(np.einsum("ij,ij->i", b, b))
        lengths = lengths_a[:, None] * lengths_b[None]
        if self.wiring.metric == "cosine":
            far = 1 - products(a, b) / np.maximum(lengths, np.finfo(np.float32).tiny)
        else:
            far = super().distance(a, b)
        return np.asarray(np.where(lengths > 0, far, np.inf), np.float32)

    def _take(self, vectors: Floats, out: Floats) -> None:
        """Vectors as templates are made of them: for the cosine of unit length, so that each capture counts alike."""
        out[...] = vectors
        if self.wiring.metric == "cosine":
            lengths = np.sqrt(np.einsum("ij,ij->i", out, out))
            out /= np.maximum(lengths, np.finfo(np.float32).tiny)[:, None]

    def _batches(self, count: int) -> Iterator[slice]:
        return super()._batches(count) if self._ports.many else (slice(start, start + 1) for start in range(count))


class OpenVinoOwnRecognizer(OnOpenVino, OwnRecognizer):
    """An own model on OpenVINO. Any number of threads may share one."""

    def __init__(
        self, own: OwnModel, *, threads: int = 1, precision: Precision | None = None, plain: Plain | None = None
    ) -> None:
        """threads: how many one call may use. precision: the processor's own if None. plain: ``opened``, if it was.

        Raises ModelError if the file is not the card's, or OpenVINO cannot run it.
        """
        plain = plain or opened(own)
        super().__init__(own, plain.ports)
        data, ports = plain.data, plain.ports
        chosen = precision or native_precision()

        def build(shape: Shape) -> Network:
            return Network(lambda: _with_pixels(data, ports, own, shape), threads=threads, precision=chosen)

        self._networks = ShapedNetworks(build)
        # One blank chip tells how long the vectors are, and at once whether this machine can run the model.
        try:
            (first,) = self._networks.at(self._shape(1)).run(self._blank(1))
        except RuntimeError:
            raise ModelError(f"OpenVINO cannot run the model {own.card.id}.") from None
        self.dimension = _dimension(first.shape, own)


class OnnxRuntimeOwnRecognizer(OnOnnxRuntime, OwnRecognizer):
    """The same model on ONNX Runtime, always in f32."""

    def __init__(self, own: OwnModel, *, threads: int = 1, plain: Plain | None = None) -> None:
        """threads: how many one call may use. plain: ``opened``, if it was.

        Raises ModelError if the file is not the card's, or cannot be run.
        """
        plain = plain or opened(own)
        super().__init__(own, plain.ports)
        try:
            self._network = onnx_session(plain.data, threads)
            vectors = self._vectors(self._blank(1))
        except Exception as error:
            raise ModelError(
                f"The model {own.card.id} cannot be run on this machine.", "Save it in an older ONNX opset."
            ) from error
        self.dimension = _dimension(vectors.shape, own)

    def _vectors(self, batch: Bytes) -> Floats:
        ordered = batch[..., ::-1] if self.wiring.channels == "bgr" else batch
        mean, scale = np.array(self.wiring.mean, np.float32), np.array(self.wiring.scale, np.float32)
        pixels = (ordered.astype(np.float32) - mean) / scale
        if self._ports.channels_first:
            pixels = pixels.transpose(0, 3, 1, 2)
        (vectors,) = self._network.run([self._ports.output], {self._ports.input: np.ascontiguousarray(pixels)})
        return np.asarray(vectors, np.float32)


def load_own(own: OwnModel, *, threads: int = 1, plain: Plain | None = None) -> OwnRecognizer:
    """An own model on the best runtime that can run it here. plain: ``opened``, if it was.

    Raises ModelError if its file is gone or another one, or if none can run it.
    """
    plain = plain or opened(own)
    try:
        return OpenVinoOwnRecognizer(own, threads=threads, plain=plain)
    except ModelError:
        return OnnxRuntimeOwnRecognizer(own, threads=threads, plain=plain)


def _with_pixels(data: bytes, ports: Ports, own: OwnModel, shape: Shape) -> Any:
    """The network for chips as they are: uint8, red first, (n, size, size, 3)."""
    ov = load_openvino()
    model = read_graph(data)
    count, size = shape[0], own.wiring.size
    if ports.many:
        model.reshape([count, 3, size, size] if ports.channels_first else [count, size, size, 3])
    steps = ov.preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8).set_layout(ov.Layout("NHWC"))
    steps.input().model().set_layout(ov.Layout("NCHW" if ports.channels_first else "NHWC"))
    taken = steps.input().preprocess().convert_element_type(ov.Type.f32)
    if own.wiring.channels == "bgr":
        taken = taken.reverse_channels()
    taken.mean(list(own.wiring.mean)).scale(list(own.wiring.scale))
    return steps.build()


def _dimension(shape: tuple[int, ...], own: OwnModel) -> int:
    if len(shape) != 2 or shape[0] != 1 or shape[1] not in DIMENSIONS:
        raise ModelError(
            f"The model {own.card.id} gives {' x '.join(map(str, shape))} for one chip, which is no vector.",
            f"A recogniser gives 1 x {DIMENSIONS[0]} to {DIMENSIONS[-1]}.",
        )
    return int(shape[1])
