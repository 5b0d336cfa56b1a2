"""Calls about papers: documents from the live settings, and a person's receipt.

May know: the front door. Must not know: Markdown, PDF.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from ...archive import Document as Made
from ...values import Kind
from .answers import Answer, Language, SubjectInPath
from .caller import Caller

router = APIRouter(tags=["documents"])
CollectionInQuery = Annotated[int | None, Query(ge=1, le=2**63 - 1, description="Leave the others out.")]
PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


class Document(Answer):
    """A document in one language. `sha256` is of its Markdown."""

    name: str
    language: str
    title: str
    sha256: str
    markdown: str


class Receipt(Answer):
    """What a person agreed to, and what became of it: after ISO/IEC TS 27560, and the same as linked data."""

    subject_id: str
    data: dict[str, Any]
    linked: dict[str, Any]


@router.get("/documents/{kind}", operation_id="document")
def document(archive: Caller, kind: Kind, language: Language = "en", collection: CollectionInQuery = None) -> Document:
    """A document made from the live settings, to publish or to post."""
    return Document.of(_made(archive, kind, language, collection))


@router.get("/documents/{kind}/pdf", operation_id="document.pdf", response_class=Response, responses=PDF)
def document_pdf(
    archive: Caller, kind: Kind, language: Language = "en", collection: CollectionInQuery = None
) -> Response:
    """The same to print."""
    return Response(_made(archive, kind, language, collection).pdf(), media_type="application/pdf")


@router.get("/people/{subject}/receipt", operation_id="receipt")
def receipt(archive: Caller, subject: SubjectInPath, language: Language = "en") -> Receipt:
    """A person's consent receipt, also after they withdrew. They can read that somebody looked."""
    return Receipt.of(archive.papers.receipt(subject, language=language))


@router.get("/people/{subject}/receipt/pdf", operation_id="receipt.pdf", response_class=Response, responses=PDF)
def receipt_pdf(archive: Caller, subject: SubjectInPath, language: Language = "en") -> Response:
    """The same to print."""
    return Response(archive.papers.receipt(subject, language=language).page.pdf(), media_type="application/pdf")


def _made(archive: Caller, kind: Kind, language: str, collection: int | None) -> Made:
    name = archive.collections.get(str(collection)).name if collection is not None else None
    return archive.papers.document(kind, language=language, collection=name)
