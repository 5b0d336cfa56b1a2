"""What a page's form sent, as words, days and small files, without a temporary file ever being made of it.

May know: HTTP forms. Must not know: what a field is for.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from ..errors import UsageError
from ..values import Window
from .security import LARGE, SMALL


class _InMemory(MultiPartParser):
    # Larger than any body that is let in: nothing is ever rolled over to a disk.
    spool_max_size = 2 * max(SMALL, *LARGE.values())


@dataclass(frozen=True, slots=True)
class Posted:
    """The fields of a form. Words are stripped; a field that is not there is empty."""

    words: dict[str, tuple[str, ...]]
    files: dict[str, tuple[bytes, ...]]

    def word(self, name: str) -> str:
        """One field."""
        return next(iter(self.words.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field that can be chosen several times, without empty ones."""
        return tuple(one for one in self.words.get(name, ()) if one)

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.word(name))

    def file(self, name: str) -> bytes | None:
        """What is in a file, None when none was chosen."""
        return next(iter(self.files.get(name, ())), None)

    def number(self, name: str) -> int | None:
        """A whole number, None when there is none. Raises UsageError."""
        text = self.word(name)
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or len(text) > 12:
            raise UsageError("This is no number.", "Go back and write it in digits.")
        return int(text)

    def until(self, name: str) -> datetime | None:
        """The end of a day, in UTC; None when none was given. Raises UsageError."""
        found = self._day(name)
        return None if found is None else datetime.combine(found, time.max, UTC)

    def window(self, start: str, end: str) -> Window | None:
        """Camera time from the beginning of one day to the end of another; None unless both were given.

        Raises UsageError.
        """
        first, last = self._day(start), self._day(end)
        if first is None or last is None:
            return None
        if last < first:
            raise UsageError("The occasion ends before it begins.", "Go back and swap the two days.")
        return Window(datetime.combine(first, time.min), datetime.combine(last, time.max))

    def moment(self, name: str) -> datetime | None:
        """A moment of camera time, to the minute; None when there is none. Raises UsageError."""
        text = self.word(name)
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m-%dT%H:%M")
        except ValueError:
            raise UsageError("This is no moment.", "Go back and write it like 2026-06-14T15:30.") from None

    def _day(self, name: str) -> date | None:
        text = self.word(name)
        if not text:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise UsageError("This is no day.", "Go back and write it like 2026-06-14.") from None


async def posted(request: Request) -> Posted:
    """Read the form of a request, as large as its path may be. Raises HTTPException when it is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            return await _read(await _InMemory(request.headers, _stream(request)).parse())
        if kind == "application/x-www-form-urlencoded":
            return await _read(await FormParser(request.headers, _stream(request)).parse())
    except MultiPartException:
        raise HTTPException(400) from None
    return Posted({}, {})


async def _read(form: FormData) -> Posted:
    words: dict[str, tuple[str, ...]] = {}
    files: dict[str, tuple[bytes, ...]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if value.filename:
                files[name] = (*files.get(name, ()), await value.read())
        else:
            words[name] = (*words.get(name, ()), value.strip())
    await form.close()
    return Posted(words, files)


async def _stream(request: Request) -> AsyncGenerator[bytes, None]:
    async for chunk in request.stream():
        yield chunk


#: What a page's function asks for.
Form = Annotated[Posted, Depends(posted)]
