"""The first page, and the pages at which people and staff come in and go out.

May know: visits, letters. Must not know: what lies behind the pages.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Form, Request
from fastapi.responses import Response

from ..errors import RefusedError
from ..values import Role
from . import mail
from .limits import limits_of
from .pages import page, seen
from .sessions import archive_of, let_in, let_out, me_or_nobody, settings_of, staff_or_nobody
from .speaking import speech_of

router = APIRouter(include_in_schema=False)


@router.get("/")
def first(request: Request) -> Response:
    """Who runs this, what it does, and the two doors."""
    return page(request, "first.html", me=me_or_nobody(request), staff=staff_or_nobody(request))


@router.get("/sign-in")
def sign_in_page(request: Request) -> Response:
    found = staff_or_nobody(request)
    return seen(_home(found.role)) if found else page(request, "sign_in.html", wrong=None, name="")


@router.post("/sign-in")
def sign_in(request: Request, name: Annotated[str, Form()], password: Annotated[str, Form()]) -> Response:
    limits_of(request).count(request, "password", "20/minute")
    limits_of(request).count(request, "password of", "10/minute", whom=name)
    try:
        token = archive_of(request).visits.sign_in(name, password)
    except RefusedError:
        return page(request, "sign_in.html", 403, wrong=speech_of(request)("sign_in.wrong"), name=name)
    visitor = archive_of(request).visits.who(token)
    response = seen(_home(visitor.role if visitor else Role.OPERATOR))
    let_in(request, response, token, Role.OPERATOR)
    return response


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """Both visits of this browser end: whoever leaves a shared computer means everything."""
    response = seen("/")
    for role in (Role.OPERATOR, Role.SUBJECT):
        let_out(request, response, role)
    return response


@router.get("/enter")
def enter_page(request: Request) -> Response:
    """Where a person asks for a link to their own pages."""
    if me_or_nobody(request):
        return seen("/me")
    return page(request, "enter.html", sent=False, can_send=settings_of(request).mail is not None)


@router.post("/enter")
def ask_for_link(request: Request, contact: Annotated[str, Form(max_length=320)], tasks: BackgroundTasks) -> Response:
    """The page says the same whoever asks, and as quickly: the letter is sent afterwards."""
    limits_of(request).count(request, "link", "10/hour")
    tasks.add_task(_send_link, request, contact)
    answer = page(request, "enter.html", sent=True, can_send=settings_of(request).mail is not None)
    answer.background = tasks
    return answer


@router.get("/l/{link}")
def link_page(request: Request, link: str) -> Response:
    """A button, not the door itself: mail programs open links to look at them, and a link opens once."""
    return page(request, "link.html", link=link)


@router.post("/l/{link}")
def use_link(request: Request, link: str) -> Response:
    limits_of(request).count(request, "token", "30/minute")
    token = archive_of(request).visits.enter(link)
    response = seen("/me")
    let_in(request, response, token, Role.SUBJECT)
    return response


def _send_link(request: Request, contact: str) -> None:
    settings, say = settings_of(request), speech_of(request)
    if not mail.can_send(settings, contact.strip()):
        return
    letter = archive_of(request).visits.letter_for(contact.strip())
    if letter is not None:
        text = say("letters.link", link=settings.link(f"/l/{letter.token}"), controller=settings.controller)
        mail.send(settings, letter.to, say("letters.link_subject", controller=settings.controller), text)


def _home(role: Role) -> str:
    return "/window" if role is Role.OVERSEER else "/desk"
