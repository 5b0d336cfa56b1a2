"""A poster's page: whoever scanned it leaves an address, and an operator decides whether to invite them.

May know: posters. Must not know: who is known here; the answer is the same whoever asks.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ...archive import PosterError, PosterFullError
from ...errors import UsageError
from ..limits import limits_of
from ..pages import page
from ..sessions import Anybody, settings_of

router = APIRouter()


@router.get("/p/{code}")
def read(request: Request, code: str, nobody: Anybody) -> Response:
    """Who put it up, and what for."""
    try:
        poster = nobody.posters.read(code)
    except PosterError as error:
        return _over(request, error)
    return page(
        request, "me/poster.html", poster=poster, sent=False, wrong=False, mail=settings_of(request).mail is not None
    )


@router.post("/p/{code}")
def ask(request: Request, code: str, nobody: Anybody, contact: Annotated[str, Form(max_length=320)] = "") -> Response:
    """Ask to be invited."""
    limits_of(request).count(request, "asking", "100/hour")
    wrong = False
    try:
        poster = nobody.posters.read(code)
        try:
            nobody.posters.ask(code, contact)
        except UsageError:
            wrong = True
    except PosterError as error:
        return _over(request, error)
    return page(
        request,
        "me/poster.html",
        422 if wrong else 200,
        poster=poster,
        sent=not wrong,
        wrong=wrong,
        mail=settings_of(request).mail is not None,
    )


def _over(request: Request, error: PosterError) -> Response:
    limits_of(request).count(request, "poster", "60/minute")
    return page(request, "me/poster_over.html", 404, full=isinstance(error, PosterFullError))
