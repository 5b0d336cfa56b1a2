"""Adding photos: files that a browser sends one by one, to go on another day if need be, or a folder of the server.

May know: the front door's loading dock. Must not know: pictures, how they are added.
"""

from __future__ import annotations

from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.requests import ClientDisconnect

from ...archive import Arriving, Batch, Job
from ...errors import ImageError, UsageError
from ..forms import Form
from ..pages import page, seen
from ..security import most_of
from ..sessions import Operator, Staff
from ..telling import Teller, teller_of

router = APIRouter()

#: Bytes that are written at once, and bytes of a file that cannot be used which are read to its end all the same:
#: a browser reads no answer before it has sent everything.
_PIECE, _PATIENCE = 1 << 20, 32 << 20


@router.get("/desk/collections/{collection}/add")
def add_page(request: Request, staff: Operator, collection: int) -> Response:
    held = staff.archive.overview.collection(str(collection))
    waiting = [one for one in staff.archive.uploads.list(str(collection)) if one.arrived or one.refused]
    free = [one for one in waiting if _running(staff, one.id) is None]
    return page(request, "desk/add.html", staff=staff, held=held, waiting=free, most=most_of("/desk/upload/"))


@router.post("/desk/collections/{collection}/uploads")
def begin(request: Request, staff: Operator, collection: int) -> dict[str, Any]:
    """Begin an upload, or go on with the one that this account did not finish; for the page's script."""
    return _told(teller_of(request), staff.archive.uploads.open(str(collection)))


@router.post("/desk/collections/{collection}/folder")
def add_folder(staff: Operator, collection: int, form: Form) -> Response:
    """Add a folder, a file or a zip archive of the server's own disks."""
    folder = form.word("folder")
    if not folder:
        raise UsageError("No folder was named.", "Go back and write its path on the server, such as /srv/photos/june.")
    if not folder.startswith("/") and ":" not in folder[:3]:
        raise UsageError("This path does not begin at the top.", "Go back and write it whole, such as /srv/photos.")
    held = staff.archive.overview.collection(str(collection))
    options = {name: True for name in ("copy", "small_faces") if form.ticked(name)}
    job = staff.archive.jobs.new("add", collection=str(held.collection.id), folder=folder, **options)
    return seen(f"/desk/jobs/{job.id}")


@router.get("/desk/upload/{batch}")
def state(request: Request, staff: Operator, batch: str) -> dict[str, Any]:
    """Which files have come, so that no file is sent twice."""
    return _told(teller_of(request), staff.archive.uploads.get(batch))


@router.put("/desk/upload/{batch}/{key}")
async def receive(
    request: Request,
    staff: Operator,
    batch: str,
    key: str,
    name: Annotated[str, Query(max_length=1000)],
    size: Annotated[int, Query(ge=0)],
) -> Response:
    """Take one file in, raw: it goes to where uploads wait and nowhere else."""
    coming = _Pieces(request)
    try:
        arriving = await to_thread.run_sync(staff.archive.uploads.receive, batch, key, name, size)
        await _take(coming, arriving)
    except ImageError as error:
        await coming.drain()
        return JSONResponse({"refused": teller_of(request).in_full(error)}, 415)
    except ClientDisconnect:
        return Response(status_code=400)
    return JSONResponse({"arrived": key})


@router.post("/desk/upload/{batch}/finish")
def finish(staff: Operator, batch: str) -> Response:
    """Everything has come: add it."""
    running = _running(staff, batch)
    if running is None:
        closed = staff.archive.uploads.close(batch)
        running = staff.archive.jobs.new("add", collection=str(closed.collection_id), batch=batch)
    return seen(f"/desk/jobs/{running.id}")


@router.post("/desk/upload/{batch}/discard")
def discard(staff: Operator, batch: str) -> Response:
    """Throw away what has come."""
    found = staff.archive.uploads.get(batch)
    if _running(staff, batch) is not None:
        raise UsageError("This upload is being added right now.", "Stop that first.")
    staff.archive.uploads.discard(batch)
    return seen(f"/desk/collections/{found.collection_id}/add")


class _Pieces:
    """A request's body in pieces that are worth a trip to the disk."""

    def __init__(self, request: Request) -> None:
        self._stream = request.stream()
        self._over = False

    async def next(self) -> bytes:
        """The next piece; empty at the end."""
        piece = bytearray()
        while len(piece) < _PIECE and not self._over:
            try:
                piece += await anext(self._stream)
            except StopAsyncIteration:
                self._over = True
        return bytes(piece)

    async def drain(self) -> None:
        """Read the rest, or a good part of it, and forget it."""
        left = _PATIENCE
        while left > 0 and (piece := await self.next()):
            left -= len(piece)


async def _take(coming: _Pieces, arriving: Arriving) -> None:
    await to_thread.run_sync(arriving.__enter__)
    try:
        while piece := await coming.next():
            await to_thread.run_sync(arriving.write, piece)
        await to_thread.run_sync(arriving.done)
    finally:
        arriving.__exit__(None, None, None)


def _running(staff: Staff, batch: str) -> Job | None:
    """The job that adds this upload, if one waits or runs."""
    jobs = staff.archive.jobs.list()
    return next((one for one in jobs if not one.over and one.parameters.get("batch") == batch), None)


def _told(teller: Teller, batch: Batch) -> dict[str, Any]:
    refused = {key: [one.name, teller(one.reason)] for key, one in batch.refused.items()}
    return {"batch": batch.id, "closed": batch.closed, "arrived": sorted(batch.arrived), "refused": refused}
