"""Makes pages out of templates, with what every page needs: words, who is signed in, whom to ask.

May know: templates, the request. Must not know: what a page's own facts mean.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from ..look import style
from .sessions import settings_of
from .speaking import Speech, languages, speech_of
from .telling import teller_of

_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
}


def page(request: Request, template: str, code: int = 200, **facts: Any) -> HTMLResponse:
    """A page of ``templates/``. In it: ``say`` (words), ``in_words`` (errors), ``date`` and ``moment``, ``asset``
    (addresses of our files), ``controller`` and ``contact``, ``path``, ``may_reload``, and the facts that are given."""
    settings, say = settings_of(request), speech_of(request)
    html = (
        _environment()
        .get_template(template)
        .render(
            say=say,
            in_words=teller_of(request),
            languages=languages(),
            date=lambda day: spoken_date(say, day),
            moment=lambda when: spoken_moment(say, when),
            asset=asset,
            controller=settings.controller,
            contact=settings.contact,
            path=request.url.path,
            # What a form was answered with is not asked for again without asking whoever sent it.
            may_reload=request.method == "GET",
            **facts,
        )
    )
    response = HTMLResponse(html, code)
    if request.query_params.get("lang") == say.language:
        response.set_cookie("sayso-language", say.language, secure=settings.secure, samesite="lax", httponly=True)
    return response


def seen(where: str) -> RedirectResponse:
    """After a change: look at this page, so that going back and reloading repeat nothing."""
    return RedirectResponse(where, 303)


def spoken_date(say: Speech, day: date | datetime) -> str:
    """14 June 2026 · 14 juin 2026."""
    names = _MONTHS.get(say.language)
    if names is None:
        return day.strftime("%Y-%m-%d")
    number = "1er" if say.language == "fr" and day.day == 1 else str(day.day)
    return f"{number} {names[day.month - 1]} {day.year}"


def spoken_moment(say: Speech, when: datetime) -> str:
    """14 June 2026, 10:42 · 14 juin 2026, 10 h 42."""
    clock = f"{when.hour} h {when.minute:02}" if say.language == "fr" else f"{when.hour}:{when.minute:02}"
    return f"{spoken_date(say, when)}, {clock}"


@cache
def assets() -> dict[str, tuple[bytes, str]]:
    """Our own files by name, with their types: all that ``/static/`` knows, so that no path leads elsewhere."""
    types = {
        "css": "text/css",
        "js": "text/javascript",
        "svg": "image/svg+xml",
        "webmanifest": "application/manifest+json",
    }
    found = {"sayso.css": (style("sayso.web", "static/sayso.css").encode(), "text/css")}
    for file in resources.files(__package__).joinpath("static").iterdir():
        kind = types.get(file.name.rsplit(".", 1)[-1])
        if kind and file.name not in found:
            found[file.name] = (file.read_bytes(), kind)
    return found


@cache
def asset(name: str) -> str:
    """The address of one of our files; it changes when the file does, so that browsers may keep it for ever."""
    content, _ = assets()[name]
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("sayso.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
