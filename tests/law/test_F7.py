"""F7: the measurement ships with the program: one command gives the whole table, and again the same one."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sayso.errors import RefusedError
from sayso.values import Outcome
from tests.house import PEOPLE, SECOND, WREN, House

_CHANGING = {"seconds", "measured_at", "at"}


@pytest.fixture(scope="module")
def tables(_base_house: House, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What the command prints, run twice."""
    house = _base_house.copy(tmp_path_factory.mktemp("measured") / "house")
    return [house.json("measure", "accuracy", PEOPLE, "--basis", "synthetic-people") for _ in range(2)]


def volunteers(root: Path) -> Path:
    """20 people, two photos each."""
    for person in sorted(PEOPLE.iterdir())[:20]:
        (root / person.name).mkdir(parents=True)
        for photo in ("0.jpg", "2.jpg"):
            shutil.copy(person / photo, root / person.name)
    return root


def _rates(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        own = [value] if {"rate", "interval_95"} <= value.keys() else []
        return own + [rate for part in value.values() for rate in _rates(part)]
    return [rate for part in value for rate in _rates(part)] if isinstance(value, list) else []


def test_F7_one_command_gives_the_table_and_again_the_same(tables: list[dict[str, Any]]) -> None:
    first, second = ({key: part for key, part in one.items() if key not in _CHANGING} for one in tables)
    assert first == second
    assert first["persons"] == 40


def test_F7_every_rate_has_an_interval_around_it(tables: list[dict[str, Any]]) -> None:
    rates = _rates(tables[0])
    assert len(rates) >= 10
    for rate in rates:
        low, high = rate["interval_95"]
        assert 0 <= low <= rate["rate"] <= high <= 1
        assert low < high


def test_F7_the_table_names_the_rates_of_the_standard(tables: list[dict[str, Any]]) -> None:
    text = json.dumps(tables[0]).lower()
    for name in ("fnmr", "fmr", "fpir", "fnir", "eer", "fta"):
        assert name in text


def test_F7_a_file_and_a_page_hold_the_same_rates(house: House, tmp_path: Path) -> None:
    values, page = tmp_path / "rates.csv", tmp_path / "rates.html"
    words = ("measure", "accuracy", volunteers(tmp_path / "set"), "--basis", "synthetic-people")
    told = house.json(*words, "--csv", values, "--report", page)
    rows = list(csv.DictReader(values.read_text("utf-8").splitlines()))
    (equal,) = [row for row in rows if row["rate"] == "EER"]
    assert float(equal["value"]) == pytest.approx(told["verification"][0]["EER"]["rate"], abs=1e-6)
    assert f"{float(equal['value']):.2%}" in page.read_text("utf-8")


def test_F7_thresholds_that_so_few_photos_cannot_show_are_not_kept(house: House, tmp_path: Path) -> None:
    words = ("measure", "calibrate", volunteers(tmp_path / "set"), "--basis", "synthetic-people", "--name", "ours")
    done = house.cli(*words, "--json")
    assert done.returncode == 3
    assert {reason["rule"] for reason in json.loads(done.stderr)["reasons"]} == {"F7"}
    with house.open() as archive:
        assert "ours" not in archive.models.list()[0].thresholds


def test_F7_between_the_thresholds_a_person_decides_and_nobody_else(house: House, tmp_path: Path) -> None:
    """Whatever is not sure waits, stays closed, and becomes a match by a person's word only."""
    house.enrol(WREN, None)
    faces = house.faces("P10")
    photo, face = next(iter(faces.items()))
    with house.open() as archive:
        assert archive.people.point(WREN, photo_id=photo, face=face).outcome is Outcome.REVIEW
        assert archive.status().matched == 0
        assert archive.people.album(WREN, tmp_path / "album").written == 0
        (doubt,) = archive.review.list(WREN)
        # Whoever pointed on their behalf has said all that they can say; somebody else looks at it.
        with pytest.raises(RefusedError):
            archive.review.confirm(doubt.id)
    with house.open(SECOND) as archive:
        assert archive.review.confirm(doubt.id, said_by_subject=True) is Outcome.MATCHED
        assert archive.people.album(WREN, tmp_path / "album").written == 1
        decided = next(entry for entry in archive.ledger.list() if entry.verb == "review.confirm")
    assert dict(decided.facts)["decided_by"] == "subject"
    assert house.rows("SELECT confirmed FROM matches") == [(1,)]
