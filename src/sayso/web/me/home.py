"""The person's first page.

May know: the front door as the person uses it. Must not know: other people.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..pages import page
from ..sessions import Mine

router = APIRouter()


@router.get("/me")
def home(request: Request, me: Mine) -> Response:
    return page(request, "me/home.html", me=me.id)
