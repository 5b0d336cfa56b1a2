"""Close a face: the page behind the link that every delivered photo bears.

May know: the front door as nobody in particular. Must not know: who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi import Path as InPath
from fastapi.responses import Response

from ...archive import Archive, Progress
from ...errors import ArchiveError, UsageError
from ..limits import limits_of
from ..pages import page, seen
from ..pictures import around, closed_picture
from ..sessions import Anybody

router = APIRouter(prefix="/hide")

Reference = Annotated[str, InPath(max_length=60)]


def complete(archive: Archive, _parameters: Mapping[str, Any], _tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """The work that is left when albums were busy: write those that still show a closed face. What has to wait even now
    is tried again with the server's small work."""
    return {"done": archive.hiding.complete()}


@router.get("/{reference}")
def choose(request: Request, archive: Anybody, reference: Reference, face: int = 0, closed: int = 0) -> Response:
    limits_of(request).count(request, "hide page", "300/hour")
    try:
        view = archive.hiding.open(reference)
    except UsageError as error:
        return page(request, "hiding/nothing.html", 404, wrong=error)
    picked = next((one for one in view.faces if one.number == face and not closed), None)
    zoom = around(picked, view.width, view.height) if picked else ""
    return page(request, "hiding/hide.html", view=view, reference=reference, picked=picked, zoom=zoom, closed=closed)


@router.get("/{reference}/photo.jpg")
def picture(request: Request, archive: Anybody, reference: Reference) -> Response:
    limits_of(request).count(request, "hide picture", "300/hour")
    return closed_picture(request, lambda: archive.hiding.preview(reference).jpeg)


@router.post("/{reference}")
def hide(
    request: Request, archive: Anybody, reference: Reference, face: Annotated[int, Form(ge=1, le=100_000)]
) -> Response:
    limits_of(request).count(request, "hide", "30/hour")
    view = archive.hiding.open(reference)
    if any(one.number == face for one in view.faces):
        # Only what closes a face counts, so that nobody can use up what others need.
        limits_of(request).count(request, "hide in", f"{max(60, 2 * len(view.faces))}/day", whom=str(view.photo_id))
    try:
        archive.hiding.hide(reference, face)
    except ArchiveError:
        # The mark stands, and no page shows the photo until whoever writes albums just now is done.
        archive.jobs.new("photo.hide")
    return seen(f"/hide/{reference}?closed={face}")
