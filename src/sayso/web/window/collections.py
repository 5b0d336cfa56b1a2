"""Collections with their reaches, and what each reach rests on.

May know: the front door as an overseer uses it. Must not know: photos, persons.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..pages import page
from ..sessions import Window
from ..speaking import speech_of

router = APIRouter()


@router.get("/window/collections")
def collections(request: Request, staff: Window) -> Response:
    holdings = staff.archive.oversight.figures().holdings
    return page(
        request, "window/collections.html", staff=staff, holdings=holdings, language=speech_of(request).language
    )
