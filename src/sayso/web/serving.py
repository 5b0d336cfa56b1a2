"""Runs the application: one process on one address, until it is told to end.

May know: uvicorn, sockets. Must not know: pages.
"""

from __future__ import annotations

import socket
from collections.abc import Callable

import uvicorn

from ..archive import Archive
from ..errors import SaysoError
from .app import create_app
from .settings import Settings


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
    config = uvicorn.Config(
        create_app(archive, settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
        limit_concurrency=500,
    )
    server = _Server(config, ready)
    server.run(sockets=[where])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()
