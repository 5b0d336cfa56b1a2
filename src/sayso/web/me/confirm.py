"""The page on which somebody confirms that a capture which another vouched for is theirs.

May know: the code in its address. Must not know: who vouched.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...errors import SaysoError
from ..limits import limits_of
from ..pages import page
from ..sessions import Anybody

router = APIRouter()


@router.get("/c/{code}")
def ask(request: Request, code: str) -> Response:
    """A button, not the deed itself: mail programs open links to look at them."""
    return page(request, "me/confirm.html", word=code, done=False, error=None)


@router.post("/c/{code}")
def confirm(request: Request, code: str, nobody: Anybody) -> Response:
    """Wake the template that the capture gave."""
    limits_of(request).count(request, "token", "30/minute")
    try:
        nobody.people.confirm(code)
    except SaysoError as error:
        return page(request, "me/confirm.html", 400, word=code, done=False, error=error)
    return page(request, "me/confirm.html", word=code, done=True, error=None)
