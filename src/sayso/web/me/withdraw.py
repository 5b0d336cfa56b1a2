"""Say no: one tap, one confirmation, done. Then the receipt, which nobody has to ask us for again.

May know: the front door as the person uses it. Must not do: ask why.
"""

from __future__ import annotations

import base64
import json
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ...values import Purpose, Role
from ..errors import answer
from ..pages import page, seen
from ..sessions import Mine, archive_of, let_out, me_or_nobody
from ..speaking import speech_of

router = APIRouter()


@router.get("/me/withdraw")
def before(request: Request, me: Mine, purpose: Purpose | None = None) -> Response:
    """What will be gone, in plain words, and one button."""
    standing = [one.purpose for one in me.archive.consents.of(me.id).given]
    going = [one for one in standing if purpose in (None, one)]
    if not going:
        return seen("/me/consent")
    return page(request, "me/withdraw.html", going=going, whole=len(going) == len(standing))


@router.post("/me/withdraw")
def withdraw(request: Request, purpose: Annotated[list[Purpose] | None, Form()] = None) -> Response:
    """End these purposes, or all of them. With the last one the visit ends too, and the page is the last one."""
    me, say = me_or_nobody(request), speech_of(request)
    if me is None:
        # Sent again, by whoever went back to it, or after the visit had ended.
        return answer(request, 401, say("yes.withdrawn.nobody"), say("yes.withdrawn.nobody_next"))
    standing = {one.purpose for one in me.archive.consents.of(me.id).given}
    going = set(purpose) & standing if purpose else standing
    if not going:
        return seen("/me/consent")
    done = me.archive.people.withdraw(me.id, purposes=None if going == standing else going)
    made = me.archive.papers.receipt(me.id, language=say.language)
    last = page(
        request,
        "me/withdrawn.html",
        done=done,
        whole=going == standing,
        proof=_kept_here(done.proof.encode(), "text/plain"),
        receipt=_kept_here(json.dumps(made.data, ensure_ascii=False, indent=1).encode(), "application/json"),
        key=archive_of(request).ledger.verifier_key,
    )
    if going == standing:
        let_out(request, last, Role.SUBJECT)
    return last


def _kept_here(content: bytes, media: str) -> str:
    """A file inside the page itself: after the last no there is nothing left to fetch it from."""
    return f"data:{media};base64,{base64.b64encode(content).decode()}"
