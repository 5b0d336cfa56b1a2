"""Calls about doubtful matches, which people decide: list, confirm, deny, undo.

May know: the front door. Must not know: the archive's inside. Must not send: a score.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import StrictBool

from ...values import Outcome
from .answers import Answer, Asked, InPath
from .caller import Caller
from .people import Subject

router = APIRouter(prefix="/review", tags=["review"])


class FaceOfPhoto(Answer):
    """A face by its number, and the photo that it is in."""

    photo_id: int
    number: int


class Doubt(Answer):
    """A face that waits for a decision. `reference` is one that this person has confirmed; without it they decide
    themselves, unless they pointed at the face."""

    id: int
    subject: Subject
    face: FaceOfPhoto
    reference: FaceOfPhoto | None
    pointed: bool
    pointed_by: str | None
    operator_may_decide: bool


class Said(Asked):
    """Who decided: you, or the person, whose word you write down."""

    said_by_subject: StrictBool = False


class Decided(Answer):
    """What holds now."""

    outcome: Outcome


@router.get("", operation_id="review.list")
def list_(archive: Caller, subject: Annotated[str | None, Query(pattern="^[0-9a-f]{16}$")] = None) -> list[Doubt]:
    """What waits for a decision; the people concerned can read that somebody looked."""
    return [Doubt.of(one) for one in archive.review.list(subject)]


@router.post("/{doubt}/confirm", operation_id="review.confirm")
def confirm(archive: Caller, doubt: InPath, asked: Said) -> Decided:
    """Yes, this is that person."""
    return Decided(outcome=archive.review.confirm(doubt, said_by_subject=asked.said_by_subject))


@router.post("/{doubt}/deny", operation_id="review.deny")
def deny(archive: Caller, doubt: InPath, asked: Said) -> Decided:
    """No, this is somebody else."""
    return Decided(outcome=archive.review.deny(doubt, said_by_subject=asked.said_by_subject))


@router.post("/{doubt}/undo", operation_id="review.undo")
def undo(archive: Caller, doubt: InPath) -> Decided:
    """Take back what you decided within the last hour. The face is in doubt again, and closed in every album."""
    archive.review.undo(doubt)
    return Decided(outcome=Outcome.REVIEW)
