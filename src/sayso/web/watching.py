"""How far long work is: the list of jobs as events while they run (server-sent events), and a way to stop one.

May know: the front door's jobs. Must not know: what a job does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ..archive import Archive, Job, Progress
from .pages import seen
from .sessions import SignInNeededError, me_or_nobody, staff_or_nobody

router = APIRouter(include_in_schema=False)


@router.get("/jobs/{job_id}/events", response_class=EventSourceResponse)
def events(request: Request, job_id: int) -> Iterable[ServerSentEvent]:
    """One event at each change, until the job is over; the last one is called ``over``."""
    for job, far in _whose(request).jobs.watch(job_id):
        yield ServerSentEvent(data=told(job, far), event="over" if job.over else "progress")


@router.get("/jobs/{job_id}")
def one(request: Request, job_id: int) -> dict[str, Any]:
    """The same once, for pages that ask again by themselves."""
    return told(*_whose(request).jobs.get(job_id))


@router.post("/jobs/{job_id}/stop")
def stop(request: Request, job_id: int) -> Response:
    archive = _whose(request)
    archive.jobs.stop(job_id)
    return seen("/desk" if staff_or_nobody(request) else "/me")


def told(job: Job, far: Progress | None) -> dict[str, Any]:
    """A job for a page's script. Numbers only, and the report's own words."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "done": far.done if far else 0,
        "total": far.total if far else 0,
        "per_second": far.per_second if far else None,
        "seconds_left": far.seconds_left if far else None,
        "report": job.report,
    }


def _whose(request: Request) -> Archive:
    found = staff_or_nobody(request) or me_or_nobody(request)
    if found is None:
        raise SignInNeededError("/enter")
    return found.archive
