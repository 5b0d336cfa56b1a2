"""L6: the record of processing and the draft assessment name each collection, reach, basis, retention."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sayso.archive import Kind
from sayso.values import Reach
from tests.house import COLLECTION, CONTACT, CONTROLLER, SECOND, House


@pytest.mark.parametrize(
    ("kind", "language", "basis", "kept"),
    [
        (Kind.RECORD, "en", "every face was made by a computer", "until 1 January 2030"),
        (Kind.RECORD, "fr", "chaque visage a été produit par ordinateur", "jusqu’au 1er janvier 2030"),
        (Kind.ASSESSMENT, "en", "every face was made by a computer", "until 1 January 2030"),
        (Kind.ASSESSMENT, "fr", "chaque visage a été produit par ordinateur", "jusqu’au 1er janvier 2030"),
    ],
)
def test_L6_each_collection_is_named_with_reach_basis_and_retention(
    house: House, kind: Kind, language: str, basis: str, kept: str
) -> None:
    until = house.clock().replace(year=2030, month=1, day=1)
    with house.open() as archive:
        archive.collections.new("Winter ball", retention_until=until)
        text = archive.papers.document(kind, language=language).markdown
    sections = {part.split("\n")[0]: part for part in text.split("\n### ")[1:]}
    assert "swept" in sections[COLLECTION]
    assert "synthetic-people" in sections[COLLECTION]
    assert basis in sections[COLLECTION]
    assert "pointed" in sections["Winter ball"]
    assert kept in sections["Winter ball"]
    assert CONTACT in text
    assert CONTROLLER in text


def test_L6_a_reach_that_waits_or_has_run_out_is_told_as_pointed(house: House) -> None:
    with house.open() as archive:
        archive.collections.new("Winter ball", reach=Reach.SWEPT, widening=house.widening())

    def reach(name: str) -> str:
        with house.open() as archive:
            text = archive.papers.document(Kind.RECORD, collection=name).markdown
        return next(line for line in text.splitlines() if line.startswith("| Reach |"))

    assert "| Reach | pointed (swept was asked for and is not open)" in reach("Winter ball")
    with house.open(SECOND) as archive:
        archive.collections.approve("Winter ball")
    assert "| Reach | swept." in reach("Winter ball")
    house.clock.move(timedelta(days=301))
    assert "| Reach | pointed (swept was asked for and is not open)" in reach(COLLECTION)


def test_L6_the_assessment_shows_the_exposure_that_the_ledger_counted(found: House) -> None:
    with found.open() as archive:
        state = archive.status()
        text = archive.papers.document(Kind.ASSESSMENT).markdown
    counts = state.counts
    assert counts.exposure > 0
    figures = (state.photos, state.faces, counts.measured, counts.kept, counts.exposure)
    assert f"| {COLLECTION} | {' | '.join(map(str, figures))} |" in text
