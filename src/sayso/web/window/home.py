"""The window's first page: where the archive stands.

May know: the front door as an overseer uses it. Must not know: faces, persons.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..pages import page
from ..sessions import Window

router = APIRouter()


@router.get("/window")
def home(request: Request, staff: Window) -> Response:
    return page(
        request, "window/home.html", staff=staff, status=staff.archive.status(), lacking=staff.archive.law.check()
    )
