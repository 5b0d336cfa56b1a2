"""The people who said yes, at the desk: look, freeze, write down a withdrawal, vouch for a capture.

May know: the front door's roster. Must not know: faces. Must not do: put a person's name into an address.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...errors import SaysoError, UsageError
from ...values import FrozenBy, Purpose, Role
from .. import mail
from ..forms import Form
from ..limits import limits_of
from ..pages import page, seen
from ..sessions import Desk, Operator, settings_of
from ..speaking import Speech, languages, speech_of

router = APIRouter()


@router.get("/desk/people")
def everybody(request: Request, staff: Desk) -> Response:
    runs_it = staff.role is Role.OPERATOR
    asking = staff.archive.posters.waiting() if runs_it else ()
    return page(request, "desk/people.html", staff=staff, people=staff.archive.roster.list(), asking=asking)


@router.get("/desk/people/{subject}")
def one(request: Request, staff: Desk, subject: str) -> Response:
    found = staff.archive.roster.get(subject)
    return page(request, "desk/person.html", staff=staff, person=found, by=list(FrozenBy))


@router.post("/desk/people/{subject}/freeze")
def freeze(staff: Desk, subject: str, form: Form) -> Response:
    """Stop everything about a person at once."""
    try:
        by = FrozenBy(form.word("by"))
    except ValueError:
        raise UsageError("It was not said on whose word.", "Go back and choose who asks for it.") from None
    staff.archive.people.freeze(subject, by=by)
    return seen(f"/desk/people/{subject}")


@router.post("/desk/people/{subject}/unfreeze")
def unfreeze(staff: Operator, subject: str) -> Response:
    """Ask for the end of a freeze, or lift it as a second person."""
    staff.archive.people.unfreeze(subject)
    return seen(f"/desk/people/{subject}")


@router.get("/desk/people/{subject}/withdraw")
def withdraw_page(request: Request, staff: Operator, subject: str) -> Response:
    return page(request, "desk/withdraw.html", staff=staff, person=staff.archive.roster.get(subject))


@router.post("/desk/people/{subject}/withdraw")
def withdraw(request: Request, staff: Operator, subject: str, form: Form) -> Response:
    """Write down a person's no; effective at once. The receipt is for them."""
    if not form.ticked("sure"):
        raise UsageError("It was not confirmed that the person asked for it.", "Go back and tick the box.")
    chosen = {one for one in Purpose if one in form.all("purpose")}
    done = staff.archive.people.withdraw(subject, purposes=chosen or None)
    return page(request, "desk/withdrawn.html", staff=staff, done=done)


@router.get("/desk/witness/{subject}")
def witness_page(request: Request, staff: Operator, subject: str) -> Response:
    found = staff.archive.roster.get(subject)
    return page(request, "desk/witness.html", staff=staff, person=found, error=None, name="")


@router.post("/desk/witness/{subject}")
def witness(request: Request, staff: Operator, subject: str, form: Form) -> Response:
    """Take pictures of a person for whom no live capture works, before somebody who vouches for them.

    The pictures are nowhere but in this request's memory.
    """
    name, password = form.word("witness"), form.word("password")
    limits_of(request).count(request, "password of", "10/minute", whom=name)
    found = staff.archive.roster.get(subject)
    try:
        code = staff.archive.people.witness(
            subject, captures=form.files.get("capture", ()), witness=name, witness_password=lambda: password
        )
    except SaysoError as error:
        return page(request, "desk/witness.html", 400, staff=staff, person=found, error=error, name=name)
    link, to, mailed = settings_of(request).link(f"/c/{code}"), found.subject.label, False
    if mail.can_send(settings_of(request), to):
        language = form.word("language") if form.word("language") in languages() else speech_of(request).language
        mailed = _tell(request, language, to, link)
    return page(request, "desk/witnessed.html", staff=staff, person=found, link=link, mailed=mailed)


def _tell(request: Request, language: str, to: str, link: str) -> bool:
    settings, say = settings_of(request), Speech(language)
    places = {"controller": settings.controller, "contact": settings.contact, "link": link}
    try:
        mail.send(settings, to, say("people.confirm_subject", **places), say("people.confirm_letter", **places))
    except mail.MailError:
        return False
    return True
