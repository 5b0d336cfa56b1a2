"""Who calls: the API token, the account behind it, and the archive as that account uses it. No cookie counts here.

May know: the front door's visits, limits. Must not know: what is called.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from ...archive import Archive
from ...errors import RefusedError, UsageError
from ...values import Route
from ..errors import TokenNeededError
from ..limits import limits_of
from ..sessions import archive_of

#: How many tokens that open nothing may come from one address.
WRONG = "20/minute"

_bearer = HTTPBearer(
    auto_error=False, scheme_name="token", description="An API token of an account: `sayso account token new NOTE`."
)


def _caller(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Archive:
    limits = limits_of(request)
    limits.look(request, "wrong token", WRONG)
    if given is None:
        raise TokenNeededError
    try:
        visitor = archive_of(request).visits.bearer(given.credentials)
    except RefusedError:
        limits.count(request, "wrong token", WRONG)
        raise TokenNeededError from None
    return archive_of(request).acting(visitor.name, route=Route.API)


def only_known(request: Request) -> None:
    """Refuse a parameter that a call does not know: a misspelt one would silently mean everything."""
    known = {one.alias for one in request.scope["route"].dependant.query_params}
    if set(request.query_params) - known:
        takes = f"It takes {', '.join(sorted(known))}." if known else "It takes none."
        raise UsageError("This call does not know one of the parameters after the question mark.", takes)


#: What a call's function asks for: the archive as whoever calls may use it.
Caller = Annotated[Archive, Depends(_caller)]
