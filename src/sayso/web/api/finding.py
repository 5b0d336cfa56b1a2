"""Calls that find: a search (a job), a person's word that a face is theirs or is not, and what was found.

May know: the front door. Must not know: the archive's inside. Must not send: a score.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ...values import Outcome, Reach
from .answers import Answer, Asked, Box, Counts, Id, SubjectId, SubjectInPath
from .caller import Caller
from .jobs import Job, asked_for
from .look_for import Narrowed
from .photos import Photo

router = APIRouter(tags=["finding"])


class Find(Narrowed):
    """Whose photos to find, and where: of one person or of everybody who said yes, in one collection or in each in
    turn. `reach` may only narrow."""

    subject: SubjectId | None = None
    collection: Id | None = None
    reach: Reach | None = None


class ANumberedFace(Asked):
    """A face of a photo, by its number on the preview."""

    photo: Id
    face: Id


class Pointed(Answer):
    """What became of a person's word. `misses_left`: how often more they may miss today."""

    outcome: Outcome
    counts: Counts
    misses_left: int


class Found(Answer):
    """A photo of a person: all faces, and those that an album opens, the person's own among them."""

    photo: Photo
    faces: list[Box]
    open_faces: list[Box]
    own: Box


class Done(Answer):
    """It is done."""

    done: bool = True


@router.post("/find", operation_id="find", status_code=202)
def find(archive: Caller, asked: Find) -> Job:
    """Find photos within each collection's reach. Photos that were searched before are not measured again."""
    if asked.collection is not None:
        archive.collections.get(str(asked.collection))
    asked.cues()
    return asked_for(archive, "find", asked)


@router.post("/people/{subject}/point", operation_id="point")
def point(archive: Caller, subject: SubjectInPath, asked: ANumberedFace) -> Pointed:
    """Take a person's word: that one is me. Measures that one face; without a template, none at all."""
    return Pointed.of(archive.people.point(subject, photo_id=asked.photo, face=asked.face))


@router.post("/people/{subject}/disown", operation_id="disown")
def disown(archive: Caller, subject: SubjectInPath, asked: ANumberedFace) -> Done:
    """Write down a person's word that a face is not theirs. It leaves their albums at once and never comes back."""
    archive.people.disown(subject, photo_id=asked.photo, face=asked.face)
    return Done()


@router.get("/people/{subject}/photos", operation_id="photos")
def photos(
    archive: Caller,
    subject: SubjectInPath,
    collection: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
) -> list[Found]:
    """The photos found for a person, by capture time. The person can read that somebody looked."""
    chosen = str(collection) if collection is not None else None
    return [Found.of(one) for one in archive.people.photos(subject, collection=chosen)]
