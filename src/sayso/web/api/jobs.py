"""Calls about long work: ask for it, see how far it is, follow it, stop it.

May know: the front door's jobs. Must not know: how a kind of work is done.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from ... import archive as front
from ...archive import Archive
from ...values import Route
from ..watching import follow
from .answers import Answer, InPath, Limit, Page
from .caller import Caller

router = APIRouter(prefix="/jobs", tags=["jobs"])


#: One event of a stream; its data is a job, as JSON.
_EVENT = {
    "type": "object",
    "properties": {"event": {"enum": ["progress", "over"]}, "data": {"type": "string"}},
    "required": ["event", "data"],
}


class Job(Answer):
    """Long work. `state`: waiting, running, done, failed or stopped. `report` says how it ended; of one that failed,
    `error` and `next_step`."""

    id: int
    kind: str
    state: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    per_second: float | None
    seconds_left: float | None
    report: dict[str, Any] | None

    @classmethod
    def told(cls, job: front.Job, far: front.Progress | None) -> Self:
        return cls(
            id=job.id,
            kind=job.kind,
            state=job.state,
            asked_by=job.asked_by,
            asked_at=job.asked_at,
            ended_at=job.ended_at,
            done=far.done if far else 0,
            total=far.total if far else 0,
            per_second=far.per_second if far else None,
            seconds_left=far.seconds_left if far else None,
            report=dict(job.report) if job.report is not None else None,
        )


def asked_for(archive: Archive, verb: str, asked: BaseModel, **more: Any) -> Job:
    """The job that does ``verb`` with what was asked; its words are ids and cues, never a person's label."""
    words = asked.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return Job.told(archive.jobs.new(verb, **words, **more, route=Route.API.value), None)


@router.get("", operation_id="job.list")
def list_(
    archive: Caller,
    before: Annotated[int | None, Query(ge=1, le=2**63 - 1, description="`next` of the page before.")] = None,
    limit: Limit = 100,
) -> Page[Job]:
    """Everybody's jobs, the newest first. `next` is given back as `before`."""
    found = archive.jobs.list(before=before, limit=limit)
    items = [Job.told(one, None) for one in found]
    return Page(items=items, next=items[-1].id if len(items) == limit else None)


@router.get("/{job}", operation_id="job.show")
def show(archive: Caller, job: InPath) -> Job:
    """One job, and how far it is while it runs."""
    return Job.told(*archive.jobs.get(job))


@router.get(
    "/{job}/events",
    operation_id="job.events",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {"schema": _EVENT}}}},
)
async def events(request: Request, archive: Caller, job: InPath) -> StreamingResponse:
    """The job as server-sent events, one at each change, until it is over; the last one is called `over`."""

    def told(one: front.Job, far: front.Progress | None) -> str:
        return Job.told(one, far).model_dump_json()

    return await follow(request, archive, job, told)


@router.post("/{job}/stop", operation_id="job.stop", status_code=202)
def stop(archive: Caller, job: InPath) -> Job:
    """Ask a job to stop; what is finished stays."""
    archive.jobs.stop(job)
    return Job.told(*archive.jobs.get(job))
