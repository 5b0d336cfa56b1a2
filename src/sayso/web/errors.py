"""What becomes of an error: a page that says what to do, or the same as JSON (RFC 9457) for programs.

May know: the tree of errors, pages. Must not know: what was asked for. Must not tell: an error's own words, unless it
is one of ours.
"""

from __future__ import annotations

import logging
from traceback import extract_tb
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.exceptions import HTTPException

from ..archive import UnfinishedError
from ..errors import ArchiveError, KeyDestroyedError, RefusedError, SaysoError, UnknownError, UsageError
from .limits import TooOftenError
from .pages import page
from .security import most_of
from .sessions import SignInNeededError
from .speaking import speech_of
from .telling import teller_of

#: By kind of error, the first that fits.
_CODES: dict[type[SaysoError], int] = {UnknownError: 404, UsageError: 400, ArchiveError: 503, KeyDestroyedError: 410}

_LOG = logging.getLogger("sayso.web")


class TokenNeededError(Exception):
    """A program called without a token, or with one that opens nothing. It is not told which."""


def add_handlers(app: FastAPI) -> None:
    """Let every error of this application end in an answer that helps."""
    app.add_exception_handler(SignInNeededError, _sign_in)
    app.add_exception_handler(TokenNeededError, _no_token)
    app.add_exception_handler(SaysoError, _ours)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)


def answer(request: Request, status: int, what: str, next_step: str = "", **more: Any) -> Response:
    """The error as this request's reader can use it."""
    if not _is_of_the_api(request):
        told = teller_of(request)
        what, next_step = told(what), told(next_step)
    if _is_program(request):
        problem = {"type": "about:blank", "status": status, "title": what, "detail": next_step, **more}
        return JSONResponse(problem, status, media_type="application/problem+json")
    return page(request, "error.html", status, what=what, next_step=next_step, holds=status < 400)


def _is_of_the_api(request: Request) -> bool:
    """Programs are told in English, in the words of the source; a page's script shows to somebody what it is told."""
    return request.url.path.startswith("/api/")


def _is_program(request: Request) -> bool:
    return _is_of_the_api(request) or "application/json" in request.headers.get("accept", "")


def _sign_in(request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInNeededError)
    if request.method in ("GET", "HEAD") and not _is_program(request):
        return RedirectResponse(error.where, 303)
    say = speech_of(request)
    return answer(request, 401, say("common.signed_out"), say("common.sign_in_again"))


def _no_token(request: Request, error: Exception) -> Response:
    assert isinstance(error, TokenNeededError)
    say = speech_of(request)
    refused = answer(request, 401, say("common.no_token"), say("common.no_token_next"))
    refused.headers["www-authenticate"] = 'Bearer realm="sayso"'
    return refused


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, SaysoError)
    if isinstance(error, TooOftenError):
        return answer(request, 429, error.what, error.next_step)
    if isinstance(error, UnfinishedError):
        # What was asked for holds; only some files wait. That is no failure of the person's.
        return answer(request, 202, error.what, error.next_step)
    if isinstance(error, RefusedError):
        reason = str if _is_of_the_api(request) else teller_of(request).reason
        rules = [{"rule": one.rule, "text": reason(one.text), "citation": one.citation} for one in error.reasons]
        return answer(request, 403, error.what, error.next_step, rules=rules)
    status = next((code for kind, code in _CODES.items() if isinstance(error, kind)), 422)
    return answer(request, status, error.what, error.next_step)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    say = speech_of(request)
    if error.status_code == 404:
        return answer(request, 404, say("common.not_found"), say("common.not_found_next"))
    if error.status_code == 413:
        return too_large(request)
    told = answer(request, error.status_code, str(error.detail))
    told.headers.update(error.headers or {})
    return told


def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    say = speech_of(request)
    # Where the mistake is, never what was sent: it may be a secret.
    fields = sorted({".".join(str(part) for part in one["loc"]) for one in error.errors()})
    return answer(request, 422, say("common.malformed"), say("common.malformed_next"), fields=fields)


def too_large(request: Request) -> Response:
    """What is answered when more is sent than is taken at this address."""
    say = speech_of(request)
    most = most_of(request.url.path) >> 20
    return answer(request, 413, say("common.too_large", most=most), say("common.too_large_next"))


def mistake(request: Request, error: Exception) -> Response:
    """What is answered when it is our fault. Where it happened is noted, never an error's own words."""
    last = extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    where = f"{last.filename.rsplit('/', 1)[-1]}, line {last.lineno}" if last else "?"
    _LOG.error("A mistake in Sayso itself: %s in %s", type(error).__name__, where)
    say = speech_of(request)
    return answer(request, 500, say("common.mistake"), say("common.mistake_next"))
