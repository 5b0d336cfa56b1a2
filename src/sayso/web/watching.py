"""How far long work is: a job as events while it runs (server-sent events), and a way to stop one.

May know: the front door's jobs. Must not know: what a job does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from ..archive import Archive, Job, Progress
from ..errors import RefusedError, SaysoError
from ..values import Role
from .limits import limits_of
from .pages import seen
from .sessions import SignInNeededError, me_or_nobody, staff_or_nobody

router = APIRouter(include_in_schema=False)

#: Seconds between two looks whether something changed, and after which a silent stream says that it lives.
_LOOK, _ALIVE = 0.4, 15.0


def _whose(request: Request, job_id: int) -> Archive:
    """The archive as whoever asked for the job uses it: one browser may hold a person's visit and an account's."""
    archives = [one.archive for one in (me_or_nobody(request), staff_or_nobody(request)) if one is not None]
    if not archives:
        raise SignInNeededError("/enter")
    for archive in archives[:-1]:
        with suppress(RefusedError):
            archive.jobs.get(job_id)
            return archive
    return archives[-1]


#: The archive as whoever is signed in may use it, whichever door they came in through.
Whose = Annotated[Archive, Depends(_whose)]


@router.get("/jobs/{job_id}/events")
async def events(request: Request, archive: Whose, job_id: int) -> StreamingResponse:
    """One event at each change, until the job is over; the last one is called ``over``."""
    return await follow(request, archive, job_id, lambda job, far: json.dumps(told(job, far)))


@router.get("/jobs/{job_id}")
def one(archive: Whose, job_id: int) -> dict[str, Any]:
    """The same once, for pages that ask again by themselves."""
    return told(*archive.jobs.get(job_id))


@router.post("/jobs/{job_id}/stop")
def stop(archive: Whose, job_id: int) -> Response:
    archive.jobs.stop(job_id)
    job, _ = archive.jobs.get(job_id)
    return seen("/me" if job.role == Role.SUBJECT else "/desk")


def told(job: Job, far: Progress | None) -> dict[str, Any]:
    """A job for a page's script. Numbers only, and the report's own words."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "done": far.done if far else 0,
        "total": far.total if far else 0,
        "per_second": far.per_second if far else None,
        "parts_per_second": far.parts_per_second if far else None,
        "seconds_left": far.seconds_left if far else None,
        "report": job.report,
    }


async def follow(
    request: Request, archive: Archive, job_id: int, words: Callable[[Job, Progress | None], str]
) -> StreamingResponse:
    """The answer that tells of a job until it is over. It waits without a thread, because browsers keep it open for
    hours, and threads are few. Raises UnknownError, RefusedError for somebody else's job, TooOftenError."""
    first = await run_in_threadpool(archive.jobs.get, job_id)
    leave = limits_of(request).stay(request)

    async def stream() -> AsyncIterator[str]:
        (job, far), silent = first, 0.0
        version = archive.jobs.version
        try:
            while True:
                yield f"event: {'over' if job.over else 'progress'}\ndata: {words(job, far)}\n\n"
                if job.over:
                    return
                while archive.jobs.version == version and silent < _ALIVE and not request.app.state.ending:
                    await asyncio.sleep(_LOOK)
                    silent += _LOOK
                if request.app.state.ending:
                    return
                version, silent = archive.jobs.version, 0.0
                job, far = await run_in_threadpool(archive.jobs.get, job_id)
        except SaysoError:
            # It was deleted, or whoever looks may not any more: the page asks again, and is told so.
            return

    return _Stream(stream(), leave)


class _Stream(StreamingResponse):
    """Events, and what is done when nobody listens any more, even if nothing was sent yet."""

    def __init__(self, events: AsyncIterator[str], leave: Callable[[], None]) -> None:
        super().__init__(events, media_type="text/event-stream", headers={"x-accel-buffering": "no"})
        self._leave = leave

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._leave()
