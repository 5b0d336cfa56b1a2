"""The desk's first page: what there is, and what waits.

May know: the front door as staff uses it. Must not know: cookies.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..pages import page
from ..sessions import Desk

router = APIRouter()


@router.get("/desk")
def home(request: Request, staff: Desk) -> Response:
    archive = staff.archive
    return page(request, "desk/home.html", staff=staff, status=archive.status(), collections=archive.collections.list())
