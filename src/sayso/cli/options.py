"""Options that every command shares, and the reading of dates, places and boxes.

May know: Typer, the shared values. Must not know: the archive's inside.
"""

from __future__ import annotations

import getpass
import math
import os
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from ..errors import UsageError
from ..values import Box, Place, Window

_SHARED = "In every command"

ArchiveOption = Annotated[
    Path,
    typer.Option(
        "--archive", metavar="DIR", envvar="SAYSO_ARCHIVE", help="The archive's folder.", rich_help_panel=_SHARED
    ),
]
AsOption = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="NAME",
        envvar="SAYSO_AS",
        help="Your account's name. Without it: your name on this computer.",
        rich_help_panel=_SHARED,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", metavar="", help="Print JSON for programs.", rich_help_panel=_SHARED)
]

_SPOKEN = ("en", "fr")


DEFAULT_ARCHIVE = Path("sayso-archive")


def whoami() -> str:
    """The account name if none is given: the system's user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return os.environ.get("USER", "operator")


def moment(text: str) -> datetime:
    """Camera time, without a zone: ``2026-06-14`` or ``2026-06-14T10:30``. Raises UsageError."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"'{text}' is no date or time.", "Write it like 2026-06-14 or 2026-06-14T10:30.") from None
    if read.tzinfo is not None:
        raise UsageError(f"'{text}' names a time zone.", "Write the time as the camera shows it, without a zone.")
    return read


def window(start: str | None, end: str | None) -> Window | None:
    """Camera time between two moments, both included; a day without a time counts whole. Raises UsageError."""
    if start is None and end is None:
        return None
    first = moment(start) if start else datetime.min
    last = moment(end) if end else datetime.max
    if end and "T" not in end and " " not in end:
        last = datetime.combine(last.date(), time.max)
    if last < first:
        raise UsageError("The time ends before it begins.", "Swap the two moments.")
    return Window(first, last)


def day(text: str) -> date:
    """A day like ``2026-06-14``. Raises UsageError."""
    return moment(text).date()


def until(text: str) -> datetime:
    """The end of a day, in UTC. Raises UsageError."""
    return datetime.combine(day(text), time.max, UTC)


def spoken(language: str) -> str:
    """A language that the law's texts are written in. Raises UsageError."""
    if language not in _SPOKEN:
        raise UsageError(f"Nothing is written in '{language}' here.", f"Choose one of: {', '.join(_SPOKEN)}.")
    return language


def place(text: str | None) -> Place | None:
    """``LAT,LON`` in degrees. Raises UsageError."""
    if text is None:
        return None
    try:
        latitude, longitude = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(
            f"'{text}' is no place.", "Write latitude,longitude in degrees, like 48.8566,2.3522."
        ) from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise UsageError(f"'{text}' is not on the earth.", "Latitude is -90 to 90, longitude -180 to 180.")
    return Place(latitude, longitude)


def box(text: str) -> Box:
    """``X,Y,WIDTH,HEIGHT`` in pixels of the upright photo. Raises UsageError."""
    try:
        x, y, width, height = (float(part) for part in text.split(","))
    except ValueError:
        raise UsageError(f"'{text}' is no box.", "Write x,y,width,height in pixels, like 120,80,60,70.") from None
    if not all(map(math.isfinite, (x, y, width, height))):
        raise UsageError(f"'{text}' is no box.", "Write x,y,width,height in pixels, like 120,80,60,70.")
    if width <= 0 or height <= 0:
        raise UsageError(f"The box '{text}' has no area.", "Width and height are above zero.")
    return Box(x, y, width, height)
