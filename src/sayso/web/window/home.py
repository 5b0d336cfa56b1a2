"""The window's first page: where the archive stands, what it lacks, and what comes next.

May know: the front door as an overseer uses it. Must not know: faces, persons.
"""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..pages import page
from ..sessions import Window
from ..speaking import speech_of

router = APIRouter()

#: Words of the clocks, by what `status` calls them.
_DUE = {
    "a consent runs out": "consent",
    "an invite that nobody used is deleted": "invite",
    "an enrolment that nobody confirmed is undone": "enrolment",
    "somebody comes of age": "age",
    "the proof of a consent that ended is deleted": "proof",
    "a collection's photos are deleted": "photos",
    "a collection's face chips are destroyed": "chips",
    "a wider reach falls back to pointed": "reach",
    "a photo whose file is missing is deleted": "missing",
}


@router.get("/window")
def home(request: Request, staff: Window) -> Response:
    archive, say = staff.archive, speech_of(request)
    status = archive.status()
    clocks = [(say(f"window.due.{_DUE[one.what]}") if one.what in _DUE else one.what, one.at) for one in status.due]
    return page(
        request,
        "window/home.html",
        staff=staff,
        status=status,
        clocks=clocks,
        now=datetime.now(UTC),
        lacking=archive.law.check(language=say.language),
        hidden=len(archive.photos.hidden()),
        models=archive.models.list(),
    )
