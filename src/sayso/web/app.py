"""The web application: its parts put together, nothing else.

May know: every part of this room. Must not know: what a page shows.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from ..archive import Archive
from . import api, desk, hiding, me, signing_in, watching, window
from .background import Background
from .errors import add_handlers, mistake, too_large
from .limits import Limits
from .me.automatic import write_letters
from .pages import assets
from .security import Guard
from .settings import Settings

_FOR_EVER = "public, max-age=31536000, immutable"


def create_app(archive: Archive, settings: Settings) -> FastAPI:
    """The application over an open archive, which the caller closes afterwards.

    archive: opened as the account that runs the server; each request acts as whoever it is from.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        archive.uploads.sweep()
        doors = {"me": {**me.WORK, **hiding.WORK}, "api": api.WORK, "desk": desk.WORK}
        background = Background(archive, doors, rounds=lambda: _small_work(archive, settings))
        background.start()
        try:
            yield
        finally:
            background.stop()

    app = FastAPI(
        title="Sayso",
        summary="Face search on a person's say-so.",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.archive, app.state.settings, app.state.limits = archive, settings, Limits()
    app.state.ending = False
    for part in (signing_in, watching, me, hiding, desk, window, api):
        app.include_router(part.router)
    app.add_api_route("/static/{name}", _static, methods=["GET", "HEAD"], include_in_schema=False)
    add_handlers(app)
    app.add_middleware(Guard, settings=settings, mistake=mistake, too_large=too_large)
    return app


def _small_work(archive: Archive, settings: Settings) -> None:
    archive.hiding.complete()
    archive.live.sweep()
    archive.uploads.sweep()
    write_letters(archive, settings)


def _static(request: Request, name: str) -> Response:
    found = assets().get(name)
    if found is None:
        raise HTTPException(404)
    content, kind = found
    caching = {"cache-control": _FOR_EVER} if request.query_params.get("v") else {}
    return Response(content, media_type=kind, headers=caching)
