"""Posters at the desk: put one up, print it, answer those who ask to be invited because they read it.

May know: posters, letters. Must not know: faces, what anybody answers to an invite.
"""

from __future__ import annotations

import io

import segno
from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...archive import Poster
from ...errors import UsageError
from ...values import Purpose
from .. import mail
from ..forms import Form
from ..pages import page, seen
from ..sessions import Operator, Staff, settings_of
from ..speaking import languages, speech_of
from .inviting import code_of, letter

router = APIRouter()


@router.get("/desk/posters")
def posters(request: Request, staff: Operator) -> Response:
    """Every poster, who asked, and a form for a new one."""
    archive = staff.archive
    return page(
        request,
        "desk/posters.html",
        staff=staff,
        posters=archive.posters.list(),
        asking=archive.posters.waiting(),
        collections=archive.collections.list(),
        purposes=list(Purpose),
        can_mail=settings_of(request).mail is not None,
        spoken=languages(),
    )


@router.post("/desk/posters")
def put_up(staff: Operator, form: Form) -> Response:
    """A new poster for a collection."""
    try:
        purposes = [Purpose(one) for one in form.all("purpose")]
    except ValueError:
        raise UsageError("There is no such purpose.", "Go back and choose again.") from None
    if not purposes or not form.all("collection"):
        raise UsageError("A poster says what for, and whose photos it is about.", "Go back and tick at least one each.")
    made = staff.archive.posters.new(purposes=purposes, collections=form.all("collection"), packs=form.all("pack"))
    return seen(f"/desk/posters/{made.id}")


@router.get("/desk/posters/{poster}.svg")
def drawn(request: Request, staff: Operator, poster: int) -> Response:
    """The poster's QR code as a picture, for a layout of one's own."""
    found, out = _get(staff, poster), io.BytesIO()
    segno.make(_link(request, found), error="q", micro=False).save(out, kind="svg", border=4, scale=10)
    named = {"content-disposition": f'attachment; filename="poster-{found.id}.svg"'}
    return Response(out.getvalue(), media_type="image/svg+xml", headers=named)


@router.get("/desk/posters/{poster}")
def printed(request: Request, staff: Operator, poster: int) -> Response:
    """The poster itself, to print."""
    found = _get(staff, poster)
    link = _link(request, found)
    return page(request, "desk/poster.html", staff=staff, poster=found, link=link, drawn=code_of(link))


@router.post("/desk/posters/{poster}/end")
def take_down(staff: Operator, poster: int) -> Response:
    """Nobody can ask by it any more."""
    staff.archive.posters.end(poster)
    return seen("/desk/posters")


@router.post("/desk/asking/{asking}/approve")
def approve(request: Request, staff: Operator, asking: int, form: Form) -> Response:
    """Invite somebody who asked; the link goes to the address that they left, or is shown once."""
    granted = staff.archive.posters.approve(asking)
    settings = settings_of(request)
    link = settings.link(f"/i/{granted.token}")
    language = form.word("language") if form.word("language") in languages() else speech_of(request).language
    mailed = mail.can_send(settings, granted.to)
    if mailed:
        try:
            letter(settings, staff.archive, language, granted.to, link)
        except mail.MailError:
            mailed = False
    if mailed:
        return seen("/desk/posters")
    return page(request, "desk/granted.html", staff=staff, to=granted.to, link=link, drawn=code_of(link))


@router.post("/desk/asking/{asking}/decline")
def decline(staff: Operator, asking: int) -> Response:
    """Forget that somebody asked."""
    staff.archive.posters.decline(asking)
    return seen("/desk/posters")


def _get(staff: Staff, poster: int) -> Poster:
    found = next((one for one in staff.archive.posters.list() if one.id == poster), None)
    if found is None:
        raise UsageError(f"There is no poster {poster}.", "Look at the list of posters.")
    return found


def _link(request: Request, poster: Poster) -> str:
    return settings_of(request).link(f"/p/{poster.code}")
