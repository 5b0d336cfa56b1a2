"""The person's own copy of everything that is held about them: asked for, made in the background, taken once.

May know: the front door as the person uses it. Must not know: what a copy holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from ...archive import Archive, Progress
from ..limits import limits_of
from ..pages import page, seen
from ..sessions import Mine
from ..speaking import speech_of

router = APIRouter()


@router.get("/me/copy")
def look(request: Request, me: Mine) -> Response:
    """How far the copy is; without a script the page looks again by itself."""
    newest = next((one for one in me.archive.jobs.list() if one.kind == "export"), None)
    running = newest is not None and not newest.over
    failed = newest.report if newest is not None and newest.state == "failed" else None
    ready = not running and me.archive.taking.ready(me.id)
    return page(request, "me/copy.html", job=newest if running else None, ready=ready, failed=None if ready else failed)


@router.post("/me/copy")
def ask(request: Request, me: Mine) -> Response:
    """Ask for a copy, unless one is being made."""
    limits_of(request).count(request, "copy", "10/day", whom=me.id)
    if all(one.over for one in me.archive.jobs.list() if one.kind == "export"):
        me.archive.jobs.new("export", subject=me.id, language=speech_of(request).language)
    return seen("/me/copy")


@router.get("/me/copy.zip")
def take(me: Mine) -> Response:
    """The copy itself; once it has arrived it is gone from here."""
    pieces = me.archive.taking.take(me.id)
    headers = {"content-disposition": 'attachment; filename="sayso-copy.zip"'}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def make(archive: Archive, parameters: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """The work itself."""
    held = archive.taking.make(
        parameters["subject"],
        language=parameters.get("language", "en"),
        progress=lambda done, total: tell(Progress(done, total)),
    )
    return {"photos": held.photos, "entries": held.entries, "skipped": len(held.skipped)}
