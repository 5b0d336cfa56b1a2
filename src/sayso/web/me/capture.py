"""The live capture: the page with the camera, and the frames that it sends, each judged in memory and forgotten.

May know: the front door as the person uses it. Must not do: write a frame anywhere; a form with a file in it would be
spooled to the disk, so that frames come as bare bodies.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from ...errors import CaptureError, ImageError, RefusedError, SaysoError
from ..limits import limits_of
from ..pages import page
from ..sessions import Mine
from ..telling import teller_of
from .photos import ask_for_photos

router = APIRouter()

#: What a refusal is called on the page, by the rule that it cites.
_REFUSED = {"F1": "no-yes", "F2": "no-yes", "F6": "frozen", "F11": "witness"}


async def _body(request: Request) -> bytes:
    return await request.body()


Frame = Annotated[bytes, Depends(_body)]


@router.get("/me/capture")
def begin_page(request: Request, me: Mine) -> Response:
    """What happens, before the camera is asked for."""
    agreed = me.archive.consents.of(me.id)
    may = [one for one in agreed.given if one.template_agreed]
    return page(
        request,
        "me/capture.html",
        may=bool(may) and agreed.frozen_at is None,
        again=any(one.template_at for one in may),
    )


@router.post("/me/capture/begin")
def begin(request: Request, me: Mine) -> Response:
    """Begin a capture; another one of the same person, in another tab, ends."""
    limits_of(request).count(request, "capture", "30/hour", whom=me.id)
    try:
        begun = me.archive.live.begin(me.id)
    except RefusedError as refusal:
        code = next((_REFUSED[one.rule] for one in refusal.reasons if one.rule in _REFUSED), "law")
        return _problem(request, code, refusal)
    except SaysoError as error:
        return _problem(request, "busy", error)
    return JSONResponse({"nonce": begun.nonce, "prompts": begun.prompts})


@router.post("/me/capture/{nonce}/frame")
def frame(request: Request, me: Mine, nonce: str, body: Frame, at: Annotated[int, Query(ge=0, le=1 << 40)]) -> Response:
    """Judge one frame, a JPEG; ``at``: its time in milliseconds of the camera's clock."""
    try:
        seen = me.archive.live.look(nonce, body, at)
    except (CaptureError, ImageError) as error:
        return _problem(request, "over" if isinstance(error, CaptureError) else "unreadable", error)
    told: dict[str, Any] = {
        "state": seen.state.value,
        "asked": seen.asked.value if seen.asked else None,
        "number": seen.number,
        "held": round(seen.held, 3),
        "advice": seen.advice.value if seen.advice else None,
        "failure": seen.failure.value if seen.failure else None,
    }
    return JSONResponse(told)


@router.post("/me/capture/{nonce}/finish")
def finish(request: Request, me: Mine, nonce: str) -> Response:
    """Make the template that the person agreed to, in place of an earlier one, and let them be looked for."""
    try:
        me.archive.live.finish(nonce)
    except RefusedError as refusal:
        return _problem(request, "law", refusal)
    except CaptureError as error:
        return _problem(request, "somebody-else", error)
    ask_for_photos(me)
    return JSONResponse({"where": "/me"})


@router.post("/me/capture/{nonce}/abandon")
def abandon(me: Mine, nonce: str) -> Response:
    """Let go of a capture: the page was left."""
    me.archive.live.abandon(nonce)
    return Response(status_code=204)


def _problem(request: Request, code: str, error: SaysoError) -> Response:
    told = teller_of(request)
    what, next_step = told(error.what), told(error.next_step)
    problem = {"type": "about:blank", "status": 409, "title": what, "detail": next_step, "code": code}
    return JSONResponse(problem, 409, media_type="application/problem+json")
