"""What every answer carries and every request must: headers, the same origin, a known host, a bounded size.

May know: HTTP. Must not know: pages, persons.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from .settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

#: Nothing from elsewhere, nothing inline, no frame around our pages, and no script that makes markup out of text.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
_HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Other sites learn nothing; with less than this, browsers would not name our own origin to us either.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "x-robots-tag": "noindex, nofollow",
}
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Bytes of a request's body; a file that is uploaded to a path that begins like one of ``LARGE`` may have more.
SMALL = 2 << 20
LARGE: dict[str, int] = {"/desk/upload/": 512 << 20, "/desk/witness/": 48 << 20}
#: Seconds that the next piece of a request may take.
PATIENCE = 30.0


def most_of(path: str) -> int:
    """Bytes that a request's body may have at this path."""
    return next((size for start, size in LARGE.items() if path.startswith(start)), SMALL)


class Guard:
    """Wraps the whole application (ASGI)."""

    def __init__(
        self,
        app: App,
        settings: Settings,
        mistake: Callable[[Request, Exception], Response],
        too_large: Callable[[Request], Response],
    ) -> None:
        """mistake: what is answered after an error that nobody expected; it also notes it, without its words.
        too_large: what is answered to a request that announces more than is taken."""
        self._app = app
        self._settings = settings
        self._mistake = mistake
        self._too_large = too_large
        self._headers = dict(_HEADERS)
        if settings.secure:
            self._headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, self._dressed(send))
            return
        most, begun = most_of(scope["path"]), False
        if not _fits(headers, most):
            await _forget(receive)
            await self._too_large(Request(scope))(scope, receive, self._dressed(send))
            return

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            await self._dressed(send)(message)

        try:
            await self._app(scope, _bounded(receive, most), sending)
        except Exception as error:
            # It ends here: whoever runs the server would write its words into a log, and they may be secret.
            answer = self._mistake(Request(scope), error)
            if not begun:
                await answer(scope, receive, self._dressed(send))

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        if headers.get("host", "").lower() not in self._settings.hosts:
            return PlainTextResponse("This server does not answer to that name.\n", 421)
        if scope["method"] not in _SAFE and not self._from_here(scope, headers):
            return PlainTextResponse("This was sent from another site. Open the page itself and try again.\n", 403)
        return None

    def _from_here(self, scope: Scope, headers: Headers) -> bool:
        """Whether a change was asked for by a page of ours. The API takes no cookies, so that no site can use them."""
        if scope["path"].startswith("/api/"):
            return True
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        return origin == self._settings.origin if origin is not None else site == "same-origin"

    def _dressed(self, send: Send) -> Send:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                # What a page shows is somebody's own: no cache between or after may keep it.
                headers.setdefault("cache-control", "no-store")
            await send(message)

        return dressed


class TooSlowError(HTTPException):
    """Nothing more came of a request's body for longer than a bad line explains."""

    def __init__(self) -> None:
        super().__init__(408)


class TooLargeError(HTTPException):
    """More came than the request had said."""

    def __init__(self) -> None:
        super().__init__(413)


def _fits(headers: Headers, most: int) -> bool:
    length = headers.get("content-length", "0")
    return length.isascii() and length.isdigit() and int(length) <= most


async def _forget(receive: Receive) -> None:
    """Read what comes, for a while: a browser that is answered before it has sent everything may show no answer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while (await receive()).get("more_body", False):
                pass


def _bounded(receive: Receive, most: int) -> Receive:
    got, coming = 0, True

    async def bounded() -> Message:
        nonlocal got, coming
        if not coming:
            # What still may come is that whoever asked has gone; that is waited for as long as the answer takes.
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), PATIENCE)
        except TimeoutError:
            raise TooSlowError from None
        got += len(message.get("body", b""))
        coming = bool(message.get("more_body", False))
        if got > most:
            raise TooLargeError
        return message

    return bounded
