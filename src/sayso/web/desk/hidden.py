"""Faces that somebody had hidden, for review: the oldest first; each stays hidden, or is taken back.

May know: the front door as staff uses it. Must not know: who asked.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..pages import page
from ..sessions import Desk

router = APIRouter()


@router.get("/desk/hidden")
def hidden(request: Request, staff: Desk, said: str = "") -> Response:
    found = staff.archive.photos.hidden()
    return page(
        request,
        "desk/hidden.html",
        staff=staff,
        waiting=[one for one in found if one.reviewed_at is None],
        reviewed=[one for one in found if one.reviewed_at is not None],
        told=said if said in ("kept", "unhidden") else "",
    )
