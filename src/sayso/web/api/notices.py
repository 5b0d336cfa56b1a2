"""Calls about notices: publish one, and list whom a changed one keeps waiting.

May know: the front door. Must not know: the archive's inside.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictBool

from .answers import Answer, Asked, Id, Words
from .caller import Caller
from .people import Subject

router = APIRouter(prefix="/notices", tags=["notices"])


class NewNotice(Asked):
    """A text that people read before they say yes. A changed one is a new version, to which everybody says yes anew;
    `version` adds a translation to one that there is; `same_meaning` says that only the wording changed."""

    text: Annotated[Words, Field(max_length=100_000)]
    language: Annotated[str, Field(pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    version: Id | None = None
    for_children: StrictBool = False
    same_meaning: StrictBool = False


class Notice(Answer):
    """A notice that was published."""

    version: int
    language: str
    sha256: str
    text: str
    published_at: datetime
    same_meaning: bool


@router.post("", operation_id="notice.publish", status_code=201)
def publish(archive: Caller, asked: NewNotice) -> Notice:
    """Publish a notice. Until they say yes to a changed one, nothing is found or handed out for people."""
    made = archive.notices.publish(
        asked.text,
        language=asked.language,
        version=asked.version,
        for_children=asked.for_children,
        same_meaning=asked.same_meaning,
    )
    return Notice.of(made)


@router.get("/waiting", operation_id="notice.waiting")
def waiting(archive: Caller) -> list[Subject]:
    """Who said yes to a notice that has changed since, and has to be invited again."""
    return [Subject.of(one) for one in archive.notices.waiting()]
