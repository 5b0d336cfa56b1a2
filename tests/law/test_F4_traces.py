"""F4: after the withdrawal no file and no memory holds anything of the template, nor any file the person's name."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from sayso.vision.models import default_folder
from tests.house import House
from tests.traces import forms, in_files, in_memory

from .whole_life import LABEL, MASK

ROOT = Path(__file__).parents[2]


@dataclass
class Life:
    """What one process told, and what was found in its memory: while it searched, and after the withdrawal."""

    house: House
    album: Path
    templates: list[dict[str, bytes]]
    faces: list[dict[str, bytes]]
    matched: int
    while_open: list[str]
    gone: list[str]
    album_names: set[str]


@pytest.fixture(scope="module")
def life(_base_house: House, tmp_path_factory: pytest.TempPathFactory) -> Life:
    root = tmp_path_factory.mktemp("life")
    house = _base_house.copy(root / "house")
    album = root / "album"
    scratch = root / "tmp"
    scratch.mkdir()
    environment = {**os.environ, **house.environment(), "TMPDIR": str(scratch)}
    command = [sys.executable, "-m", "tests.law.whole_life", str(house.archive), str(album)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=ROOT
    ) as process:
        told: dict[str, list[dict[str, bytes]]] = {"template": [], "face": []}

        def read_until(stop: str) -> list[str]:
            assert process.stdout is not None
            for line in process.stdout:
                kind, *rest = line.split()
                if kind == stop:
                    return rest
                masked = np.frombuffer(bytes.fromhex(rest[0]), np.uint32)
                told[kind].append(forms((masked ^ MASK).view(np.float32)))
            raise AssertionError(f"the process ended before '{stop}'")

        def go_on() -> None:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()

        def look() -> list[str]:
            return in_memory(together(told["template"] + told["face"]), process.pid)

        read_until("open")
        while_open = look()
        go_on()
        matched, _ = map(int, read_until("found"))
        names = {path.name for path in album.iterdir()}
        read_until("gone")
        gone = look()
        go_on()
    assert process.returncode == 0
    return Life(house, album, told["template"], told["face"], matched, while_open, gone, names)


def together(vectors: list[dict[str, bytes]]) -> dict[str, bytes]:
    """The needles of several vectors as one."""
    return {f"{number}: {name}": needle for number, one in enumerate(vectors) for name, needle in one.items()}


def test_the_search_sees_a_vector_in_every_form(tmp_path: Path) -> None:
    vector = np.random.default_rng(5).normal(size=128).astype(np.float32)
    needles = forms(vector)
    for kind in ("<f2", ">f2", "<f4", ">f4", "<f8", ">f8"):
        raw = vector.astype(kind).tobytes()
        for before in range(3):
            for content in (raw, raw.hex().encode(), base64.b64encode(b"x" * before + raw)):
                (tmp_path / "file").write_bytes(b"x" * before + content)
                assert in_files(needles, [tmp_path]), (kind, before)
    (tmp_path / "file").write_text(str(vector.tolist()))
    assert in_files(needles, [tmp_path])
    (tmp_path / "file").write_bytes(np.random.default_rng(6).bytes(100_000))
    assert in_files(needles, [tmp_path]) == []


def test_F4_the_template_is_in_memory_while_the_gallery_is_open_and_nowhere_after(life: Life) -> None:
    assert life.matched >= 2
    assert len(life.templates) == 1
    assert len(life.faces) > 20
    assert any(hit.startswith("0: f4< at") for hit in life.while_open), "the search must see a template that is there"
    assert life.gone == []


def test_F4_no_file_holds_any_vector_that_was_ever_made(life: Life) -> None:
    folders = [life.house.root, life.album.parent, default_folder()]
    assert in_files(together(life.templates + life.faces), folders) == []


def test_F4_no_file_holds_the_persons_name(life: Life) -> None:
    needles = {
        "label": LABEL.encode(),
        "label in UTF-16": LABEL.encode("utf-16-le"),
        "label in UTF-16, big end first": LABEL.encode("utf-16-be"),
        "name": b"wren@",
    }
    assert in_files(needles, [life.house.root, life.album.parent]) == []


def test_F4_the_album_is_gone(life: Life) -> None:
    assert {"index.html"} < life.album_names
    assert not life.album.exists() or list(life.album.iterdir()) == []


def test_F4_the_ledger_tells_the_whole_life_and_verifies(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in life.house.environment().items():
        monkeypatch.setenv(name, value)
    with life.house.open() as archive:
        verbs = [entry.verb for entry in archive.ledger.list()]
        assert archive.ledger.verify().size == len(verbs)
    assert verbs[-7:] == ["invite", "enrol", "confirm", "find.begin", "find", "album", "withdraw"]
