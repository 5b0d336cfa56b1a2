"""One self-contained page for the result of a measurement: sentences, tables, pictures, and how to do it again.

May know: templates, plain text and numbers. Must not know: what was measured.
Must not do: fetch anything or run anything; the page holds no script, no link and no picture from elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ..look import style
from .charts import Chart


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph of plain text."""

    words: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``caption`` says what it holds; columns that begin with ``#`` hold numbers; first cells name rows."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    kind: Literal["grid"] = "grid"


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with the sentence under it that says what is to be seen."""

    chart: Chart
    caption: str
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it, in order."""

    title: str
    parts: Sequence[Text | Grid | Picture]


def report_page(
    title: str, *, summary: Sequence[str], sections: Sequence[Section], again: Sequence[str], language: str = "en"
) -> str:
    """A whole HTML page. Everything that is handed over is text and is escaped.

    summary: what a reader in a hurry must know, a sentence each. again: the commands that give these results anew,
    followed by what they depend on (model, precision, number of people).
    """
    css = style("sayso.measure", "templates/report.css")
    return (
        _templates()
        .get_template("report.html")
        .render(css=css, svg=_svg, title=title, summary=summary, sections=sections, again=again, language=language)
    )


def _svg(picture: Picture) -> Markup:
    """The drawing as it is: words were escaped when it was drawn."""
    return Markup(picture.chart.svg)


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("sayso.measure"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
