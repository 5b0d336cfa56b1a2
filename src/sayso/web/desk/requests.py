"""What people asked for by right: access, erasure, correction; until when it is due, and what to do next.

May know: the front door as an operator uses it. Must not know: what is held about anybody.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ...archive import Right
from ..pages import page, seen
from ..sessions import Operator

router = APIRouter()

Words = Annotated[str, Form(max_length=320)]


@router.get("/desk/requests")
def requests(request: Request, staff: Operator, said: str = "") -> Response:
    found, now = staff.archive.requests.list(), staff.archive.now
    return page(
        request,
        "desk/requests.html",
        staff=staff,
        open_ones=[(one, (one.due_at - now).days, one.overdue(now)) for one in found if one.done_at is None],
        done=[one for one in found if one.done_at is not None],
        kinds=[one.value for one in Right],
        told=said if said in ("added", "done") else "",
        today=now.date().isoformat(),
    )


@router.post("/desk/requests")
def add(
    staff: Operator, subject: Words, kind: Annotated[Right, Form()], asked: Annotated[str, Form(max_length=10)] = ""
) -> Response:
    staff.archive.requests.new(subject, kind, asked_at=_day(asked, staff.archive.now))
    return seen("/desk/requests?said=added")


@router.post("/desk/requests/{request_id}/done")
def done(staff: Operator, request_id: int) -> Response:
    staff.archive.requests.done(request_id)
    return seen("/desk/requests?said=done")


def _day(text: str, now: datetime) -> datetime | None:
    """The beginning of a day as browsers send it, in UTC; None for today, and for none."""
    with suppress(ValueError):
        day = datetime.fromisoformat(text).replace(tzinfo=UTC)
        return day if day.date() != now.date() else None
    return None
