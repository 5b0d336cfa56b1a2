"""The publication set: which photos may be published as they are, with faces closed, or not at all; and the zip.

May know: the front door as an operator uses it. Must not know: why a face is open.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response, StreamingResponse
from starlette.exceptions import HTTPException

from ...archive import Manner
from ...values import Collection
from ..pages import page
from ..sessions import Operator, Staff
from ..speaking import speech_of

router = APIRouter()

_AT_ONCE = 60


@router.get("/desk/publish")
def collections(request: Request, staff: Operator) -> Response:
    return page(request, "desk/publish_list.html", staff=staff, collections=staff.archive.collections.list())


@router.get("/desk/publish/{collection}")
def plan(request: Request, staff: Operator, collection: int, manner: str = "", start: int = 0) -> Response:
    found = collection_of(staff, collection)
    planned = staff.archive.publishing.plan(found.name)
    counts = Counter(one.manner for one in planned)
    chosen = [one for one in planned if not manner or one.manner == manner]
    start = max(0, start)
    return page(
        request,
        "desk/publish.html",
        staff=staff,
        collection=found,
        counts={one.value: counts[one] for one in Manner},
        people=len({subject for one in planned for subject in one.shown}),
        manner=manner,
        photos=chosen[start : start + _AT_ONCE],
        found=len(chosen),
        start=start,
        at_once=_AT_ONCE,
    )


@router.post("/desk/publish/{collection}")
def export(
    request: Request, staff: Operator, collection: int, closed: Annotated[bool, Form()] = False
) -> StreamingResponse:
    """The zip, sent while it is made. closed: also photos in which faces are closed."""
    language = speech_of(request).language
    found = collection_of(staff, collection)
    _, parts = staff.archive.publishing.stream(found.name, language=language, redacted=closed)
    name = f"publication-{collection}.zip"
    return StreamingResponse(
        parts, media_type="application/zip", headers={"content-disposition": f'attachment; filename="{name}"'}
    )


def collection_of(staff: Staff, collection_id: int) -> Collection:
    """The collection of a page's address, which is an id: a name may look like one."""
    found = next((one for one in staff.archive.collections.list() if one.id == collection_id), None)
    if found is None:
        raise HTTPException(404)
    return found
