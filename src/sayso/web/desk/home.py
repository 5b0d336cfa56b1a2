"""The desk's first page: what there is, what waits, and what is being done.

May know: the front door as staff uses it. Must not know: cookies.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...values import Role
from ..pages import page
from ..sessions import Desk
from ..speaking import speech_of
from .jobs import listed

router = APIRouter()


@router.get("/desk")
def home(request: Request, staff: Desk) -> Response:
    archive, runs_it = staff.archive, staff.role is Role.OPERATOR
    held = archive.overview.collections()
    return page(
        request,
        "desk/home.html",
        staff=staff,
        held=held,
        photos=sum(one.photos for one in held),
        faces=sum(one.faces for one in held),
        people=archive.status().subjects,
        waits=archive.overview.waits(),
        approvals=[one.collection for one in held if one.waits_for_approval],
        lacking=archive.law.check(language=speech_of(request).language) if runs_it else [],
        jobs=listed(staff, 6),
    )
