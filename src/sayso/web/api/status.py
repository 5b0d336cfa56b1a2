"""Calls about the archive as a whole: what it holds, and ending what ran out.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import Field, StrictBool

from .answers import Answer, Asked, Counts
from .caller import Caller

router = APIRouter(tags=["archive"])


class Due(Answer):
    """What the clocks bring next, and when."""

    at: datetime
    what: str


class Status(Answer):
    """What the archive holds, in numbers. `counts` adds up every run that the ledger knows of."""

    controller: str
    packs: list[str]
    collections: int
    photos: int
    faces: int
    subjects: int
    waiting: int
    templates: int
    matched: int
    in_review: int
    counts: Counts
    ledger_size: int
    precision: str
    without_int8: str
    recognizer: str = Field(validation_alias="model")
    workers: int
    ceased: bool
    tended_at: datetime | None
    due: list[Due]


class Tend(Asked):
    """`clock_is_right`: somebody looked at the clock after it had been wrong."""

    clock_is_right: StrictBool = False


class InvitedAnew(Answer):
    """Somebody who came of age: hand them this invite, and nobody else."""

    label: str
    token: str


class Tended(Answer):
    """What had run out. The invites of those who came of age are told this once."""

    withdrawals_completed: int
    collections_deleted: list[str]
    consents_expired: int
    came_of_age: int
    invited_anew: list[InvitedAnew]
    enrolments_undone: int
    invites_deleted: int
    proofs_deleted: int
    photos_deleted: int
    photos_missing: int
    folders_unreachable: list[str]
    reaches_expired: list[str]
    chips_destroyed: list[str]
    warnings: list[str]


@router.get("/status", operation_id="status")
def status(archive: Caller) -> Status:
    """What the archive holds, in numbers."""
    return Status.of(archive.status())


@router.post("/tend", operation_id="tend")
def tend(archive: Caller, asked: Tend) -> Tended:
    """End whatever has run out: consents, collections, invites, proofs, photos whose files are gone. Daily."""
    return Tended.of(archive.tend(clock_is_right=asked.clock_is_right))
