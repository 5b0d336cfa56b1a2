"""The notice at the desk: read the current one, see how easily a new one reads, publish it.

May know: notices. Must not know: who read them.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...errors import SaysoError
from ..forms import Form, Posted
from ..pages import page, seen
from ..sessions import Operator, Staff

router = APIRouter()

_EMPTY = Posted({}, {})


@router.get("/desk/notices")
def notices(request: Request, staff: Operator) -> Response:
    return _page(request, staff, _EMPTY)


@router.post("/desk/notices")
def publish(request: Request, staff: Operator, form: Form) -> Response:
    """Publish a notice, or only say how easily it reads."""
    text = form.word("text").replace("\r\n", "\n")
    if form.word("do") == "check":
        return _page(request, staff, form, checked=True)
    try:
        children = form.ticked("for_children")
        current = staff.archive.notices.current(for_children=children)
        staff.archive.notices.publish(
            text,
            language=form.word("language"),
            version=current[0].version if current and form.word("how") == "translation" else None,
            for_children=children,
            same_meaning=form.word("how") == "wording",
        )
    except SaysoError as error:
        return _page(request, staff, form, error=error)
    return seen("/desk/notices")


def _page(
    request: Request, staff: Staff, form: Posted, *, error: SaysoError | None = None, checked: bool = False
) -> Response:
    archive = staff.archive
    text = form.word("text")
    return page(
        request,
        "desk/notices.html",
        400 if error else 200,
        staff=staff,
        form=form,
        error=error,
        ease=archive.notices.ease(text) if checked and text else None,
        current=[(one, archive.notices.ease(one.text)) for one in archive.notices.current()],
        for_children=[(one, archive.notices.ease(one.text)) for one in archive.notices.current(for_children=True)],
    )
