"""Calls that hand a person's things over: their album, and everything that is held about them, each as one file.

May know: the front door. Must not know: where either waits on the server.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from ..me.zipped import zipped
from .answers import Asked, SubjectInPath
from .caller import Caller
from .jobs import Job, asked_for

router = APIRouter(prefix="/people/{subject}", tags=["handing over"])
_ZIP = {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}


@router.post("/album", operation_id="album", status_code=202)
def album(archive: Caller, subject: SubjectInPath) -> Job:
    """Search for a person wherever that is allowed, and write the album of their own pages."""
    return asked_for(archive, "album", Asked(), subject=subject)


@router.get("/album", operation_id="album.take", response_class=StreamingResponse, responses={200: _ZIP})
def take_album(archive: Caller, subject: SubjectInPath) -> StreamingResponse:
    """The album as a zip file, everybody else closed in it. The person can read that somebody took it."""
    return StreamingResponse(zipped(archive.mine.download(subject)), media_type="application/zip")


@router.post("/export", operation_id="export", status_code=202)
def export(archive: Caller, subject: SubjectInPath) -> Job:
    """Make everything that is held about a person ready to be taken, and fulfil their request for access."""
    return asked_for(archive, "export", Asked(), subject=subject)


@router.get("/export", operation_id="export.take", response_class=StreamingResponse, responses={200: _ZIP})
def take_export(archive: Caller, subject: SubjectInPath) -> StreamingResponse:
    """The export as a zip file; it is deleted on the server once it was taken, or after a day."""
    return StreamingResponse(archive.taking.take(subject), media_type="application/zip")
