"""``sayso measure speed`` as its user types it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from .conftest import Run

DEMO = Path(__file__).parents[2] / "demo" / "event"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("SAYSO_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SAYSO_WORKERS", "1")
    return tmp_path


def test_made_photos_without_a_folder_and_an_archive(place: Path, sayso: Run) -> None:
    rows = place / "rows.csv"
    answer = sayso(
        "measure", "speed", "--size", "480x360", "--faces", 1, "--photos", 2, "--rounds", 1, "--up-to", 3,
        "--csv", rows, "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.said
    assert [one["photos"] for one in answer.json["growth"]] == [3]
    with rows.open(newline="") as file:
        assert [row["step"] for row in csv.DictReader(file)] == [row["step"] for row in answer.json["rows"]]
    assert answer.json["partial"] is False


def test_a_folder_with_a_file_that_cannot_be_read_exits_with_4(place: Path, sayso: Run) -> None:
    given = place / "given"
    given.mkdir()
    (given / "good.jpg").write_bytes((DEMO / "g00.jpg").read_bytes())
    (given / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    answer = sayso("measure", "speed", given, "--rounds", 1)
    assert answer.code == 4, answer.said
    assert "Skipped" in answer.err
    assert "bad.jpg" in answer.err
    assert "No face of anybody was measured" in answer.said
    assert "add, all workers" in answer.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["{place}/missing"], "There is nothing at"),
        (["{place}"], "There is no photo"),
        (["{place}", "--faces", "2"], "made photos follow the folder"),
        (["--size", "large"], "no size of a photo"),
        (["--size", "9x9"], "no size of a photo"),
        (["--faces", "0"], "cannot be made"),
        (["--rounds", "0"], "At least one"),
        (["--photos", "0"], "At least one"),
        (["--up-to", "-1"], "cannot grow"),
        (["--size", "64x64", "--faces", "100"], "too small to be found"),
    ],
)
def test_what_makes_no_sense_exits_with_2(place: Path, sayso: Run, words: list[str], said: str) -> None:
    answer = sayso("measure", "speed", *(word.format(place=place) for word in words))
    assert answer.code == 2, answer.said
    assert said in answer.said


def test_an_address_is_refused(sayso: Run) -> None:
    answer = sayso("measure", "speed", "https://photos.example/album")
    assert answer.code == 3, answer.said
