"""Inviting people at the desk: one, or a list of them. Links are shown once, and mailed where letters can be sent.

May know: invites, letters. Must not know: what anybody answers; whether nobody answered looks like a no (R3).
Must not do: write a list of names anywhere.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field

import segno
from fastapi import APIRouter, BackgroundTasks, Request
from fastapi.responses import Response
from markupsafe import Markup

from ...archive import Archive
from ...errors import SaysoError, UsageError
from ...values import Guardian, Purpose
from .. import mail
from ..forms import Form, Posted
from ..pages import page
from ..sessions import Operator, Staff, settings_of
from ..settings import Settings
from ..speaking import Speech, languages, speech_of
from ..telling import teller_of

router = APIRouter()

_EMPTY = Posted({}, {})
_MOST = 1000
_COLUMNS = ("label", "guardian", "relation", "pack")


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who was just invited. ``mailed``: the link is on its way to ``to``; None when it could not be sent."""

    label: str = field(repr=False)
    to: str = field(repr=False)
    link: str = field(repr=False)
    mailed: bool = False


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line of a list that was not understood."""

    line: int
    reason: str


def code_of(link: str) -> Markup:
    """A link as a QR code (ISO/IEC 18004), drawn in the page itself."""
    made = segno.make(link, error="m", micro=False)
    return Markup(made.svg_inline(omitsize=True, border=3, dark="#000", light="#fff", svgclass="code", lineclass=None))


@router.get("/desk/invite")
def invite_page(request: Request, staff: Operator) -> Response:
    return _form(request, staff, _EMPTY)


@router.post("/desk/invite")
def invite(request: Request, staff: Operator, form: Form) -> Response:
    """Invite one person and show the link, this once."""
    try:
        done = _invite(request, staff.archive, form, form.word("label"), _guardian(form.word, form.ticked("child")))
    except SaysoError as error:
        return _form(request, staff, form, error=error)
    if form.ticked("mail"):
        done = _mailed(request, staff.archive, form, done)
    return page(request, "desk/invited.html", staff=staff, invited=[done], wrong=[], drawn=code_of(done.link))


@router.post("/desk/invite/list")
def invite_list(request: Request, staff: Operator, form: Form, tasks: BackgroundTasks) -> Response:
    """Invite everybody on a list (CSV); lines that are wrong are told, and the others are invited."""
    data = form.file("list")
    try:
        if data is None:
            raise UsageError("No list was chosen.", "Choose a file, one person a line.")
        lines, wrong = _lines(data)
        _asked(form)
    except SaysoError as error:
        return _form(request, staff, form, error=error)
    invited = []
    for number, cells in lines:
        try:
            word = cells.__getitem__
            guardian = _guardian(word, bool(cells["guardian"]))
            packs = (*form.all("pack"), *cells["pack"].split())
            one = _invite(request, staff.archive, form, cells["label"], guardian, packs)
        except SaysoError as error:
            wrong.append(Wrong(number, teller_of(request).in_full(error)))
            continue
        sent = form.ticked("mail") and mail.can_send(settings_of(request), one.to)
        if sent:
            tasks.add_task(_send, settings_of(request), staff.archive, _language(form), one)
        invited.append(Invited(one.label, one.to, one.link, sent))
    wrong.sort(key=lambda one: one.line)
    answer = page(request, "desk/invited.html", staff=staff, invited=invited, wrong=wrong, drawn=None)
    answer.background = tasks
    return answer


def letter(settings: Settings, archive: Archive, language: str, to: str, link: str) -> None:
    """Send an invite's link. Raises MailError."""
    say = Speech(language)
    places = {"controller": archive.controller, "contact": archive.contact, "link": link}
    mail.send(settings, to, say("people.letter_subject", **places), say("people.letter", **places))


