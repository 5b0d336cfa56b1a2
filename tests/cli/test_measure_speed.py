"""``sayso measure speed`` as its user types it."""

from __future__ import annotations

import csv
import re
from html import unescape
from pathlib import Path

import pytest

from sayso.archive import speed

from .conftest import Run

DEMO = Path(__file__).parents[2] / "demo" / "event"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAYSO_KEYS", str(tmp_path / "keys"))
    monkeypatch.setenv("SAYSO_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("SAYSO_WORKERS", "1")
    return tmp_path


def test_made_photos_without_a_folder_and_an_archive(place: Path, sayso: Run) -> None:
    rows, page = place / "rows.csv", place / "page.html"
    answer = sayso(
        "measure", "speed", "--size", "480x360", "--faces", 1, "--photos", 2, "--rounds", 1, "--up-to", 3,
        "--csv", rows, "--report", page, "--json",
    )  # fmt: skip
    assert answer.code == 0, answer.said
    assert [one["photos"] for one in answer.json["growth"]] == [3]
    with rows.open(newline="") as file:
        assert [row["step"] for row in csv.DictReader(file)] == [row["step"] for row in answer.json["rows"]]
    assert answer.json["partial"] is False
    told = page.read_text("utf-8")
    assert "The archive as it grows" in told
    assert all(row["step"] in unescape(told) for row in answer.json["rows"])
    assert told.count("<svg") == 4
    assert not re.search(r"<script|https?://(?!www\.w3\.org)", told)


def test_stopped_it_prints_what_was_finished_and_exits_with_1(
    place: Path, sayso: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(speed.speed, "time_stages", stop)
    answer = sayso("measure", "speed", "--size", "480x360", "--faces", 1, "--photos", 1, "--rounds", 1, "--json")
    assert answer.code == 1
    assert answer.json["partial"] is True
    assert [row["part"] for row in answer.json["rows"]] == ["whole", "whole"]
    assert place.is_dir()


def test_a_folder_with_a_file_that_cannot_be_read_exits_with_4(
    place: Path, sayso: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whole commands are run by the tests beside this one.
    monkeypatch.setattr(speed, "_time_whole", lambda *_, **__: True)
    given = place / "given"
    given.mkdir()
    (given / "good.jpg").write_bytes((DEMO / "g00.jpg").read_bytes())
    (given / "bad.jpg").write_bytes(b"\xff\xd8\xff\xe0 no more")
    answer = sayso("measure", "speed", given, "--rounds", 1)
    assert answer.code == 4, answer.said
    assert "Skipped" in answer.err
    assert "bad.jpg" in answer.err
    assert "No face of anybody was measured" in answer.said
    assert "from file to vectors" in answer.out


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
        (["--csv", "{place}/none/rows.csv"], "there is no folder"),
        (["--report", "{place}/none/page.html"], "there is no folder"),
        (["--size", "64x64", "--faces", "100"], "these are too small"),
    ],
)
def test_what_makes_no_sense_exits_with_2(place: Path, sayso: Run, words: list[str], said: str) -> None:
    answer = sayso("measure", "speed", *(word.format(place=place) for word in words))
    assert answer.code == 2, answer.said
    assert said in answer.said


def test_an_address_is_refused(sayso: Run) -> None:
    answer = sayso("measure", "speed", "https://photos.example/album")
    assert answer.code == 3, answer.said
