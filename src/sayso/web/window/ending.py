"""The end, rehearsed: what would be destroyed, who must agree, and, for operators, the way to ask for it.

May know: the front door. Must not know: how it is carried out.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.exceptions import HTTPException

from ...values import Role
from ..pages import page, seen
from ..sessions import Operator, Staff, Window

router = APIRouter()


@router.get("/window/end")
def drill(request: Request, staff: Window) -> Response:
    return _shown(request, staff)


@router.post("/window/end")
def cease(request: Request, staff: Operator, typed: Annotated[str, Form(max_length=400)]) -> Response:
    """Ask for the end, or approve it as a second operator; only for whoever types the organisation's name."""
    if _plain(typed) != _plain(staff.archive.controller):
        return _shown(request, staff, 400, wrong=True)
    staff.archive.cease()
    return seen("/window/end")


@router.get("/window/end/report")
def report(staff: Window) -> Response:
    text = staff.archive.oversight.drill().report
    if not text:
        raise HTTPException(404)
    return PlainTextResponse(text, headers={"content-disposition": 'attachment; filename="ceased.tlog-proof"'})


def _shown(request: Request, staff: Staff, code: int = 200, wrong: bool = False) -> Response:
    found = staff.archive.oversight.drill()
    return page(
        request,
        "window/end.html",
        code,
        staff=staff,
        drill=found,
        wrong=wrong,
        may_ask=staff.role is Role.OPERATOR and found.ceased_at is None,
        mine=found.asked_by == staff.name,
        key=staff.archive.ledger.verifier_key,
    )


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
