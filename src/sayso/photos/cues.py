"""Cues narrow photos without looking at any face: when, where, and which tags.

May know: photos, places, times. Must not know: pixels, people.
"""

from __future__ import annotations

import json
import math
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Text, select, type_coerce

from ..errors import UsageError
from ..storage import Session
from ..values import Cues, Photo, Place, Window
from .rows import to_photo
from .tables import PhotoRow

#: Mean radius of the earth in kilometres (IUGG, R1).
_EARTH_KM = 6371.0088
_KM_PER_DEGREE = _EARTH_KM * math.pi / 180


class Taken(Protocol):
    """What a photo tells without anybody looking at it: when (camera time), where, and its tags."""

    @property
    def taken_at(self) -> datetime | None: ...
    @property
    def place(self) -> Place | None: ...
    @property
    def tags(self) -> tuple[str, ...]: ...


def passing(session: Session, collection_id: int, cues: Cues) -> list[Photo]:
    """Photos of a collection that pass every cue given, by capture time; without a cue, all of them.

    A photo without a capture time passes no time window, one without a place no place.
    Raises UsageError for a window with time zones or a radius that is no distance.
    """
    query = select(PhotoRow).where(PhotoRow.collection_id == collection_id, *conditions(cues))
    photos = (to_photo(row) for row in session.scalars(query.order_by(PhotoRow.taken_at.nulls_last(), PhotoRow.id)))
    return [photo for photo in photos if passes(photo, cues)]


def inside_occasion(photo: Taken, window: Window | None) -> bool:
    """Whether a photo was surely taken inside ``window``; False without a capture time or without a window."""
    return photo.taken_at is not None and window is not None and window.holds(photo.taken_at)


def distance_km(first: Place, second: Place) -> float:
    """Great-circle distance in kilometres (haversine; Sinnott 1984, Sky and Telescope 68/2)."""
    latitudes = math.radians(first.latitude), math.radians(second.latitude)
    turn = math.radians(second.longitude - first.longitude)
    half = (
        math.sin((latitudes[1] - latitudes[0]) / 2) ** 2
        + math.cos(latitudes[0]) * math.cos(latitudes[1]) * math.sin(turn / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, half)))


def passes(photo: Taken, cues: Cues) -> bool:
    """Whether one photo passes every cue given."""
    if cues.window is not None and not inside_occasion(photo, cues.window):
        return False
    if cues.near is not None and (photo.place is None or distance_km(photo.place, cues.near) > cues.radius_km):
        return False
    return set(cues.tags) <= set(photo.tags)


def conditions(cues: Cues) -> list[ColumnElement[bool]]:
    """What the database can rule out beforehand; ``passes`` decides. Raises UsageError as ``passing`` does."""
    found: list[ColumnElement[bool]] = []
    if cues.window is not None:
        if cues.window.start.tzinfo is not None or cues.window.end.tzinfo is not None:
            raise UsageError("Photos are narrowed by camera time, without a time zone.", "Leave the zone out.")
        found.append(PhotoRow.taken_at.between(cues.window.start, cues.window.end))
    if cues.near is not None:
        if not (math.isfinite(cues.radius_km) and cues.radius_km > 0):
            raise UsageError(f"A radius of {cues.radius_km} km is no distance.", "Give kilometres above zero.")
        # A little wider than the circle; longitudes are left to the exact rule, because they wrap around.
        reach = cues.radius_km / _KM_PER_DEGREE * 1.001
        found.append(PhotoRow.latitude.between(cues.near.latitude - reach, cues.near.latitude + reach))
    for tag in cues.tags:
        as_kept = json.dumps(tag, ensure_ascii=False)
        found.append(type_coerce(PhotoRow.tags, Text).contains(as_kept, autoescape=True))
    return found
