"""The documents that are made from the live settings: to read here, and to take away as text or PDF.

May know: documents as the front door makes them. Must not know: what they say.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from ...archive import Document, Kind
from ..pages import page
from ..sessions import Staff, Window
from ..speaking import speech_of

router = APIRouter()

Collection = Annotated[str, Query(max_length=200)]


@router.get("/window/documents")
def documents(request: Request, staff: Window) -> Response:
    return page(request, "window/documents.html", staff=staff, kinds=list(Kind))


@router.get("/window/documents/{kind}.md")
def text(request: Request, staff: Window, kind: Kind, collection: Collection = "") -> Response:
    made = _made(request, staff, kind, collection)
    return _file(made, made.markdown.encode(), "md", "text/markdown; charset=utf-8")


@router.get("/window/documents/{kind}.pdf")
def pdf(request: Request, staff: Window, kind: Kind, collection: Collection = "") -> Response:
    made = _made(request, staff, kind, collection)
    return _file(made, made.pdf(), "pdf", "application/pdf")


@router.get("/window/documents/{kind}")
def document(request: Request, staff: Window, kind: Kind, collection: Collection = "") -> Response:
    """The document as a page of ours, in the reader's language."""
    return page(
        request,
        "window/document.html",
        staff=staff,
        kind=kind,
        made=_made(request, staff, kind, collection),
        collection=collection,
        collections=staff.archive.collections.list(),
    )


def _made(request: Request, staff: Staff, kind: Kind, collection: str) -> Document:
    language = speech_of(request).language
    return staff.archive.papers.document(kind, language=language, collection=collection or None)


def _file(made: Document, content: bytes, ending: str, kind: str) -> Response:
    name = f"{made.name}-{made.language}.{ending}"
    return Response(content, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})
