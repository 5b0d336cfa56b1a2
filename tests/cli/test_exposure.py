"""``sayso measure exposure`` as people and programs use it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.house import COLLECTION, House

from .conftest import Run

POINT = {
    "size",
    "recall",
    "photos_per_person",
    "measured_per_person",
    "bystanders_per_person",
    "measured",
    "bystanders",
    "different_bystanders",
}


@pytest.mark.usefixtures("house")
def test_the_json_the_table_of_values_and_the_page_say_the_same(sayso: Run, tmp_path: Path) -> None:
    values, page = tmp_path / "values.csv", tmp_path / "page.html"
    answer = sayso("measure", "exposure", COLLECTION, "--csv", values, "--report", page, "--json")
    assert (answer.code, answer.err) == (0, "")
    told = answer.json
    assert set(told) == {
        "collection",
        "reach",
        "people",
        "photos",
        "faces",
        "photos_that_stay_pointed",
        "faces_not_to_be_measured",
        "bystanders",
        "measured",
        "curves",
        "price_of_consent",
        "notes",
    }
    assert (told["reach"], told["photos"], told["people"], told["measured"]) == ("swept", 8, 0, 0)
    points = [point for curve in told["curves"] for point in curve["points"]]
    assert all(set(point) == POINT for point in points)
    with values.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["measured_per_person"] for row in rows] == [str(point["measured_per_person"]) for point in points]
    assert {row["recall"] for row in rows} == {""}
    assert f"{told['faces']} faces" in page.read_text("utf-8")
    price = told["price_of_consent"]["late_consents"]
    assert all(one["modelled"] and one["formula"] for one in price)
    kept = [one for one in price if one["way"] == "everybody's template is kept" and one["searched"] == "swept"]
    assert [one["measured_before_anyone_agreed"] for one in kept] == [told["faces"]]


@pytest.mark.usefixtures("house")
def test_people_read_two_tables_and_what_they_do_not_say(sayso: Run) -> None:
    said = sayso("measure", "exposure", COLLECTION).said
    assert "0 faces were measured to find out" in said
    assert "time: 20 minutes" in said
    assert "The price of consent" in said
    assert "[F12]" in said


def test_what_cannot_be_counted_or_written_is_told(house: House, sayso: Run, tmp_path: Path) -> None:
    assert sayso("measure", "exposure", "nowhere").code == 2
    answer = sayso("measure", "exposure", COLLECTION, "--csv", tmp_path / "no" / "values.csv", "--json")
    assert (answer.code, answer.out) == (2, "")
    assert "cannot be written" in answer.error["error"]
    with house.open() as archive:
        assert archive.status().counts.measured == 0
