"""My photos: all of them, one of them, all as one file; what is not me; look again.

May know: the front door as the person uses it. Must not know: other people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response, StreamingResponse

from ...archive import Archive, Job, MyAlbum, MyPhoto, Progress
from ...errors import ArchiveError, RefusedError
from ..cues import from_words
from ..limits import limits_of
from ..pages import page, seen
from ..sessions import Me, Mine
from ..speaking import speech_of
from .zipped import zipped

router = APIRouter(prefix="/me")

#: Photos on one page: as many as a phone shows without effort.
PAGE = 120

#: An id that a database could have given.
PhotoId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def ask_for_photos(me: Me) -> Job:
    """Let a person be looked for, in the background; while that is under way already, it is not asked for again."""
    running = _newest(me)
    return running if running is not None and not running.over else me.archive.jobs.new("find", subject=me.id)


def find(archive: Archive, parameters: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
    """The work itself: search for one person, and write their album."""
    cues = from_words(parameters["cues"]) if "cues" in parameters else None
    done = archive.mine.refresh(parameters["subject"], cues=cues, progress=tell)
    return {"photos": done.photos, "new": done.new, "behind": done.behind}


@router.get("")
def home(request: Request, me: Mine, start: int = 0, gone: int = 0) -> Response:
    try:
        album, job = me.archive.mine.album(me.id), _newest(me)
    except RefusedError as refusal:
        return page(request, "me/stopped.html", 403, rules=[one.rule for one in refusal.reasons])
    if _to_be_written(album, job):
        job = ask_for_photos(me)
    first = max(0, min(start, len(album.photos) - 1)) // PAGE * PAGE
    return page(
        request,
        "me/photos.html",
        album=album,
        groups=_grouped(album.photos[first : first + PAGE]),
        pages=range(0, len(album.photos), PAGE) if len(album.photos) > PAGE else (),
        first=first,
        job=job,
        gone=gone,
        to_capture=not album.photos
        and not album.template
        and any(one.template_agreed for one in me.archive.consents.of(me.id).given),
    )


@router.post("/look")
def look_again(request: Request, me: Mine) -> Response:
    limits_of(request).count(request, "look", "30/hour", whom=me.id)
    ask_for_photos(me)
    return seen("/me")


@router.get("/photos.zip")
def everything(request: Request, me: Mine) -> Response:
    """All photos as one file, made while it is sent."""
    limits_of(request).count(request, "zip", "20/hour", whom=me.id)
    name = speech_of(request)("mine.zip_name")
    return StreamingResponse(
        zipped(me.archive.mine.download(me.id)),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="{name}.zip"'},
    )


@router.get("/photos/{photo_id}")
def one(request: Request, me: Mine, photo_id: PhotoId) -> Response:
    return page(request, "me/photo.html", leaf=me.archive.mine.photo(me.id, photo_id))


@router.get("/photos/{photo_id}/small.jpg")
def small(me: Mine, photo_id: PhotoId) -> Response:
    return Response(me.archive.mine.picture(me.id, photo_id, small=True), media_type="image/jpeg")


@router.get("/photos/{photo_id}/large.jpg")
def large(me: Mine, photo_id: PhotoId, save: bool = False) -> Response:
    headers = {"content-disposition": f'attachment; filename="photo-{photo_id}.jpg"'} if save else {}
    return Response(me.archive.mine.picture(me.id, photo_id), media_type="image/jpeg", headers=headers)


@router.post("/photos/{photo_id}/not-me")
def not_me(me: Mine, photo_id: PhotoId) -> Response:
    try:
        me.archive.mine.disown(me.id, photo_id)
    except ArchiveError:
        # The decision stands; the album is written when whoever holds it up is done.
        ask_for_photos(me)
    return seen(f"/me?gone={photo_id}")


def _newest(me: Me) -> Job | None:
    return next((one for one in me.archive.jobs.list() if one.kind == "find"), None)


def _to_be_written(album: MyAlbum, job: Job | None) -> bool:
    """Whether the person was never looked for though they may be, or the album lacks what was found for another reason
    than that the last writing could not take it in."""
    if job is None:
        never = not album.photos and album.template and album.awake and album.searched
        return never or album.behind > 0
    return job.state == "done" and album.behind not in (0, (job.report or {}).get("behind"))


def _grouped(photos: tuple[MyPhoto, ...]) -> list[tuple[str | None, list[MyPhoto]]]:
    """The photos of each collection, in the order in which they were taken."""
    names = dict.fromkeys(one.collection for one in photos)
    return [(name, [one for one in photos if one.collection == name]) for name in names]
