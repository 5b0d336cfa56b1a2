"""Long work at the desk: how far it is, how it ended, what was left out and why.

May know: the front door's jobs. Must not know: how a kind of work is done.
"""

from __future__ import annotations

import csv
import io
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ...archive import Job, Progress
from ...errors import RefusedError, UsageError
from ..pages import page, seen
from ..sessions import Desk, Operator, Staff

router = APIRouter()

#: A spreadsheet takes a cell that begins like this for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def listed(staff: Staff, most: int = 10) -> list[tuple[Job, Progress | None, str]]:
    """The newest jobs of the desk, how far they are, and the name of the collection that they are about."""
    found = [one for one in staff.archive.jobs.list() if one.role != "subject"][:most]
    names = {str(one.id): one.name for one in staff.archive.collections.list()} if found else {}
    return [(job, staff.archive.jobs.get(job.id)[1], collection_of(job, names)) for job in found]


def collection_of(job: Job, names: dict[str, str]) -> str:
    """What a job's collection is called; empty when it is about none, or about one that is gone."""
    return names.get(str(job.parameters.get("collection", "")), "")


@router.get("/desk/jobs/{job_id}")
def one(request: Request, staff: Desk, job_id: int) -> Response:
    job, far = _get(staff, job_id)
    names = {str(one.id): one.name for one in staff.archive.collections.list()}
    return page(
        request,
        "desk/job.html",
        staff=staff,
        job=job,
        far=far,
        collection=collection_of(job, names),
        report=job.report or {},
        ours="route" not in job.parameters,
        skipped=_skipped(job),
        goes_on=_goes_on(staff, job),
    )


@router.get("/desk/jobs/{job_id}/skipped.csv")
def skipped(staff: Desk, job_id: int) -> Response:
    """The files that were left out, for a spreadsheet."""
    job, _ = _get(staff, job_id)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["file", "reason"])
    for line in _skipped(job):
        table.writerow([_plain(cell) for cell in line])
    named = {"content-disposition": f'attachment; filename="skipped-{job.id}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=named)


@router.post("/desk/jobs/{job_id}/again")
def again(staff: Operator, job_id: int) -> Response:
    """Ask for the same work once more; what was finished is not done again."""
    job, _ = _get(staff, job_id)
    if not job.over or "route" in job.parameters:
        # What a program asked for, a program asks for again: the ledger names the door that each act came in by.
        return seen(f"/desk/jobs/{job.id}")
    made = staff.archive.jobs.new(job.kind, **job.parameters)
    return seen(f"/desk/jobs/{made.id}")


def _get(staff: Staff, job_id: int) -> tuple[Job, Progress | None]:
    job, far = staff.archive.jobs.get(job_id)
    if job.role == "subject":
        raise RefusedError.because("F10", "This is a person's own.", "Look at the desk's list.")
    return job, far


def _goes_on(staff: Staff, job: Job) -> bool:
    """Whether work that ended early can be asked for again: an upload that was thrown away can not."""
    if job.state not in ("stopped", "failed") or staff.role != "operator" or "route" in job.parameters:
        return False
    batch: Any = job.parameters.get("batch")
    try:
        return batch is None or bool(staff.archive.uploads.get(str(batch)))
    except UsageError:
        return False


def _skipped(job: Job) -> list[tuple[str, str]]:
    """Name and reason of what was left out, however whoever did the work tells it."""
    told = (job.report or {}).get("skipped", ())
    return [(one["name"], one["reason"]) if isinstance(one, dict) else (one[0], one[1]) for one in told]


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
