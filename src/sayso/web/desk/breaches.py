"""The register of breaches: note one, the 72 hours that are left, drafts of the letters, and who was told.

May know: the front door as an operator uses it. Must not know: subjects, photos.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response

from ...archive import Told
from ..pages import page, seen
from ..sessions import Operator
from ..speaking import speech_of

router = APIRouter()

Text = Annotated[str, Form(max_length=4000)]


@router.get("/desk/breaches")
def breaches(request: Request, staff: Operator, said: str = "") -> Response:
    now = staff.archive.now
    return page(
        request,
        "desk/breaches.html",
        staff=staff,
        breaches=[(one, _hours(one.left(now))) for one in reversed(staff.archive.breaches.list())],
        told=said if said in ("added", "authority", "people") else "",
        now=now,
    )


@router.post("/desk/breaches")
def add(
    staff: Operator,
    what: Text,
    consequences: Text = "",
    measures: Text = "",
    people: Annotated[str, Form(max_length=12)] = "",
    noticed: Annotated[str, Form(max_length=16)] = "",
) -> Response:
    staff.archive.breaches.new(
        what,
        people=int(people) if people.strip().isdecimal() else None,
        noticed_at=_moment(noticed),
        consequences=consequences,
        measures=measures,
    )
    return seen("/desk/breaches?said=added")


@router.get("/desk/breaches/{breach_id}/{whom}")
def draft(request: Request, staff: Operator, breach_id: int, whom: Told) -> Response:
    """The draft as a file: it is written on, printed or sent from elsewhere."""
    made = staff.archive.breaches.notice(breach_id, whom, language=speech_of(request).language)
    name = f"breach-{breach_id}-{whom.value}.html"
    return HTMLResponse(made.html, headers={"content-disposition": f'attachment; filename="{name}"'})


@router.post("/desk/breaches/{breach_id}/told/{whom}")
def told(staff: Operator, breach_id: int, whom: Told) -> Response:
    staff.archive.breaches.told(breach_id, whom)
    return seen(f"/desk/breaches?said={whom.value}")


def _hours(left: timedelta | None) -> int | None:
    """Whole hours that are left, below zero when it is late."""
    return None if left is None else int(left.total_seconds() // 3600)


def _moment(text: str) -> datetime | None:
    """A moment as browsers send it, in UTC; None for none."""
    with suppress(ValueError):
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    return None
