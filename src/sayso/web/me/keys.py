"""Coming back without a letter: a passkey on the person's own device, made, listed, removed and come in with.

May know: what browsers hand on of passkeys. Must not know: how they are checked, fingerprints or faces.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Form, Request
from fastapi.responses import JSONResponse, Response

from ...archive import Site
from ...values import Role
from ..limits import limits_of
from ..pages import page, seen
from ..sessions import Mine, archive_of, let_in, settings_of
from ..speaking import speech_of

router = APIRouter()

Credential = Annotated[dict[str, Any], Body()]


@router.get("/me/keys")
def keys(request: Request, me: Mine) -> Response:
    return page(request, "me/keys.html", keys=me.archive.passkeys.list(me.id))


@router.post("/me/keys/options")
def options_to_add(request: Request, me: Mine) -> Response:
    return JSONResponse(me.archive.passkeys.begin_registration(me.id, _site(request)))


@router.post("/me/keys")
def add(request: Request, me: Mine, credential: Credential) -> Response:
    me.archive.passkeys.finish_registration(me.id, _site(request), credential)
    return JSONResponse({"where": "/me/keys"}, 201)


@router.post("/me/keys/remove")
def remove(me: Mine, passkey: Annotated[str, Form(max_length=2048)]) -> Response:
    me.archive.passkeys.remove(me.id, passkey)
    return seen("/me/keys")


@router.post("/enter/passkey/options")
def options_to_enter(request: Request) -> Response:
    limits_of(request).count(request, "passkey", "60/minute")
    return JSONResponse(archive_of(request).passkeys.begin_entry(_site(request)))


@router.post("/enter/passkey")
def enter(request: Request, credential: Credential) -> Response:
    limits_of(request).count(request, "token", "30/minute")
    token = archive_of(request).passkeys.finish_entry(_site(request), credential)
    response = JSONResponse({"where": "/me"})
    let_in(request, response, token, Role.SUBJECT)
    return response


def _site(request: Request) -> Site:
    """What a passkey is bound to, and what the device calls it: nobody's name."""
    settings = settings_of(request)
    name = settings.controller or settings.host
    return Site(settings.host, settings.origin, name, speech_of(request)("keys.on_device", controller=name))
