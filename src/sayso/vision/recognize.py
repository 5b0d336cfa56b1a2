"""Measures faces: aligned chips in, feature vectors out into the caller's buffer, and nothing left behind.

May know: chips, a recogniser's card and outputs. Must not know: whose face it is, thresholds' use, storage.
Must not keep: vectors; the runtime's own copies are overwritten with zeros before a call returns.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any, Literal, Protocol

import numpy as np

from ..errors import ModelError, UsageError
from .models import DEFAULT_CHIP, DEFAULT_MODEL, ModelCard, ModelStore
from .quantize import find_int8, recognizer_precision
from .runtime import Bytes, Floats, Network, Precision, Shape, ShapedNetworks, kept_beside, read_network
from .runtime import precision as native_precision

# Chips that are measured at once are a tenth faster each, but what measured them is rinsed with as many: that pays only
# from this many chips on.
_BATCH = 4
_BATCHES_FROM = 32

_ROWS_AT_ONCE = 4096
_CACHED_NUMBERS = 1 << 17


class Recognizer(Protocol):
    """What makes vectors of chips. Vectors of two recognisers, or of two versions of one, are never compared."""

    @property
    def card(self) -> ModelCard:
        """The model's facts; its id and version belong to every vector."""
        ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    @property
    def chip_size(self) -> int:
        """Pixels on each side of a chip."""
        ...

    def measure(self, chips: Bytes, out: Floats) -> None:
        """Write the vectors of ``chips`` into ``out``, which the caller owns and overwrites after use.

        chips: (n, chip_size, chip_size, 3) uint8, red first, aligned. out: (n, dimension) float32.
        Raises UsageError if the shapes do not fit.
        """
        ...

    def distance(self, a: Floats, b: Floats) -> Floats:
        """How unlike vectors are: (n, m) for a (n, dimension) and b (m, dimension); lower is more alike."""
        ...


