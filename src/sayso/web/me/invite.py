"""The invitation: what a person reads first, and where they say yes or nothing.

May know: invites, the person's answer. Must not know: who was invited. Must not do: tell anybody that it was read (R3).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from ...archive import Invitation, InviteError, InviteExpiredError, InviteUsedError
from ...errors import RefusedError
from ...values import TEMPLATE_PURPOSES, Notice, Purpose, Role, Youth
from .. import mail
from ..limits import limits_of
from ..pages import page, seen
from ..sessions import Anybody, archive_of, let_in, let_out, me_or_nobody, settings_of
from ..speaking import Speech, speech_of

router = APIRouter()

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was filled in. ``way``: ``face`` when a template may be made, ``point`` when not. ``age``: ``full``, or
    ``young`` with the month of birth."""

    purposes: tuple[Purpose, ...] = ()
    way: str = ""
    age: str = ""
    birth: str = ""
    guardian: bool = False
    told: bool = False
    pack: str = ""

    def wrong(self, asked: Invitation) -> list[str]:
        """Names of the words that say what is missing, in the order of the page; empty when nothing is."""
        young = asked.for_guardian or self.age == "young"
        return [
            word
            for word, missing in (
                ("no_purpose", not self.purposes or not set(self.purposes) <= set(asked.purposes)),
                ("no_way", bool(TEMPLATE_PURPOSES & set(self.purposes)) and self.way not in ("face", "point")),
                ("no_age", not asked.for_guardian and self.age not in ("full", "young")),
                ("no_birth", young and not _MONTH.fullmatch(self.birth)),
                ("no_guardian", asked.for_guardian and not self.guardian),
                ("no_told", asked.for_guardian and not self.told),
            )
            if missing
        ]


@router.get("/i/{token}")
def read(request: Request, token: str, nobody: Anybody) -> Response:
    """Who asks, what for, and the switches. Looking leaves no trace."""
    try:
        asked = nobody.invites.read(token, language=speech_of(request).language)
    except InviteError as error:
        return _closed(request, error)
    return _page(request, asked)


@router.get("/not-now")
def not_now(request: Request) -> Response:
    """Nothing happens here, and the page says so."""
    return page(request, "me/not_now.html")


@router.post("/i/{token}")
def agree(
    request: Request,
    token: str,
    nobody: Anybody,
    version: Annotated[int, Form()],
    language: Annotated[str, Form(max_length=35)],
    purpose: Annotated[list[Purpose] | None, Form()] = None,
    way: Annotated[Literal["", "face", "point"], Form()] = "",
    age: Annotated[Literal["", "full", "young"], Form()] = "",
    birth: Annotated[str, Form(max_length=7)] = "",
    guardian: Annotated[bool, Form()] = False,
    told: Annotated[bool, Form()] = False,
    pack: Annotated[str, Form(max_length=80)] = "",
) -> Response:
    """Say yes: the consent is written down, nothing is measured yet, and the person is let in."""
    limits_of(request).count(request, "yes", "30/minute")
    answer = Answer(tuple(dict.fromkeys(purpose or ())), way, age, birth.strip(), guardian, told, pack)
    measured = way == "face" and bool(TEMPLATE_PURPOSES & set(answer.purposes))
    try:
        asked = nobody.invites.read(token, language=speech_of(request).language)
        wrong = answer.wrong(asked)
        if version != asked.notices[0].version:
            wrong = ["changed"]
        if wrong:
            return _page(request, asked, answer, wrong)
        done = nobody.people.enrol(
            token,
            purposes=answer.purposes,
            language=language,
            capture_later=measured,
            notice_version=version,
            youth=_youth(answer, asked),
            packs=[pack] if pack else [],
        )
    except InviteError as error:
        return _closed(request, error)
    except RefusedError as refusal:
        if answer.age == "young" and any(one.rule == "F6" for one in refusal.reasons):
            return page(request, "me/ask_guardian.html", 403, alone_from=asked.alone_from)
        raise
    here = me_or_nobody(request)
    by_letter = asked.joined and mail.can_send(settings_of(request), done.subject.label)
    if by_letter and (here is None or here.id != done.subject.id):
        # Whoever holds an invite is not yet whoever said yes before: what is theirs opens by a letter to them.
        return page(request, "me/said_yes.html")
    response = seen("/me/capture" if measured else "/me")
    let_out(request, response, Role.SUBJECT)
    let_in(request, response, archive_of(request).visits.welcome(done.subject.id), Role.SUBJECT)
    return response


def asks_the_way(asked: Invitation) -> bool:
    """Whether some purpose can be served with a template, so that the person chooses whether one may be made."""
    return bool(TEMPLATE_PURPOSES & set(asked.purposes))


def in_language(notices: Sequence[Notice], language: str) -> Notice:
    """The notice in a language, or in the one in which it was published first."""
    near = [one for one in notices if one.language.split("-")[0] == language.split("-")[0]]
    return next((one for one in near if one.language == language), (near or notices)[0])


def _youth(answer: Answer, asked: Invitation) -> Youth | None:
    if asked.for_guardian:
        return Youth(answer.birth, guardian_agrees=answer.guardian, child_told=answer.told)
    return Youth(answer.birth) if answer.age == "young" else None


def _page(
    request: Request, asked: Invitation, answer: Answer | None = None, wrong: list[str] | None = None
) -> Response:
    say = speech_of(request)
    wanted = request.query_params.get("notice", say.language)
    return page(
        request,
        "me/invite.html",
        422 if wrong else 200,
        asked=asked,
        answer=answer or Answer(),
        wrong=wrong or [],
        notice=in_language(asked.notices, wanted),
        child_notice=in_language(asked.child_notices, wanted) if asked.child_notices else None,
        asks_the_way=asks_the_way(asked),
        template_purposes=TEMPLATE_PURPOSES,
    )


def _closed(request: Request, error: InviteError) -> Response:
    """An invite that opens nothing: what happened, and what to do now."""
    if isinstance(error, InviteUsedError) and me_or_nobody(request):
        return seen("/me")
    if not isinstance(error, InviteUsedError | InviteExpiredError):
        limits_of(request).count(request, "token", "30/minute")
    why = {InviteUsedError: "used", InviteExpiredError: "expired"}.get(type(error), "unknown")
    say: Speech = speech_of(request)
    return page(request, "me/invite_closed.html", 410 if why != "unknown" else 404, why=why, said=say(f"yes.{why}"))
