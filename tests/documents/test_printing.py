"""A printed document holds the same words as its text, opens as PDF, and loads nothing from anywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest

from sayso.archive import Document, Kind, Told
from sayso.documents.pages import LANGUAGES
from sayso.documents.printing import pdf
from tests.house import WREN, House

_MARKS = re.compile(r"[\\*`#|_\-–—•:]|\s")


def words_of(data: bytes) -> str:
    opened = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in opened)


def missing(printed: bytes, made: Document) -> list[str]:
    """The longer words of a document that stand on no page. Lines break elsewhere, and footers stand between pages."""
    there = _MARKS.sub("", words_of(printed))
    wanted = [_MARKS.sub("", word) for word in re.findall(r"\w{6,}", made.markdown)]
    assert len(wanted) > 20
    return [word for word in wanted if word not in there]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(Kind))
def test_every_document_prints_with_all_its_words(house: House, kind: Kind, language: str) -> None:
    with house.open() as archive:
        made = archive.papers.document(kind, language=language)
    printed = made.pdf()
    assert printed.startswith(b"%PDF-")
    assert f"/Lang ({language})".encode() in printed
    assert b"/URI" not in printed
    assert missing(printed, made) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_and_a_draft_print_too(enrolled: House, language: str, tmp_path: Path) -> None:
    file = tmp_path / "receipt.pdf"
    done = enrolled.cli("receipt", WREN, "--language", language, "--to", file)
    assert done.returncode == 0, done.stderr
    with enrolled.open() as archive:
        made = archive.papers.receipt(WREN, language=language).page
        breach = archive.breaches.new("Somebody took the laptop.")
        drafts = [archive.breaches.notice(breach.id, whom, language=language) for whom in Told]
    assert missing(file.read_bytes(), made) == []
    for draft in drafts:
        assert missing(draft.pdf(), draft) == []


def test_a_long_document_has_numbered_pages() -> None:
    printed = pdf("# Long\n\n" + "A line that says something.\n\n" * 120, title="Long", language="en")
    assert "Long · 2 / " in words_of(printed)


def test_what_somebody_wrote_is_text_and_nothing_else() -> None:
    printed = pdf("# T\n\n<img src=x onerror=y> \\*not bold\\*\n", title="T", language="en")
    assert "<img src=x onerror=y> *not bold*" in words_of(printed).replace("\r\n", " ")
