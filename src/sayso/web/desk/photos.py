"""The photos of a collection, and the table on which one of them is closed by hand: boxes added, moved, taken away.

May know: the front door as staff uses it. Must not know: whose face it is. Must not do: show a face.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ...errors import SaysoError
from ...values import Box, Cues, Role, Window
from ..pages import page, seen
from ..sessions import Desk, Staff
from .publish import collection_of

router = APIRouter()

_AT_ONCE = 60

Pixels = Annotated[float, Form(ge=0, le=100_000)]
Id = int


@router.get("/desk/photos")
def shelf(
    request: Request, staff: Desk, collection: int = 0, since: str = "", until: str = "", tag: str = "", start: int = 0
) -> Response:
    """A collection's photos, narrowed by camera time and tag; the first collection if none is chosen."""
    every = staff.archive.collections.list()
    if not every:
        return page(request, "desk/photos.html", staff=staff, every=every, shelf=None)
    chosen = collection_of(staff, collection) if collection else every[0]
    start = max(0, start)
    found = staff.archive.editing.shelf(chosen.name, _cues(since, until, tag), start=start, limit=_AT_ONCE)
    return page(
        request,
        "desk/photos.html",
        staff=staff,
        every=every,
        shelf=found,
        since=since,
        until=until,
        tag=tag,
        start=start,
        at_once=_AT_ONCE,
    )


@router.get("/desk/photos/{photo_id}")
def sheet(request: Request, staff: Desk, photo_id: Id, said: str = "") -> Response:
    found = staff.archive.editing.sheet(photo_id)
    hidden = {one.face.id: one for one in staff.archive.photos.hidden() if one.face.photo_id == photo_id}
    told = said if said in ("added", "moved", "removed", "hidden", "kept", "unhidden") else ""
    return page(
        request,
        "desk/photo.html",
        staff=staff,
        sheet=found,
        hidden=hidden,
        told=told,
        may_draw=staff.role is Role.OPERATOR,
    )


@router.get("/desk/photos/{photo_id}/closed.jpg")
def closed(staff: Desk, photo_id: Id) -> Response:
    """The photo with every face closed. Each time it is fetched is a look that is written down."""
    return Response(staff.archive.editing.closed(photo_id), media_type="image/jpeg")


@router.post("/desk/photos/{photo_id}/boxes")
def add(staff: Desk, photo_id: Id, x: Pixels, y: Pixels, width: Pixels, height: Pixels) -> Response:
    staff.archive.photos.redact(photo_id, _box(staff, photo_id, x, y, width, height))
    return _back(photo_id, "added")


@router.post("/desk/photos/{photo_id}/boxes/{number}/move")
def move(staff: Desk, photo_id: Id, number: int, x: Pixels, y: Pixels, width: Pixels, height: Pixels) -> Response:
    staff.archive.editing.move_box(photo_id, number, _box(staff, photo_id, x, y, width, height))
    return _back(photo_id, "moved")


@router.post("/desk/photos/{photo_id}/boxes/{number}/remove")
def remove(staff: Desk, photo_id: Id, number: int) -> Response:
    staff.archive.editing.remove_box(photo_id, number)
    return _back(photo_id, "removed")


@router.post("/desk/photos/{photo_id}/faces/{number}/hide")
def hide(staff: Desk, photo_id: Id, number: int) -> Response:
    staff.archive.photos.hide(photo_id, number)
    return _back(photo_id, "hidden")


@router.post("/desk/photos/{photo_id}/faces/{number}/keep")
def keep(staff: Desk, photo_id: Id, number: int, to: Annotated[str, Form()] = "") -> Response:
    staff.archive.editing.keep_hidden(photo_id, number)
    return seen("/desk/hidden?said=kept") if to == "hidden" else _back(photo_id, "kept")


@router.post("/desk/photos/{photo_id}/faces/{number}/unhide")
def unhide(staff: Desk, photo_id: Id, number: int, to: Annotated[str, Form()] = "") -> Response:
    staff.archive.photos.unhide(photo_id, number)
    return seen("/desk/hidden?said=unhidden") if to == "hidden" else _back(photo_id, "unhidden")


def _back(photo_id: int, said: str) -> Response:
    return seen(f"/desk/photos/{photo_id}?said={said}")


def _box(staff: Staff, photo_id: int, x: float, y: float, width: float, height: float) -> Box:
    """The box as it was drawn, cut at the photo's edges: a hand slips over them easily."""
    with suppress(SaysoError):
        photo = staff.archive.editing.sheet(photo_id).photo
        x, y = min(x, photo.width - 1), min(y, photo.height - 1)
        width, height = min(width, photo.width - x), min(height, photo.height - y)
    return Box(x, y, width, height)


def _cues(since: str, until: str, tag: str) -> Cues:
    first, last = _day(since, time.min), _day(until, time.max)
    window = Window(first or datetime.min, last or datetime.max) if first or last else None
    return Cues(window=window, tags=(tag,) if tag else ())


def _day(text: str, clock: time) -> datetime | None:
    """A day as browsers send it, with the time at which it begins or ends; None for anything else."""
    with suppress(ValueError):
        return datetime.combine(datetime.fromisoformat(text), clock)
    return None