class ChipRecognizer(ABC):
    """What all recognisers share, whatever network they run and on whichever runtime."""

    card: ModelCard
    dimension: int
    chip_size: int

    def measure(self, chips: Bytes, out: Floats) -> None:
        """See ``Recognizer.measure``."""
        self._check(chips, out)
        counts = set()
        try:
            for part in self._batches(len(chips)):
                batch = chips[part]
                counts.add(len(batch))
                self._run(batch, out[part])
        finally:
            for count in counts:
                self._rinse(self._blank(count))

    @abstractmethod
    def _run(self, batch: Bytes, out: Floats) -> None:
        """Measure as many chips as the network takes at once."""

    @abstractmethod
    def _rinse(self, blank: Bytes) -> None:
        """Measure chips of nobody, and leave not even what comes of them."""

    def _batches(self, count: int) -> Iterator[slice]:
        """Full batches if there are many, then single chips, so that a runtime sees two shapes only."""
        full = count - count % _BATCH if count >= _BATCHES_FROM else 0
        yield from (slice(start, start + _BATCH) for start in range(0, full, _BATCH))
        yield from (slice(start, start + 1) for start in range(full, count))

    def _take(self, vectors: Floats, out: Floats) -> None:
        """Vectors as templates are made of them."""
        out[...] = vectors

    def distance(self, a: Floats, b: Floats) -> Floats:
        """Euclidean distances (n, m); see ``Recognizer.distance``."""
        out = np.empty((len(a), len(b)), np.float32)
        # As many rows of b at a time as keep what is being computed in the processor's cache.
        rows = max(1, min(len(b), _ROWS_AT_ONCE, _CACHED_NUMBERS // max(1, len(a))))
        doubled = a * np.float32(-2)
        # Sums without an array of squares, whose roots would be the vectors.
        lengths = np.einsum("ij,ij->i", a, a)[:, None]
        tile = np.empty((len(a), rows), np.float32)
        for start in range(0, len(b), rows):
            part = b[start : start + rows]
            squares = np.matmul(doubled, part.T, out=tile[:, : len(part)])
            squares += lengths
            squares += np.einsum("ij,ij->i", part, part)
            np.sqrt(np.maximum(squares, 0, out=squares), out=out[:, start : start + rows])
        # The matrix product packs its factors into buffers that it keeps; a product of nothing overwrites them.
        doubled.fill(0)
        doubled @ np.zeros((rows, b.shape[1]), b.dtype).T
        return out

    def _shape(self, count: int) -> Shape:
        return count, self.chip_size, self.chip_size, 3

    def _blank(self, count: int) -> Bytes:
        """Chips of nobody. To measure them rinses a runtime: it overwrites the vectors, and what they are computed
        from, in buffers and on stacks that cannot be reached from here."""
        return np.zeros(self._shape(count), np.uint8)

    def _check(self, chips: Bytes, out: Floats) -> None:
        if chips.ndim != 4 or chips.shape[1:] != (self.chip_size, self.chip_size, 3) or chips.dtype != np.uint8:
            raise UsageError(f"Chips of shape {chips.shape} cannot be measured.", "Align the faces first.")
        if out.shape != (len(chips), self.dimension) or out.dtype != np.float32:
            raise UsageError(
                f"A buffer of shape {out.shape} cannot take {len(chips)} vectors.",
                f"Give one of shape ({len(chips)}, {self.dimension}), float32.",
            )


class OnOpenVino(ChipRecognizer):
    """How a recogniser runs on OpenVINO."""

    _networks: ShapedNetworks

    def _run(self, batch: Bytes, out: Floats) -> None:
        (vectors,) = self._networks.at(batch.shape).run(batch)
        self._take(vectors, out)

    def _rinse(self, blank: Bytes) -> None:
        network = self._networks.at(blank.shape)
        network.run(blank)
        network.wipe()


class OnOnnxRuntime(ChipRecognizer):
    """How a recogniser runs on ONNX Runtime."""

    @abstractmethod
    def _vectors(self, batch: Bytes) -> Floats:
        """The runtime's own array, which is overwritten as soon as the vectors were taken."""

    def _run(self, batch: Bytes, out: Floats) -> None:
        vectors = self._vectors(batch)
        self._take(vectors, out)
        vectors[...] = 0

    def _rinse(self, blank: Bytes) -> None:
        self._vectors(blank)[...] = 0


class _DlibRecognizer(ChipRecognizer):
    """What both ways of running dlib's network share; at a distance of 0.6 and above, dlib says another person."""

    dimension = 128
    chip_size = DEFAULT_CHIP

    def __init__(self, store: ModelStore) -> None:
        self.card = store.card(DEFAULT_MODEL)
        self._path = store.path(DEFAULT_MODEL)


class DlibRecognizer(OnOpenVino, _DlibRecognizer):
    """dlib's face ResNet on OpenVINO. Any number of threads may share one."""

    def __init__(
        self, store: ModelStore, *, threads: int = 1, precision: Precision | Literal["int8"] | None = None
    ) -> None:
        """threads: how many one call may use. precision: the fastest that was prepared if None.

        Raises ModelError if it cannot run here, or was not prepared in that precision.
        """
        super().__init__(store)
        path, chosen = self._path, precision or recognizer_precision(store)
        if chosen == "int8":
            found = find_int8(store)
            if found.path is None:
                raise ModelError(f"The recogniser cannot run in int8: {found.why}.", "Set SAYSO_PRECISION=bf16.")
            # The layers that are not in int8 are in what suits the processor.
            path, chosen = found.path, native_precision()
        numbers: Precision = chosen

        # Without a way back to this object, so that its networks go when it goes.
        def build(shape: Shape) -> Network:
            kept = kept_beside(path, *shape)
            return Network(lambda: read_network(path, shape), threads=threads, precision=numbers, kept=kept)

        self._networks = ShapedNetworks(build)
        # At once, so that a machine that cannot run it is known before the first face.
        self._networks.at(self._shape(_BATCH))


class OnnxRuntimeRecognizer(OnOnnxRuntime, _DlibRecognizer):
    """The same network on ONNX Runtime, always in f32, for machines where OpenVINO cannot run it."""

    def __init__(self, store: ModelStore, *, threads: int = 1) -> None:
        """threads: how many one call may use. Raises ModelError if the network cannot be loaded."""
        super().__init__(store)
        try:
            self._network = onnx_session(str(self._path), threads)
        except Exception as error:
            raise ModelError(f"The model {self._path.name} cannot be loaded.", "Run 'sayso models prepare'.") from error

    def _vectors(self, batch: Bytes) -> Floats:
        (vectors,) = self._network.run(["vectors"], {"chips": np.ascontiguousarray(batch)})
        return np.asarray(vectors, np.float32)


def onnx_session(model: str | bytes, threads: int) -> Any:
    """A network on ONNX Runtime, from a path or its content, which keeps nothing of what it computed."""
    # Only here, because most machines never need it.
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # It says on the terminal what it raises as well.
    options.log_severity_level = 4
    # The arena would keep what it frees, vectors included.
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def products(a: Floats, b: Floats) -> Floats:
    """Every vector of ``a`` times every one of ``b``, (n, m), without a copy of either left behind."""
    result = a @ b.T
    # The matrix product packs its factors into buffers that it keeps; a product of nothing overwrites them.
    np.zeros_like(a) @ np.zeros_like(b).T
    return result


def load_recognizer(store: ModelStore, card_id: str | None = None, threads: int = 1) -> Recognizer:
    """The recogniser of a card, by default the store's own or else dlib's, on the best runtime that can run it here.

    threads: how many one call may use. Raises ModelError if no such recogniser exists or none can be loaded.
    """
    if store.own is not None and card_id in (None, store.own.card.id):
        # Only here, because few archives have one.
        from .own_network import load_own

        return load_own(store.own, threads=threads)
    card = store.card(card_id or DEFAULT_MODEL)
    if card.id != DEFAULT_MODEL:
        raise ModelError(f"The model {card.id} does not measure faces.", f"Choose {DEFAULT_MODEL}.")
    for precision in dict.fromkeys((recognizer_precision(store), native_precision())):
        try:
            return DlibRecognizer(store, threads=threads, precision=precision)
        except ModelError:
            continue
    return OnnxRuntimeRecognizer(store, threads=threads)
