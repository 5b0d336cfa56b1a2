"""What narrows photos without measuring faces, as requests say it, and the front door's cues made of it.

May know: values. Must not know: the archive, who asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from ...errors import UsageError
from ...values import Cues, Place, Window
from .answers import Asked, CameraTime, Text


class Near(Asked):
    """A point on the earth, in degrees (WGS 84)."""

    latitude: Annotated[float, Field(ge=-90, le=90, strict=True)]
    longitude: Annotated[float, Field(ge=-180, le=180, strict=True)]


class Narrowed(Asked):
    """Cues: what narrows photos without measuring faces."""

    start: Annotated[CameraTime | None, Field(alias="from", description="Taken at or after; camera time.")] = None
    end: Annotated[CameraTime | None, Field(alias="to", description="Taken at or before; camera time.")] = None
    near: Near | None = None
    radius_km: Annotated[float, Field(gt=0, le=20_000, strict=True)] = 1.0
    tags: list[Text] = Field(default_factory=list, max_length=20)

    def cues(self) -> Cues:
        return cues_of(self.start, self.end, self.near, self.radius_km, self.tags)


def cues_of(
    start: datetime | None, end: datetime | None, near: Near | None, radius_km: float, tags: Sequence[str]
) -> Cues:
    """The front door's cues. Raises UsageError when the time ends before it begins."""
    window = None
    if start is not None or end is not None:
        window = Window(start or datetime.min, end or datetime.max)
        if window.end < window.start:
            raise UsageError("The time ends before it begins.", "Swap the two moments.")
    place = Place(near.latitude, near.longitude) if near is not None else None
    return Cues(window, place, radius_km, tuple(tags))
