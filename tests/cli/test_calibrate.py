"""Thresholds of one's own from the command line: measured, kept by name, chosen by a collection."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ..house import PEOPLE, House
from .conftest import Run

TARGETS = ("--fpir", "0.05", "--review-fpir", "0.2")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """30 people, two photos each."""
    for person in sorted(PEOPLE.iterdir())[:30]:
        (tmp_path / "set" / person.name).mkdir(parents=True)
        for number in (0, 2):
            shutil.copy(person / f"{number}.jpg", tmp_path / "set" / person.name)
    return tmp_path / "set"


def test_thresholds_are_kept_chosen_and_never_replaced(empty_house: House, sayso: Run, folder: Path) -> None:
    words = ("measure", "calibrate", folder, "--basis", "synthetic-people", *TARGETS, "--name")
    missing = sayso("collection", "new", "Choir", "--calibration", "choir", "--json")
    assert missing.code == 2
    assert "no calibration 'choir'" in missing.error["error"]

    for wrong, said in (("public-36", "already"), ("My choir", "no name for thresholds")):
        assert said in sayso(*words, wrong).said

    made = sayso(*words, "choir", "--json")
    assert made.code == 0, made.err
    matched, review = made.json["thresholds"]
    assert 0 < matched["threshold"] <= review["threshold"]
    assert made.json["non_mated_searches"] == 60

    again = sayso(*words, "choir")
    assert again.code == 2
    assert "already" in again.said

    assert sayso("collection", "new", "Choir", "--calibration", "choir", "--json").json["calibration"] == "choir"
    (model,) = sayso("models", "list", "--json").json
    assert model["thresholds"][-1] == "choir"
    with empty_house.open() as archive:
        # What searches, enrolments and points read is the recogniser's own card.
        thresholds = archive._door.sight.recognizer.card.calibration("choir")
        assert (thresholds.matched, thresholds.review) == (matched["threshold"], review["threshold"])
        (entry,) = [one for one in archive.ledger.list() if one.verb == "measure.calibrate"]
    facts = dict(entry.facts)
    assert (facts["calibration"], facts["basis"], facts["persons"]) == ("choir", "synthetic-people", 30)
    assert entry.counts is not None
    assert (entry.counts.measured, entry.counts.kept) == (60, 0)


def test_too_few_photos_are_refused_with_what_is_needed(empty_house: House, sayso: Run, folder: Path) -> None:
    refused = sayso("measure", "calibrate", folder, "--basis", "synthetic-people", "--name", "choir", "--json")
    assert (refused.code, refused.out) == (3, "")
    assert refused.error["reasons"][0]["rule"] == "F7"
    assert "3000" in refused.error["next_step"]
    with empty_house.open() as archive:
        assert archive.status().counts.measured == 0
