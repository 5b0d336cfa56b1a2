from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from sayso.measure import accuracy_picture, counted_picture, exposure_picture
from sayso.values import Counts

WORDS = {"title": "A title", "told": "What it shows", "axis": "faces", "first": "measured", "second": "bystanders"}


def texts(svg: str) -> list[str]:
    """The words in a picture, which is whole."""
    return ["".join(one.itertext()) for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


def report(different: int | None, *, hour: bool = True) -> dict[str, Any]:
    point = {"different_bystanders": different}
    return {"sweep": point, "hour": point if hour else None}


def test_a_picture_stands_alone_with_its_words_and_its_colours_for_both_themes() -> None:
    svg = counted_picture([("Fair $ <b>", Counts(measured=30, kept=6)), ("x" * 60, Counts())], WORDS)
    found = texts(svg)
    assert {"faces", "measured", "bystanders", "Fair $ <b>", "x" * 23 + "…"} <= set(found)
    assert "A title" in svg
    assert "prefers-color-scheme:dark" in svg


def test_where_nobody_knows_the_bystanders_there_is_no_picture() -> None:
    assert exposure_picture([("Party", report(None))], WORDS) is None
    assert exposure_picture([], WORDS) is None
    svg = exposure_picture([("Party", report(12)), ("Fair", report(None)), ("Run", report(3, hour=False))], WORDS)
    assert svg is not None
    assert {"Party", "Run"} <= set(texts(svg))
    assert "Fair" not in texts(svg)


def test_error_rates_are_drawn_where_there_are_any() -> None:
    rate = {"rate": 0.02, "interval_95": [0.01, 0.04]}
    told = [{"FPIR": 0.01, "FNIR": rate}, {"FPIR": 0.001, "FNIR": {"rate": None, "note": "too few"}}]
    svg = accuracy_picture({"identification": [{"FNIR_at_FPIR": told}]}, WORDS)
    assert svg is not None
    assert "FPIR 1 %" in texts(svg)
    assert "FPIR 0.1 %" not in texts(svg)
    assert accuracy_picture({"identification": []}, WORDS) is None
    assert accuracy_picture({"identification": [{"FNIR_at_FPIR": told[1:]}]}, WORDS) is None
