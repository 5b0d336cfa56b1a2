"""Calls about what people asked for by right, with its due date, and about breaches, with the 72-hour clock.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from ...values import Right, Told
from .answers import Answer, Asked, Id, InPath, Language, Moment, SubjectId, Words
from .caller import Caller
from .papers import Document

router = APIRouter(tags=["requests"])


class NewRequest(Asked):
    """Who asks for what; its clock runs from `asked_at`, or from now."""

    subject: SubjectId
    kind: Right
    asked_at: Moment | None = None


class Request(Answer):
    """What somebody asked for, and until when it is due."""

    id: int
    subject_id: str
    kind: Right
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None


class NewBreach(Asked):
    """What happened; it is kept encrypted. The clock runs from `noticed_at`, or from now."""

    what: Annotated[Words, Field(max_length=10_000)]
    people: Annotated[Id | None, Field(description="How many people are concerned, if known.")] = None
    noticed_at: Moment | None = None
    consequences: Annotated[Words, Field(max_length=10_000)] | None = None
    measures: Annotated[Words, Field(max_length=10_000)] | None = None


class Breach(Answer):
    """A breach in the register. The regulator is told until `due_at`."""

    id: int
    what: str
    consequences: str
    measures: str
    people: int | None
    noticed_at: datetime
    due_at: datetime
    noted_by: str
    authority_told_at: datetime | None
    people_told_at: datetime | None


@router.get("/requests", operation_id="request.list")
def list_(archive: Caller) -> list[Request]:
    """Every request, those due soonest first; the people concerned can read that somebody looked."""
    return [Request.of(one) for one in archive.requests.list()]


@router.post("/requests", operation_id="request.new", status_code=201)
def new(archive: Caller, asked: NewRequest) -> Request:
    """Note a request; it is due within a month."""
    return Request.of(archive.requests.new(asked.subject, asked.kind, asked_at=asked.asked_at))


@router.post("/requests/{request}/done", operation_id="request.done")
def done(archive: Caller, request: InPath) -> Request:
    """Note that a request is fulfilled. Handing out the export does so by itself."""
    return Request.of(archive.requests.done(request))


@router.get("/breaches", operation_id="breach.list")
def breaches(archive: Caller) -> list[Breach]:
    """Every breach ever noted."""
    return [Breach.of(one) for one in archive.breaches.list()]


@router.post("/breaches", operation_id="breach.new", status_code=201)
def new_breach(archive: Caller, asked: NewBreach) -> Breach:
    """Note a breach. The regulator must be told within 72 hours of noticing."""
    made = archive.breaches.new(
        asked.what,
        people=asked.people,
        noticed_at=asked.noticed_at,
        consequences=asked.consequences or "",
        measures=asked.measures or "",
    )
    return Breach.of(made)


@router.get("/breaches/{breach}/notice/{whom}", operation_id="breach.notice")
def breach_notice(archive: Caller, breach: InPath, whom: Told, language: Language = "en") -> Document:
    """A draft to the regulator, or to the people concerned. Nothing is sent."""
    return Document.of(archive.breaches.notice(breach, whom, language=language))


@router.post("/breaches/{breach}/told/{whom}", operation_id="breach.told")
def breach_told(archive: Caller, breach: InPath, whom: Told) -> Breach:
    """Note that they were told; the regulator's clock stops."""
    return Breach.of(archive.breaches.told(breach, whom))
