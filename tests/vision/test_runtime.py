"""Choosing a precision, and keeping the number of compiled networks small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sayso.errors import ModelError, UsageError
from sayso.vision.models import ModelStore
from sayso.vision.runtime import Network, Shape, ShapedNetworks, precision, read_network, take_pixels


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    precision.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    precision.cache_clear()


@pytest.mark.parametrize("wanted", ["bf16", "f32"])
def test_the_environment_chooses_the_precision(fresh: pytest.MonkeyPatch, wanted: str) -> None:
    fresh.setenv("SAYSO_PRECISION", wanted)
    assert precision() == wanted


def test_an_unknown_precision_is_refused(fresh: pytest.MonkeyPatch) -> None:
    fresh.setenv("SAYSO_PRECISION", "fp16")
    with pytest.raises(UsageError, match="Set it to int8, bf16 or f32"):
        precision()


def test_a_processor_that_says_nothing_gets_f32(fresh: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fresh.delenv("SAYSO_PRECISION", raising=False)
    facts = tmp_path / "cpuinfo"
    fresh.setattr("sayso.vision.runtime._PROCESSOR_FACTS", facts)
    assert precision() == "f32"
    precision.cache_clear()
    facts.write_text("flags : fpu sse2 avx2 avx512f amx_bf16\n")
    assert precision() == "bf16"


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.onnx").write_bytes(b"\xff\xd8\xff\xe0")
    with pytest.raises(ModelError, match="cannot be read"):
        read_network(tmp_path / "photo.onnx")


def test_the_least_recently_used_network_goes_first(store: ModelStore) -> None:
    built: list[Shape] = []

    def build(shape: Shape) -> Network:
        built.append(shape)
        model = take_pixels(read_network(store.path("face-mesh-468"), shape), mean=0, scale=255)
        return Network(lambda: model, threads=1, precision="f32")

    networks = ShapedNetworks(build, most=2)
    one, two, three = ((count, 192, 192, 3) for count in (1, 2, 3))
    for shape in (one, two, one, three, one, two):
        networks.at(shape)
    assert built == [one, two, three, two]
    assert len(networks) == 2


def test_wiping_leaves_zeros(store: ModelStore) -> None:
    model = take_pixels(read_network(store.path("face-mesh-468")), mean=0, scale=255)
    network = Network(lambda: model, threads=1, precision="f32")
    outputs = network.run(np.full((1, 192, 192, 3), 90, np.uint8))
    assert all(output.any() for output in outputs)
    network.wipe()
    assert not any(output.any() for output in outputs)
