"""The price of consent is calculated from what was timed, as its formulas say; without photos to time there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.measure.price import EVERYBODY_KEPT, FROM_CHIPS, ONE_BY_ONE, TOGETHER, Pieces, Work
from tests.house import House

PIECES = Pieces(decode=0.01, align=0.002, measure=0.001, compare=1e-8, open_chip=0.0005)


def test_the_price_of_consent_is_what_its_formulas_say() -> None:
    work = Work(100, 500)
    assert ONE_BY_ONE.seconds(PIECES, work, 10) == pytest.approx(10 * (100 * 0.01 + 500 * (0.003 + 1e-8)))
    assert TOGETHER.seconds(PIECES, work, 10) == pytest.approx(100 * 0.01 + 500 * 0.003 + 500 * 10 * 1e-8)
    assert EVERYBODY_KEPT.seconds(PIECES, work, 10) == pytest.approx(500 * 10 * 1e-8)
    assert FROM_CHIPS.seconds(PIECES, work, 1) == pytest.approx(ONE_BY_ONE.seconds(PIECES, work, 1))
    more = FROM_CHIPS.seconds(PIECES, work, 10) - FROM_CHIPS.seconds(PIECES, work, 1)
    assert more == pytest.approx(9 * 500 * (0.0005 + 0.001 + 1e-8))
    assert (ONE_BY_ONE.measured(work, 10), TOGETHER.measured(work, 10), EVERYBODY_KEPT.measured(work, 10)) == (
        5000,
        500,
        0,
    )
    assert [way.before(work) for way in (ONE_BY_ONE, TOGETHER, EVERYBODY_KEPT)] == [0, 0, 500]


def test_without_its_files_a_collection_is_counted_and_not_priced(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    (folder / "one.jpg").write_bytes((house.photos / "g00.jpg").read_bytes())
    house.collection("Gone", add=folder)
    (folder / "one.jpg").unlink()
    with house.open() as archive:
        report = archive.collections.measure_exposure("Gone")
    assert report.price is None
    assert report.curves
    assert any("could not be timed" in note for note in report.notes)
