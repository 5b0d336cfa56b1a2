"""The queue of doubts: one face at a time beside one that is known to be that person's, and a decision.

May know: the front door as staff uses it. Must not know: who is in any other photo. Must not do: let a crop be kept.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ...errors import UsageError
from ...values import Outcome
from ..pages import page, seen
from ..sessions import Desk

router = APIRouter()

Number = Annotated[int, Form(ge=0, le=1 << 53)]


#: What may have become of the last one, as the address says it.
_SAID = ("yes", "no", "disputed", "gone", "undone", "stands")


@router.get("/desk/review")
def next_doubt(request: Request, staff: Desk, after: int = 0, done: int = 0, said: str = "", undo: int = 0) -> Response:
    """The first doubt behind ``after``, or the first of all when none is left there. done: how many were decided on
    this way through, said: what became of the last one, and undo: its id, if whoever decided may take it back."""
    waiting = staff.archive.looks.queue()
    told = said if said in _SAID else ""
    before = max(0, done - (told in ("yes", "no")))
    if not waiting:
        return page(request, "desk/review_done.html", staff=staff, done=done, told=told, undo=undo, before=before)
    place = _next(waiting, after)
    look = staff.archive.looks.doubt(waiting[place])
    return page(
        request,
        "desk/review.html",
        staff=staff,
        look=look,
        doubt=look.doubt,
        candidate=_inline(look.candidate),
        confirmed=_inline(look.confirmed),
        number=done + place + 1,
        total=done + len(waiting),
        done=done,
        told=told,
        undo=undo,
        before=before,
        back=waiting[place - 2] if place > 1 else 0,
        has_back=place > 0,
    )


@router.post("/desk/review/{doubt_id}")
def decide(
    staff: Desk,
    doubt_id: int,
    answer: Annotated[Literal["yes", "no"], Form()],
    done: Number = 0,
    asked: Annotated[bool, Form()] = False,
) -> Response:
    """asked: the person said so, and whoever is at the desk writes it down."""
    if doubt_id not in staff.archive.looks.queue():
        # Somebody else was quicker, or a second window.
        return seen(_where(doubt_id, done, "gone"))
    review = staff.archive.review
    outcome = (review.confirm if answer == "yes" else review.deny)(doubt_id, said_by_subject=asked)
    # What the person said is theirs: it is not taken back here.
    undo = 0 if asked else doubt_id
    if outcome is Outcome.REVIEW:
        return seen(_where(doubt_id, done, "disputed", undo))
    return seen(_where(doubt_id, done + 1, answer, undo))


@router.post("/desk/review/{doubt_id}/undo")
def undo(staff: Desk, doubt_id: int, done: Number = 0) -> Response:
    """The doubt that was decided by a slip is shown again. done: how many were decided before it."""
    try:
        staff.archive.review.undo(doubt_id)
    except UsageError:
        # A second press, a page from before, somebody else's decision: what was decided holds.
        return seen(_where(doubt_id, done, "stands"))
    return seen(_where(doubt_id - 1, done, "undone"))


def _next(waiting: Sequence[int], after: int) -> int:
    return next((place for place, one in enumerate(waiting) if one > after), 0)


def _where(after: int, done: int, said: str, undo: int = 0) -> str:
    told = {"after": after, "done": done, "said": said}
    return "/desk/review?" + urlencode(told | {"undo": undo} if undo else told)


def _inline(jpeg: bytes | None) -> str | None:
    """The picture as part of the page: one look is one entry in the ledger, and no address leads to a face."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}" if jpeg is not None else None
