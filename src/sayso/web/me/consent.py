"""What the person said yes to, with receipts to keep; what they may ask for by right; and stopping everything at once.

May know: the front door as the person uses it. Must not know: other people.
"""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from ...errors import UsageError
from ...values import FrozenBy, Right
from ..limits import limits_of
from ..pages import page, seen
from ..sessions import Mine
from ..speaking import speech_of
from ..telling import teller_of

router = APIRouter()


@router.get("/me/consent")
def mine(request: Request, me: Mine) -> Response:
    """How each purpose stands, until when, and what can be done about it."""
    return page(request, "me/consent.html", agreed=me.archive.consents.of(me.id), wrong="")


@router.get("/me/receipt.{kind}")
def receipt(request: Request, me: Mine, kind: str) -> Response:
    """The consent receipt (ISO/IEC TS 27560) as ``json``, as linked data (``jsonld``), or to print (``pdf``)."""
    if kind not in ("json", "jsonld", "pdf"):
        raise HTTPException(404)
    made = me.archive.papers.receipt(me.id, language=speech_of(request).language)
    if kind == "pdf":
        return attached(made.page.pdf(), "sayso-receipt.pdf", "application/pdf")
    data = made.data if kind == "json" else made.linked
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    media = "application/json" if kind == "json" else "application/ld+json"
    return attached(text.encode(), f"sayso-receipt.{kind}", media)


@router.post("/me/name")
def rename(request: Request, me: Mine, label: Annotated[str, Form(max_length=320)] = "") -> Response:
    """Put right how the archive spells the person's name."""
    limits_of(request).count(request, "rename", "20/day", whom=me.id)
    try:
        me.archive.people.rename(me.id, label)
    except UsageError as error:
        agreed = me.archive.consents.of(me.id)
        return page(request, "me/consent.html", 422, agreed=agreed, wrong=teller_of(request).in_full(error))
    return seen("/me/consent#name")


@router.post("/me/requests")
def ask(request: Request, me: Mine, kind: Annotated[Right, Form()]) -> Response:
    """Ask for something by right; its clock runs from now."""
    limits_of(request).count(request, "request", "20/hour", whom=me.id)
    me.archive.requests.new(me.id, kind)
    return seen("/me/consent#asked")


@router.get("/me/freeze")
def before_freezing(request: Request, me: Mine) -> Response:
    return page(request, "me/freeze.html", agreed=me.archive.consents.of(me.id))


@router.post("/me/freeze")
def freeze(me: Mine, by: Annotated[FrozenBy, Form()] = FrozenBy.SUBJECT) -> Response:
    """Stop everything about the person; nothing of theirs is destroyed but what was handed out."""
    me.archive.people.freeze(me.id, by=by)
    return seen("/me/consent")


def attached(content: bytes, name: str, media: str) -> Response:
    """A file to keep."""
    return Response(content, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})
