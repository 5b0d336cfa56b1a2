"""Who is at a page: the cookie, the visit behind it, and the archive as that person uses it.

May know: cookies, the front door's visits. Must not know: what a page shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Response

from ..archive import Archive
from ..values import Role
from .settings import Settings

#: One browser may hold a person's visit and an account's at once: whoever runs the desk is in photos too.
_ME, _STAFF = "sayso-me", "sayso-desk"


class SignInNeededError(Exception):
    """Nobody is signed in who may see this page. ``where`` is the page to sign in at."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


@dataclass(frozen=True, slots=True)
class Me:
    """A subject at their own pages: their random id, and the archive as they may use it."""

    id: str
    archive: Archive


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody with an account, and the archive as they may use it."""

    name: str
    role: Role
    archive: Archive


def archive_of(request: Request) -> Archive:
    """The server's own archive, as nobody in particular: only what asks nobody may be called on it."""
    archive: Archive = request.app.state.archive
    return archive


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def anybody(request: Request) -> Archive:
    """The archive as somebody uses it whom nobody knows: with an invite, or to have a face closed."""
    return archive_of(request).acting("anybody", Role.SUBJECT)


def let_in(request: Request, response: Response, token: str, role: Role) -> None:
    """Give the browser the visit's token. It goes when the browser closes, or when the visit ends here; the one that
    this browser had before ends now."""
    secure = settings_of(request).secure
    before = request.cookies.get(_name(role, secure))
    if before:
        archive_of(request).visits.sign_out(before)
    response.set_cookie(
        _name(role, secure), token, max_age=None, path="/", secure=secure, httponly=True, samesite="lax"
    )


def let_out(request: Request, response: Response, role: Role) -> None:
    """End the visit of the person, or of the account, in this browser."""
    secure = settings_of(request).secure
    token = request.cookies.get(_name(role, secure))
    if token:
        archive_of(request).visits.sign_out(token)
    response.delete_cookie(_name(role, secure), path="/", secure=secure, httponly=True, samesite="lax")


def me_or_nobody(request: Request) -> Me | None:
    """The person whose pages these are, if they are signed in."""
    token = request.cookies.get(_name(Role.SUBJECT, settings_of(request).secure))
    visitor = archive_of(request).visits.who(token) if token else None
    if visitor is None or visitor.role is not Role.SUBJECT:
        return None
    return Me(visitor.name, archive_of(request).acting(visitor.name, Role.SUBJECT))


def staff_or_nobody(request: Request) -> Staff | None:
    """Whoever is signed in with an account."""
    token = request.cookies.get(_name(Role.OPERATOR, settings_of(request).secure))
    visitor = archive_of(request).visits.who(token) if token else None
    if visitor is None or visitor.role is Role.SUBJECT:
        return None
    return Staff(visitor.name, visitor.role, archive_of(request).acting(visitor.name))


def _me(request: Request) -> Me:
    found = me_or_nobody(request)
    if found is None:
        raise SignInNeededError("/enter")
    return found


def _staff(*roles: Role) -> Callable[[Request], Staff]:
    def needed(request: Request) -> Staff:
        found = staff_or_nobody(request)
        if found is None or found.role not in roles:
            raise SignInNeededError("/sign-in")
        return found

    return needed


def _name(role: Role, secure: bool) -> str:
    # The prefix makes browsers refuse the cookie from anywhere but this very host, through TLS.
    return ("__Host-" if secure else "") + (_ME if role is Role.SUBJECT else _STAFF)


#: What a page's function asks for.
Mine = Annotated[Me, Depends(_me)]
Desk = Annotated[Staff, Depends(_staff(Role.OPERATOR, Role.REVIEWER))]
Operator = Annotated[Staff, Depends(_staff(Role.OPERATOR))]
Window = Annotated[Staff, Depends(_staff(Role.OPERATOR, Role.OVERSEER))]
Anybody = Annotated[Archive, Depends(anybody)]