def _form(request: Request, staff: Staff, form: Posted, *, error: SaysoError | None = None) -> Response:
    archive, say = staff.archive, speech_of(request)
    return page(
        request,
        "desk/invite.html",
        400 if error else 200,
        staff=staff,
        form=form,
        error=error,
        collections=archive.collections.list(),
        purposes=list(Purpose),
        packs=[one for one in archive.reaches.packs(language=say.language) if not one.here],
        notices=archive.notices.current(),
        can_mail=settings_of(request).mail is not None,
        spoken=languages(),
    )


def _asked(form: Posted) -> tuple[list[Purpose], tuple[str, ...]]:
    try:
        purposes = [Purpose(one) for one in form.all("purpose")]
    except ValueError:
        raise UsageError("There is no such purpose.", "Reload the page and choose again.") from None
    if not purposes:
        raise UsageError("Nothing was chosen to ask for.", "Tick at least one purpose.")
    if not form.all("collection"):
        raise UsageError("No collection was chosen.", "Tick whose photos it is about.")
    return purposes, form.all("collection")


def _invite(
    request: Request,
    archive: Archive,
    form: Posted,
    label: str,
    guardian: Guardian | None,
    packs: tuple[str, ...] | None = None,
) -> Invited:
    purposes, collections = _asked(form)
    token = archive.people.invite(
        label,
        purposes=purposes,
        collections=collections,
        guardian=guardian,
        packs=form.all("pack") if packs is None else packs,
    )
    return Invited(label, guardian.label if guardian else label, settings_of(request).link(f"/i/{token}"))


def _mailed(request: Request, archive: Archive, form: Posted, one: Invited) -> Invited:
    settings = settings_of(request)
    if not mail.can_send(settings, one.to):
        return one
    try:
        letter(settings, archive, _language(form), one.to, one.link)
    except mail.MailError:
        return one
    return Invited(one.label, one.to, one.link, mailed=True)


def _send(settings: Settings, archive: Archive, language: str, one: Invited) -> None:
    try:
        letter(settings, archive, language, one.to, one.link)
    except mail.MailError:
        # The link stands on the page that the operator sees, too; to say more would name somebody in a log.
        return


def _language(form: Posted) -> str:
    return form.word("language") if form.word("language") in languages() else languages()[0]


def _guardian(word: object, child: bool) -> Guardian | None:
    assert callable(word)
    if not child:
        return None
    name = str(word("guardian"))
    if not name:
        raise UsageError("A child is invited through a guardian.", "Give the guardian's name or address.")
    return Guardian(name, str(word("relation")) or "parent")


def _lines(data: bytes) -> tuple[list[tuple[int, dict[str, str]]], list[Wrong]]:
    """The people on a list: label, guardian, relation, pack; the first line may name the columns."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("The list is no UTF-8 text.", "Save it as “CSV UTF-8”.") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = [(number, [cell.strip() for cell in row]) for number, row in _rows(text, delimiter)]
    columns: tuple[str, ...] = _COLUMNS
    if rows and rows[0][1] and rows[0][1][0].casefold() in ("label", "name", "nom"):
        columns = ("label", *(cell.casefold() for cell in rows[0][1][1:]))
        rows = rows[1:]
    if not rows:
        raise UsageError("There is nobody on the list.", "Write one person a line: the name or address first.")
    if len(rows) > _MOST:
        raise UsageError(f"There are more than {_MOST} people on the list.", "Divide it.")
    lines, wrong, seen = [], [], set()
    for number, row in rows:
        cells = dict.fromkeys(_COLUMNS, "") | dict(zip(columns, row, strict=False))
        if not cells["label"]:
            wrong.append(Wrong(number, "There is no name or address in the first column."))
        elif cells["label"].casefold() in seen:
            wrong.append(Wrong(number, "This person stands on the list twice."))
        else:
            seen.add(cells["label"].casefold())
            lines.append((number, cells))
    return lines, wrong


def _rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error:
        raise UsageError("The list is no table of values separated by commas.", "Save it as CSV.") from None
