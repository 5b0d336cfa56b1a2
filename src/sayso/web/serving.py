"""Runs the application: one process on one address, until it is told to end.

May know: uvicorn, sockets. Must not know: pages.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import h11
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from ..archive import Archive
from ..errors import SaysoError
from .app import create_app
from .settings import Settings

#: Seconds in which a request has to be there, up to the end of its headers.
SECONDS_TO_ASK = 20.0


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; port 0 lets the system choose. Raises SaysoError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
    except OSError as error:
        made.close()
        raise SaysoError(
            f"Nobody can listen on {host}, port {port}: {error.strerror}.", "Choose another --host or --port."
        ) from None
    return made


def serve(
    archive: Archive, settings: Settings, where: socket.socket, *, proxy: str | None, ready: Callable[[], None]
) -> None:
    """Serve until ctrl-C or SIGTERM. proxy: the address of a proxy in front, whose word on who is calling is taken.

    ready: called when the first request can be answered. Nothing is logged of who asks for what: paths hold tokens.
    """
    app = create_app(archive, settings)
    config = uvicorn.Config(
        app,
        http=Patient,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        limit_concurrency=500,
    )
    server = _Server(config, ready, app)
    server.run(sockets=[where])


class Patient(H11Protocol):
    """A connection that has to say what it wants within some seconds: thousands that never do cost an attacker
    nothing, and would be all that a server can hold."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._waiting: asyncio.TimerHandle | None = self.loop.call_later(SECONDS_TO_ASK, transport.close)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # What came is the beginning of a request, and no more of it yet.
        half = self.conn.their_state is h11.IDLE and bool(self.conn.trailing_data[0])
        if not half and self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
        elif half and self._waiting is None:
            self._waiting = self.loop.call_later(SECONDS_TO_ASK, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], app: FastAPI) -> None:
        super().__init__(config)
        self._ready = ready
        self._app = app

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Streams that wait for news end by themselves then.
        self._app.state.ending = True
        await super().shutdown(sockets)
