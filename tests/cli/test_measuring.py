"""The commands that measure closing: what they print, write, note and refuse."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from tests.house import PEOPLE, House


@pytest.fixture
def volunteers(tmp_path: Path) -> Path:
    """Twenty people with two photos each, and a damaged one."""
    root = tmp_path / "volunteers"
    for person in sorted(path for path in PEOPLE.iterdir() if path.is_dir())[:20]:
        (root / person.name).mkdir(parents=True)
        for number in range(2):
            shutil.copy(person / f"{number}.jpg", root / person.name)
    (root / "P01" / "broken.jpg").write_bytes(b"no picture")
    return root


def test_redaction_prints_writes_and_notes_rates_only(empty_house: House, volunteers: Path, tmp_path: Path) -> None:
    page, rows = tmp_path / "r.html", tmp_path / "r.csv"
    done = empty_house.cli(
        *("measure", "redaction", volunteers, "--basis", "everyone-pictured-consented"),
        *("--csv", rows, "--report", page, "--json"),
    )
    assert done.returncode == 4, done.stderr
    told = json.loads(done.stdout)
    assert told["partial"]
    assert told["better_than_chance"].keys() == {"open", "redacted", "mosaic", "blur"}
    assert {trial["persons"] for trial in told["trials"]} == {20}
    with rows.open(newline="") as file:
        assert len(list(csv.DictReader(file))) == len(told["trials"])
    text = page.read_text("utf-8")
    assert "<svg" in text
    for secret in ("P01", "P20", 'vector":'):
        assert secret not in done.stdout + text
    with empty_house.open() as archive:
        entry = archive.ledger.list()[-1]
    assert (entry.verb, entry.counts.measured, entry.counts.kept) == ("measure.redaction", 40, 0)


def test_F12_redaction_is_not_measured_on_a_few_people(empty_house: House, volunteers: Path) -> None:
    for person in sorted(volunteers.iterdir())[2:]:
        shutil.rmtree(person)
    done = empty_house.cli("measure", "redaction", volunteers, "--basis", "everyone-pictured-consented")
    assert done.returncode == 3
    assert "F12" in done.stderr


def test_leaks_without_labels_say_how_to_write_them(empty_house: House, volunteers: Path) -> None:
    done = empty_house.cli("measure", "leaks", volunteers / "P02")
    assert done.returncode == 2
    assert "faces.csv" in done.stderr


def test_a_page_that_cannot_be_written_is_said_in_a_sentence(empty_house: House, volunteers: Path) -> None:
    (volunteers / "P02" / "faces.csv").write_text("photo,left,top,right,bottom\n0.jpg,60,60,260,260\n")
    done = empty_house.cli("measure", "leaks", volunteers / "P02", "--report", volunteers / "nowhere" / "l.html")
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
