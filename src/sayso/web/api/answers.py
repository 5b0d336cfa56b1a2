"""What requests and answers of the API have in common: models that take nothing else, pages of lists, moments.

May know: plain values. Must not know: the archive, who asks. Must not hold: a vector, the score of a comparison.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Generic, Self, TypeVar

from fastapi import Path, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, WithJsonSchema

T = TypeVar("T")

#: The largest id that a database gives.
_LARGEST = 2**63 - 1
_CAMERA = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?$"
_MOMENT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})$"
_DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"


class Answer(BaseModel):
    """Part of an answer, read off a value of the front door; whatever the model does not name stays behind."""

    model_config = ConfigDict(from_attributes=True)

    @classmethod
    def of(cls, value: object) -> Self:
        return cls.model_validate(value)


class Asked(BaseModel):
    """Part of a request: only what is named here is taken."""

    model_config = ConfigDict(extra="forbid")


class Page(Answer, Generic[T]):
    """Part of a list that may be long. `next` is given back to get what follows; null at the end."""

    items: list[T]
    next: int | None


class Box(Answer):
    """A rectangle in pixels of the upright photo, its origin at the top left."""

    x: float
    y: float
    width: float
    height: float


class Counts(Answer):
    """What was done to faces. `exposure`: measured, and found to be nobody's who consented."""

    photos: int
    seen: int
    measured: int
    kept: int
    discarded: int
    exposure: int


class Skipped(Answer):
    """What was left out, and why."""

    name: str
    reason: str


class Rule(Answer):
    """A rule of law, by its id, with its source."""

    rule: str
    text: str
    citation: str


class Problem(BaseModel):
    """Why a request was not done (RFC 9457): what happened, and in `detail` what to do next. A refusal by law names its
    `rules`; a request that could not be read names the `fields` that are wrong."""

    type: str
    status: int
    title: str
    detail: str
    rules: list[Rule] | None = None
    fields: list[str] | None = None


def _words(value: Any) -> Any:
    """Text of real characters: half of a pair means nothing, and NUL ends a path early."""
    if isinstance(value, str) and (re.search("[\ud800-\udfff\0]", value)):
        raise ValueError("not text")
    return value


def _moment(value: Any) -> Any:
    return _read(_MOMENT, value, lambda text: datetime.fromisoformat(text.replace("Z", "+00:00")))


def _camera(value: Any) -> Any:
    return _read(_CAMERA, value, datetime.fromisoformat)


def _day(value: Any) -> Any:
    return _read(_DAY, value, date.fromisoformat)


def _read(form: str, value: Any, reader: Any) -> Any:
    # Pydantic alone would take numbers, too, and count them from 1970.
    if value is None or isinstance(value, date):
        return value
    if not isinstance(value, str) or re.search(form, value) is None:
        raise ValueError("no such form")
    return reader(value)


Words = Annotated[str, BeforeValidator(_words), Field(min_length=1)]
Text = Annotated[Words, Field(max_length=400)]
#: A moment with its zone (RFC 3339).
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time", "pattern": _MOMENT})
]
#: A moment as cameras write it: local, without a zone.
CameraTime = Annotated[datetime, BeforeValidator(_camera), WithJsonSchema({"type": "string", "pattern": _CAMERA})]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "pattern": _DAY})]
#: An id in a body, and in an address.
Id = Annotated[StrictInt, Field(ge=1, le=_LARGEST)]
InPath = Annotated[int, Path(ge=1, le=_LARGEST)]
#: A person's random id; a label never stands in an address.
SubjectId = Annotated[str, Field(pattern="^[0-9a-f]{16}$", description="The person's random id.")]
SubjectInPath = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="The person's random id.")]
Language = Annotated[str, Query(pattern="^(en|fr)$", description="Language of the text.")]
Start = Annotated[int, Query(ge=0, le=_LARGEST, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many.")]
