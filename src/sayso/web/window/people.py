"""How many people agree to what, and the enrolments that a witness vouched for (F11).

May know: counts, and the names of those who invite and vouch. Must not know: who was enrolled.
"""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..pages import page
from ..sessions import Window

router = APIRouter()


@router.get("/window/consent")
def consents(request: Request, staff: Window) -> Response:
    vouched = staff.archive.oversight.vouched()
    return page(
        request,
        "window/people.html",
        staff=staff,
        counted=staff.archive.oversight.consents(),
        vouched=vouched,
        often=Counter(one.witness for one in vouched).most_common(),
    )
