"""Pictures and pages of measurements: readable by everybody, self-contained, the same every time."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

from sayso.measure.charts import Axis, Bars, Chart, Line, bars, lines
from sayso.measure.page import Grid, Picture, Section, Text, report_page


def _curve() -> Chart:
    rate = Axis("FMR", "probit", percent=True)
    return lines(
        "Curve <one>",
        "It falls.",
        rate,
        Axis("FNMR", "probit", percent=True),
        [Line("1 photo", [(0.001, 0.2), (0.01, 0.05), (0.1, 0.0)]), Line("3 photos", [(0.001, 0.1), (0.01, 0.02)])],
    )


def _bands() -> Chart:
    drawn = [Bars("FNMR", [0.1, None], [(0.05, 0.2), None]), Bars("other", [0.2, 0.1])]
    return bars("Bands", "Small is worse.", ["small", "large & near"], Axis("FNMR", percent=True), drawn)


def test_a_picture_says_in_words_what_it_shows_and_nothing_of_when_and_where() -> None:
    for chart in (_curve(), _bands()):
        root = ElementTree.fromstring(chart.svg)
        space = "{http://www.w3.org/2000/svg}"
        assert root.findtext(f"{space}title") == chart.title
        assert root.findtext(f"{space}desc") == chart.description
        assert not re.search(r"<metadata|matplotlib v|20\d\d-\d\d", chart.svg)


def test_the_same_numbers_give_the_same_picture() -> None:
    assert _curve() == _curve()


def test_lines_and_bars_differ_without_colour() -> None:
    assert "stroke-dasharray" in _curve().svg
    assert "<pattern" in _bands().svg
    assert "no rate" in _bands().svg


def test_a_page_holds_all_it_needs_and_keeps_ids_and_words_apart() -> None:
    parts = [Text("a <b> & c"), Grid("What was counted", ["what", "#n"], [("<i>", 3)])]
    pictures = [Picture(_curve(), "Down."), Picture(_bands(), "Up.")]
    page = report_page("A & B", summary=["First."], sections=[Section("S", [*parts, *pictures])], again=["sayso x"])
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for reference in re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page):
        assert "".join(reference) in ids
    assert not re.search(r"<script|<link|<img|@import|(?:src|href)=\"https?:|url\(http", page)
    assert "a &lt;b&gt; &amp; c" in page
    assert "&lt;i&gt;" in page
    assert '<html lang="en">' in page
    assert "<caption>What was counted</caption>" in page


def test_matplotlib_waits_until_a_picture_is_drawn() -> None:
    code = "import sys, sayso.measure.charts, sayso.measure.page; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
