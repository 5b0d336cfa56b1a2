"""Calls about photos: add (a job), list, look at with every face closed, close by hand, hide, delete.

May know: the front door. Must not know: the archive's inside. Must not send: a face that is open.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AliasChoices, BeforeValidator, Field, StrictBool

from ... import values
from ...errors import UsageError
from .answers import Answer, Asked, Box, CameraTime, Id, InPath, Limit, Page, Start, Text, Words
from .caller import Caller
from .jobs import Job, asked_for
from .look_for import Near, cues_of

router = APIRouter(prefix="/photos", tags=["photos"])


class Place(Answer):
    """A point on the earth, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Photo(Answer):
    """One photo, without its picture. `taken_at` is camera time."""

    id: int
    collection: int = Field(validation_alias=AliasChoices("collection", "collection_id"))
    # Where it lies on the server is nobody's business out here.
    name: Annotated[str, BeforeValidator(lambda path: PurePath(path).name)] = Field(
        validation_alias=AliasChoices("name", "path")
    )
    sha256: str
    width: int
    height: int
    taken_at: CameraTime | None
    place: Place | None
    tags: list[str]


class ListedPhoto(Photo):
    """One photo, and how many faces were found in it."""

    faces: int


class Face(Answer):
    """A place in a photo where a face was found; `number` is the one on the preview."""

    number: int
    box: Box
    by_hand: bool
    do_not_measure: bool


class NewPhotos(Asked):
    """What to add: folders, files and zip archives of the server's own disks."""

    paths: Annotated[list[Annotated[Words, Field(max_length=4096)]], Field(min_length=1, max_length=1000)]
    collection: Id
    keep_copy: Annotated[StrictBool, Field(description="Keep a copy in the archive, too.")] = False
    small_faces: Annotated[StrictBool, Field(description="Find small faces and lying heads, too; slower.")] = False
    tags: list[Text] = Field(default_factory=list, max_length=50)


class NewBox(Asked):
    """A place in pixels of the upright photo."""

    x: Annotated[float, Field(ge=0, strict=True)]
    y: Annotated[float, Field(ge=0, strict=True)]
    width: Annotated[float, Field(ge=1, strict=True)]
    height: Annotated[float, Field(ge=1, strict=True)]


class Hidden(Answer):
    """A face that is closed everywhere on somebody's word. `also`: the same face in near-duplicates. `out_of_reach`:
    albums that their holders moved."""

    photo: int
    number: int
    at: datetime
    also: int
    out_of_reach: int


class Unhidden(Answer):
    """How many faces, near-duplicates included, are as before."""

    faces: int


class DeletedPhotos(Answer):
    """How many photos went."""

    photos: int


@router.post("", operation_id="add", status_code=202)
def add(archive: Caller, asked: NewPhotos) -> Job:
    """Add photos that lie on the server. Faces are located, their boxes are kept, and nobody is measured."""
    archive.collections.get(str(asked.collection))
    return asked_for(archive, "add", asked)


@router.get("", operation_id="photo.list")
def list_(
    archive: Caller,
    collection: Annotated[int, Query(ge=1, le=2**63 - 1)],
    start: Annotated[CameraTime | None, Query(alias="from", description="Taken at or after; camera time.")] = None,
    end: Annotated[CameraTime | None, Query(alias="to", description="Taken at or before; camera time.")] = None,
    latitude: Annotated[float | None, Query(ge=-90, le=90)] = None,
    longitude: Annotated[float | None, Query(ge=-180, le=180)] = None,
    radius_km: Annotated[float, Query(gt=0, le=20_000)] = 1.0,
    tag: Annotated[list[Text] | None, Query(max_length=20)] = None,
    after: Start = 0,
    limit: Limit = 200,
) -> Page[ListedPhoto]:
    """Photos of a collection, by id. `next` is given back as `after`."""
    if (latitude is None) != (longitude is None):
        raise UsageError("A place has a latitude and a longitude.", "Give both, or neither.")
    near = Near(latitude=latitude, longitude=longitude) if latitude is not None and longitude is not None else None
    cues = cues_of(start, end, near, radius_km, tag or ())
    found = archive.photos.list(collection=str(collection), cues=cues, after=after, limit=limit)
    items = [ListedPhoto(**Photo.of(one.photo).model_dump(), faces=one.faces) for one in found]
    return Page(items=items, next=items[-1].id if len(items) == limit else None)


@router.get("/hidden", operation_id="photo.hidden")
def hidden(archive: Caller) -> list[Hidden]:
    """Every face that somebody asked to hide, for review; the oldest first."""
    return [_hidden(one) for one in archive.photos.hidden()]


@router.get("/{photo}/faces", operation_id="photo.show")
def faces(archive: Caller, photo: InPath) -> list[Face]:
    """The faces of a photo, by number: boxes only."""
    return [Face.of(one) for one in archive.photos.faces(photo)]


@router.get(
    "/{photo}/preview",
    operation_id="photo.preview",
    response_class=Response,
    responses={200: {"content": {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}}},
)
def preview(archive: Caller, photo: InPath) -> Response:
    """The photo with every face closed and numbered, as JPEG. Those who are in it can read that somebody looked."""
    return Response(archive.photos.preview(photo).jpeg, media_type="image/jpeg")


@router.post("/{photo}/redact", operation_id="photo.redact", status_code=201)
def redact(archive: Caller, photo: InPath, asked: NewBox) -> Face:
    """Close a face that no detector found. Albums with this photo are written anew."""
    return Face.of(archive.photos.redact(photo, values.Box(asked.x, asked.y, asked.width, asked.height)))


@router.post("/{photo}/faces/{number}/hide", operation_id="photo.hide")
def hide(archive: Caller, photo: InPath, number: InPath) -> Hidden:
    """Close a face everywhere at once, because somebody asks. Nothing is measured, now or later."""
    return _hidden(archive.photos.hide(photo, number))


@router.post("/{photo}/faces/{number}/unhide", operation_id="photo.unhide")
def unhide(archive: Caller, photo: InPath, number: InPath) -> Unhidden:
    """Take a hiding back after a review. Albums with the photo are written anew."""
    return Unhidden(faces=archive.photos.unhide(photo, number))


@router.delete("/{photo}", operation_id="photo.delete")
def delete(archive: Caller, photo: InPath) -> DeletedPhotos:
    """Delete a photo with its faces, matches and renditions. The file in your own folder stays."""
    return DeletedPhotos(photos=archive.photos.delete([photo]))


def _hidden(one: Any) -> Hidden:
    return Hidden(
        photo=one.face.photo_id, number=one.face.number, at=one.at, also=one.also, out_of_reach=one.out_of_reach
    )
