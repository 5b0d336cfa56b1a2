"""Compiled networks that are kept: the same numbers as before, repaired when damaged, and never somebody else's."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from sayso.vision import runtime
from sayso.vision.kept import FOLDER, Kept
from sayso.vision.models import ModelStore
from sayso.vision.runtime import Bytes, Network, Shape, kept_beside, read_network, take_pixels

SHAPE: Shape = (1, 192, 192, 3)


@pytest.fixture
def mesh(store: ModelStore, tmp_path: Path) -> Path:
    """The mesh in a folder of this test's own."""
    return Path(shutil.copy(store.path("face-mesh-468"), tmp_path))


@pytest.fixture
def noise() -> Bytes:
    return np.random.default_rng(5).integers(0, 256, SHAPE, np.uint8)


def loaded(mesh: Path, compiled: list[str] | None = None) -> Network:
    """The mesh as the aligner loads it; ``compiled`` hears when it had to be compiled."""

    def build():  # type: ignore[no-untyped-def]
        if compiled is not None:
            compiled.append("compiled")
        return take_pixels(read_network(mesh, SHAPE), mean=0.0, scale=255.0)

    return Network(build, threads=1, precision="f32", kept=kept_beside(mesh, *SHAPE, "pixels"))


def kept_files(mesh: Path) -> list[Path]:
    return sorted((mesh.parent / FOLDER).iterdir())


def test_what_is_kept_gives_the_same_numbers(mesh: Path, noise: Bytes) -> None:
    compiled: list[str] = []
    first = [output.copy() for output in loaded(mesh, compiled).run(noise)]
    again = loaded(mesh, compiled).run(noise)
    assert compiled == ["compiled"]
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    (file,) = kept_files(mesh)
    assert file.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut", "bit", "empty", "no-network"])
def test_a_damaged_one_is_compiled_again(mesh: Path, noise: Bytes, damage: str) -> None:
    whole = [output.copy() for output in loaded(mesh).run(noise)]
    (file,) = kept_files(mesh)
    data = file.read_bytes()
    match damage:
        case "cut":
            file.write_bytes(data[: len(data) // 2])
        case "bit":
            file.write_bytes(data[:90_000] + bytes([data[90_000] ^ 4]) + data[90_001:])
        case "empty":
            file.write_bytes(b"")
        case _:
            kept = kept_beside(mesh, *SHAPE, "pixels")
            assert kept is not None
            settings = {"anything": 1}
            kept.keep("machine", settings, b"no network at all")
            kept._path("machine", settings).replace(file)
    compiled: list[str] = []
    again = loaded(mesh, compiled).run(noise)
    assert compiled == ["compiled"]
    assert all(np.array_equal(one, other) for one, other in zip(whole, again, strict=True))
    loaded(mesh, compiled)
    assert compiled == ["compiled"]
    assert kept_files(mesh) == [file]


def test_nothing_is_taken_from_a_folder_that_others_may_write(mesh: Path) -> None:
    compiled: list[str] = []
    loaded(mesh, compiled)
    (mesh.parent / FOLDER).chmod(0o777)
    loaded(mesh, compiled)
    assert compiled == ["compiled"] * 2
    shutil.rmtree(mesh.parent / FOLDER)
    (mesh.parent / "elsewhere").mkdir()
    (mesh.parent / FOLDER).symlink_to(mesh.parent / "elsewhere")
    loaded(mesh, compiled)
    assert list((mesh.parent / "elsewhere").iterdir()) == []


def test_another_file_shape_machine_or_setting_is_another_network(mesh: Path) -> None:
    kept = Kept.of([mesh], 1, 2)
    kept.keep("machine", {"threads": 1}, b"data")
    assert kept.load("machine", {"threads": 1}) == b"data"
    assert Kept.of([mesh], 1, 2).load("machine", {"threads": 1}) == b"data"
    assert kept.load("machine", {"threads": 2}) is None
    assert kept.load("another machine", {"threads": 1}) is None
    assert Kept.of([mesh], 1, 3).load("machine", {"threads": 1}) is None
    mesh.write_bytes(mesh.read_bytes() + b"0")
    assert Kept.of([mesh], 1, 2).load("machine", {"threads": 1}) is None


def test_where_nothing_can_be_written_it_is_compiled(mesh: Path) -> None:
    (mesh.parent / FOLDER).write_text("in the way")
    compiled: list[str] = []
    loaded(mesh, compiled)
    loaded(mesh, compiled)
    assert compiled == ["compiled"] * 2


def test_what_was_used_least_recently_goes_first(mesh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sayso.vision.kept.MOST", 3000)
    kept = Kept.of([mesh])
    for number in range(3):
        kept.keep(str(number), {}, bytes(900))
        os.utime(kept._path(str(number), {}), (number, number))
    assert kept.load("0", {}) == bytes(900)
    kept.keep("3", {}, bytes(900))
    assert [kept.load(str(number), {}) is not None for number in range(4)] == [True, False, True, True]


def test_the_processors_clock_is_no_other_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = tmp_path / "cpuinfo"
    monkeypatch.setattr(runtime, "_PROCESSOR_FACTS", facts)
    said = []
    for clock, flags in ((2400, "fma avx2"), (1800, "fma avx2"), (2400, "fma avx2 avx512f")):
        facts.write_text(f"model name\t: A processor\ncpu MHz\t\t: {clock}\nflags\t\t: {flags}\n")
        said.append(runtime._machine.__wrapped__())
    assert said[0] == said[1] != said[2]
    facts.unlink()
    assert runtime._machine.__wrapped__() == ""
