"""From a template and values to Markdown, and from Markdown to a page that prints well.

May know: templates, Jinja, Markdown. Must not know: what a document says.
Values are escaped on their way into Markdown: a collection's name cannot become a heading, a link or HTML.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from ..delivery.words import Words
from ..errors import UsageError
from ..look import style
from ..values import Kind
from . import printing

LANGUAGES = ("en", "fr")

_SIGNS = re.compile(r"([\\`*_\[\]<>#|&])")
_BREAKS = re.compile(r"\s*[\r\n\t\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_NARROW = re.compile(r"(?<=\S) (?=[:;?!»])|(?<=«) ")
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_ALIGNED = re.compile(r' style="text-align:(left|right|center)"')
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_BACKSLASHED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Document:
    """One document in one language. ``html`` is a whole page."""

    name: str
    language: str
    title: str
    markdown: str
    html: str

    @property
    def sha256(self) -> str:
        """Of the Markdown text in UTF-8, 64 hex digits."""
        return hashlib.sha256(self.markdown.encode()).hexdigest()

    @property
    def body(self) -> Markup:
        """The text as HTML to stand inside another page, whose style it takes: no style of its own, no script. A table
        is in a box that can be scrolled sideways, by the keyboard too."""
        html = _ALIGNED.sub(r' class="\1"', _markdown().render(self.markdown))
        return Markup(_TABLE.sub(r'<div class="wide" tabindex="0">\g<0></div>', html))

    def pdf(self) -> bytes:
        """The same text as PDF on A4."""
        points = printing.POINTS_ON_A_WALL if self.name == Kind.BYSTANDER_NOTICE else printing.POINTS
        return printing.pdf(self.markdown, title=self.title, language=self.language, points=points)


def render(name: str, language: str, values: dict[str, Any]) -> Document:
    """Fill the template ``name`` in one language. Raises UsageError for a language that there are no texts in."""
    check_language(language)
    text = _markdown_templates().get_template(f"{name}.{language}.md").render(**_tools(language), **values)
    text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
    if language == "fr":
        # French sets these signs off with a space at which no line may break.
        text = _NARROW.sub("\u202f", text)
    found = _TITLE.search(text)
    title = _BACKSLASHED.sub(r"\1", found[1]) if found else name
    html = page("page.html", language, title=title, body=Markup(_markdown().render(text)), name=name)
    return Document(name, language, title, text, html)


def page(template: str, language: str, **values: Any) -> str:
    """An HTML page in the documents' look, from a template of HTML; values are escaped."""
    check_language(language)
    css = style("sayso.documents", "templates/page.css")
    return _html_templates().get_template(template).render(css=css, **_tools(language), **values)


def check_language(language: str) -> None:
    """Raises UsageError when there are no texts in ``language``."""
    if language not in LANGUAGES:
        raise UsageError(f"There are no documents in {language!r}.", "Choose one of: " + ", ".join(LANGUAGES))


def escaped(value: object) -> object:
    """Text in which Markdown sees nothing but text, on one line; other values unchanged."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return _SIGNS.sub(r"\\\1", _BREAKS.sub(" ", value))


def _tools(language: str) -> dict[str, Any]:
    """What every template can call to write numbers and dates as its language does."""
    words = Words(language)

    def number(value: int) -> str:
        """12,345 · 12 345."""
        return f"{value:,}".replace(",", "\u202f") if language == "fr" else f"{value:,}"

    def percent(value: float) -> str:
        """0.12% · 0,12 %."""
        text = f"{value * 100:.2f}"
        return text.replace(".", ",") + "\u202f%" if language == "fr" else text + "%"

    def moment(value: datetime) -> str:
        """Date and time in UTC."""
        return f"{words.moment(value)} UTC"

    return {
        "language": language,
        "number": number,
        "percent": percent,
        "date": words.date,
        "moment": moment,
        "camera": words.moment,
        "begun": lambda text: text[:1].upper() + text[1:],
    }


@cache
def _markdown_templates() -> Environment:
    return _environment(False)


@cache
def _html_templates() -> Environment:
    return _environment(True)


def _environment(html: bool) -> Environment:
    return Environment(
        loader=PackageLoader("sayso.documents"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=None if html else escaped,
    )


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")
