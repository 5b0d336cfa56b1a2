"""Runs networks on this machine's processor through OpenVINO, and keeps OpenVINO from calling home.

May know: OpenVINO, threads, the processor's abilities. Must not know: what a network is for.
Must be where others take ``openvino`` from: a bare import of it would send a usage event over the network.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache as once
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import numpy as np
import numpy.typing as npt

from ..errors import ModelError, UsageError
from .kept import Kept

# With this entry OpenVINO finds its telemetry package missing and uses its own empty stand-in. If the host program has
# imported that package before, it has made its own choice, which is left alone.
sys.modules.setdefault("openvino_telemetry", cast(Any, None))

if TYPE_CHECKING:
    import openvino

__all__ = [
    "Bytes",
    "Floats",
    "Network",
    "Precision",
    "Shape",
    "ShapedNetworks",
    "load_openvino",
    "multiplies_int8",
    "precision",
    "read_graph",
    "read_network",
    "take_pixels",
    "wanted",
]

Precision = Literal["bf16", "f32"]
Shape = tuple[int, ...]
Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.uint8]

_PROCESSOR_FACTS = Path("/proc/cpuinfo")
_PROCESSOR_KIND = {"vendor_id", "cpu family", "model", "model name", "stepping", "flags"} | {
    "CPU implementer",
    "CPU architecture",
    "CPU variant",
    "CPU part",
    "CPU revision",
    "Features",
}
_FAST_BF16 = {"amx_bf16", "avx512_bf16"}
_FAST_INT8 = {"amx_int8", "avx512_vnni", "avx_vnni"}

_loading = threading.Lock()


def load_openvino() -> Any:
    """The ``openvino`` module. Loading it takes a tenth of a second; commands that look at no photo are spared it."""
    with _loading:
        import openvino
        import openvino.preprocess

        # The binding's bridge to NumPy sets itself up on first use, and two threads that use it first at the same
        # moment wait for each other for ever: so it is used here, alone, before anybody else can.
        np.asarray(openvino.Tensor(np.zeros(1, np.float32)).data)
        return openvino


def wanted() -> str:
    """What the environment variable ``SAYSO_PRECISION`` asks for, or "". Raises UsageError if that is no precision."""
    asked = os.environ.get("SAYSO_PRECISION", "")
    if asked not in ("", "int8", "bf16", "f32"):
        raise UsageError(f"SAYSO_PRECISION is '{asked}', which is no precision.", "Set it to int8, bf16 or f32.")
    return asked


@once
def precision() -> Precision:
    """``bf16`` where the processor multiplies it natively (AMX, AVX-512 BF16), otherwise ``f32``.

    The environment variable ``SAYSO_PRECISION`` overrides it; int8 is for the recogniser alone (``quantize``), and
    leaves everything else as it is. Raises UsageError if the variable names no precision.
    """
    asked = wanted()
    if asked in ("bf16", "f32"):
        return cast(Precision, asked)
    return "bf16" if _abilities() & _FAST_BF16 else "f32"


@once
def multiplies_int8() -> bool:
    """Whether the processor multiplies int8 natively (VNNI, AMX)."""
    return bool(_abilities() & _FAST_INT8)


def _abilities() -> set[str]:
    """Every word that the system says of the processor; none where it says nothing."""
    try:
        return set(_PROCESSOR_FACTS.read_text("ascii", errors="ignore").split())
    except OSError:
        return set()


def read_network(path: Path, shape: Shape | None = None) -> openvino.Model:
    """The network in an ONNX or TFLite file, for inputs of ``shape`` if one is given. Raises ModelError if it cannot be
    read."""
    try:
        model = _core().read_model(str(path))
    except RuntimeError as error:
        raise ModelError(f"The model {path.name} cannot be read.", "Run 'sayso models prepare'.") from error
    if shape is not None:
        model.reshape(list(shape))
    return model


def kept_beside(path: Path, *done: object) -> Kept | None:
    """Where networks from this file are kept compiled; nowhere if it cannot be read, which reading it will say.

    done: what changes the network, its shape included.
    """
    weights = path.with_suffix(".bin")
    try:
        return Kept.of([path, weights] if path.suffix == ".xml" else [path], *done)
    except OSError:
        return None


def read_graph(data: bytes) -> openvino.Model:
    """The network in the bytes of an ONNX file; no other file is opened. Raises ModelError if it cannot be read."""
    try:
        return _core().read_model(model=data, weights=b"")
    except RuntimeError as error:
        raise ModelError("OpenVINO cannot read this model.", "ONNX Runtime takes its place where it can.") from error


def take_pixels(model: openvino.Model, *, mean: float, scale: float) -> openvino.Model:
    """The same network for uint8 pixels: ``(x - mean) / scale`` becomes part of it."""
    types = load_openvino().Type
    steps = load_openvino().preprocess.PrePostProcessor(model)
    steps.input().tensor().set_element_type(types.u8)
    steps.input().preprocess().convert_element_type(types.f32).mean(mean).scale(scale)
    built: openvino.Model = steps.build()
    return built


class Network:
    """A compiled network. Any number of threads may call it; each has its own request."""

    def __init__(
        self, build: Callable[[], openvino.Model], *, threads: int, precision: Precision, kept: Kept | None = None
    ) -> None:
        """build: gives the network, if it has to be compiled. threads: how many one call may use. kept: where it may
        lie compiled, or is put then.

        Raises ModelError if the network cannot run on this machine.
        """
        settings: dict[str, Any] = {
            "INFERENCE_PRECISION_HINT": precision,
            "INFERENCE_NUM_THREADS": threads,
            "NUM_STREAMS": 1,
            # Workers of one machine would all be pinned to the same cores.
            "ENABLE_CPU_PINNING": False,
        }
        self._compiled = _loaded(kept, settings) or _compiled(build(), settings, kept)
        self._own = threading.local()

    def run(self, batch: Bytes) -> tuple[Floats, ...]:
        """The outputs for a batch of pixels: views that hold until this thread calls again or calls ``wipe``."""
        request: openvino.InferRequest | None = getattr(self._own, "request", None)
        if request is None:
            request = self._own.request = self._compiled.create_infer_request()
        # A copy, so that the request does not hold on to the caller's pixels.
        pixels = request.get_input_tensor()
        pixels.shape = batch.shape
        pixels.data[...] = batch
        request.infer()
        return tuple(output.data for output in request.output_tensors)

    def wipe(self) -> None:
        """Overwrite what the last call of this thread took in and gave out with zeros."""
        request: openvino.InferRequest | None = getattr(self._own, "request", None)
        if request is not None:
            for tensor in (*request.input_tensors, *request.output_tensors):
                tensor.data[...] = 0


class ShapedNetworks:
    """One network, compiled on first need for each shape of its input; the least recently used go first."""

    def __init__(self, build: Callable[[Shape], Network], *, most: int = 12) -> None:
        self._build = build
        self._most = most
        self._made: OrderedDict[Shape, Network] = OrderedDict()
        self._lock = threading.Lock()

    def at(self, shape: Shape) -> Network:
        """The network for inputs of ``shape``."""
        with self._lock:
            if shape not in self._made:
                self._made[shape] = self._build(shape)
                if len(self._made) > self._most:
                    self._made.popitem(last=False)
            self._made.move_to_end(shape)
            return self._made[shape]

    def __len__(self) -> int:
        return len(self._made)


def _compiled(model: openvino.Model, settings: dict[str, Any], kept: Kept | None) -> openvino.CompiledModel:
    try:
        made = _core().compile_model(model, "CPU", settings)
    except RuntimeError as error:
        raise ModelError(
            "OpenVINO cannot run a model on this machine.", "Set SAYSO_PRECISION=f32, or update OpenVINO."
        ) from error
    if kept is not None and _machine():
        kept.keep(_machine(), settings, made.export_model().getvalue())
    return made


def _loaded(kept: Kept | None, settings: dict[str, Any]) -> openvino.CompiledModel | None:
    data = kept.load(_machine(), settings) if kept is not None and _machine() else None
    if data is None:
        return None
    try:
        return _core().import_model(data, "CPU", settings)
    except RuntimeError:
        return None


@once
def _machine() -> str:
    """What a compiled network depends on besides its source: this very OpenVINO, and what kind of processor this is.
    Empty where the system does not say."""
    try:
        lines = _PROCESSOR_FACTS.read_text("ascii", errors="ignore").splitlines()
    except OSError:
        return ""
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    # Not its clock and its load, which change while one looks.
    kind = [facts[name] for name in sorted(_PROCESSOR_KIND & facts.keys())]
    return " ".join((load_openvino().get_version(), *kind)) if kind else ""


def _core() -> openvino.Core:
    # A forked process must not use its parent's threads.
    return _core_of(os.getpid())


@once
def _core_of(_process: int) -> openvino.Core:
    core: openvino.Core = load_openvino().Core()
    return core
