"""A printed document holds the same words as its text, opens as PDF, and loads nothing from anywhere."""

from __future__ import annotations

import re

import pypdfium2
import pytest

from sayso.archive import Kind
from sayso.documents.pages import LANGUAGES
from sayso.documents.printing import pdf
from tests.house import House

_MARKS = re.compile(r"[\\*`#|_\-–—•:]|\s")


def words_of(data: bytes) -> str:
    opened = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in opened)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_document_prints_with_all_its_words(house: House, kind: Kind, language: str) -> None:
    with house.open() as archive:
        made = archive.papers.document(kind, language=language)
    printed = made.pdf()
    assert printed.startswith(b"%PDF-")
    assert f"/Lang ({language})".encode() in printed
    assert b"/URI" not in printed
    # Lines break elsewhere, and footers stand between pages: each longer word of the text is on some page.
    there = _MARKS.sub("", words_of(printed))
    wanted = [_MARKS.sub("", word) for word in re.findall(r"\w{6,}", made.markdown)]
    assert len(wanted) > 20
    assert [word for word in wanted if word not in there] == []


def test_a_long_document_has_numbered_pages() -> None:
    printed = pdf("# Long\n\n" + "A line that says something.\n\n" * 120, title="Long", language="en")
    assert "Long · 2 / " in words_of(printed)


def test_what_somebody_wrote_is_text_and_nothing_else() -> None:
    printed = pdf("# T\n\n<img src=x onerror=y> \\*not bold\\*\n", title="T", language="en")
    assert "<img src=x onerror=y> *not bold*" in words_of(printed).replace("\r\n", " ")
