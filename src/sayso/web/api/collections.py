"""Calls about collections: make, list, show, approve, keep face chips, delete.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from ...values import Reach
from .answers import Answer, Asked, CameraTime, Id, InPath, Moment, Text
from .caller import Caller

router = APIRouter(prefix="/collections", tags=["collections"])


class Window(Answer):
    """From when to when, in camera time; both included."""

    start: CameraTime
    end: CameraTime


class Collection(Answer):
    """Photos of one occasion with their legal facts. `reach` holds once somebody else approved it, if it is wider than
    `pointed`."""

    id: int
    name: str
    packs: list[str]
    reach: Reach
    calibration: str
    basis: str | None
    assessment_sha256: str | None
    occasion: Window | None
    reach_expires: datetime | None
    proposed_by: str | None
    approved_by: str | None
    retention_until: datetime | None
    notice_version: int | None
    chips_until: datetime | None


class NewCollection(Asked):
    """A collection whose reach is `pointed`. A wider one is asked for where the assessment itself can be handed in: at
    the desk, or with `sayso collection new`."""

    name: Text
    packs: list[Text] = Field(default_factory=list, max_length=20)
    reach: Literal[Reach.POINTED] = Reach.POINTED
    retention_until: Moment | None = None
    calibration: Text | None = None
    notice_version: Id | None = None


class Chips(Asked):
    """Until when the aligned pixels of measured faces are kept, encrypted."""

    until: Moment


class Deleted(Answer):
    """How many photos went."""

    photos: int


@router.get("", operation_id="collection.list")
def list_(archive: Caller) -> list[Collection]:
    """All collections, the oldest first."""
    return [Collection.of(one) for one in archive.collections.list()]


@router.post("", operation_id="collection.new", status_code=201)
def new(archive: Caller, asked: NewCollection) -> Collection:
    """Make a collection."""
    made = archive.collections.new(
        asked.name,
        packs=asked.packs,
        reach=asked.reach,
        retention_until=asked.retention_until,
        calibration=asked.calibration,
        notice_version=asked.notice_version,
    )
    return Collection.of(made)


@router.get("/{collection}", operation_id="collection.show")
def show(archive: Caller, collection: InPath) -> Collection:
    """One collection."""
    return Collection.of(archive.collections.get(str(collection)))


@router.post("/{collection}/approve", operation_id="collection.approve")
def approve(archive: Caller, collection: InPath) -> Collection:
    """Open, as a second person, the wider reach that somebody else asked for."""
    return Collection.of(archive.collections.approve(str(collection)))


@router.put("/{collection}/chips", operation_id="collection.chips.keep")
def keep_chips(archive: Caller, collection: InPath, asked: Chips) -> Collection:
    """Keep the aligned pixels of measured faces, encrypted, so that the next search is faster."""
    return Collection.of(archive.collections.keep_chips(str(collection), asked.until))


@router.delete("/{collection}/chips", operation_id="collection.chips.destroy")
def destroy_chips(archive: Caller, collection: InPath) -> Collection:
    """Destroy them with their key, and keep none from here on."""
    return Collection.of(archive.collections.destroy_chips(str(collection)))


@router.delete("/{collection}", operation_id="collection.delete")
def delete(archive: Caller, collection: InPath) -> Deleted:
    """Delete a collection with its photos, faces, matches and renditions. Files in your own folders stay there."""
    return Deleted(photos=archive.collections.delete(str(collection)))
