"""Choose among photos by when and where they were taken, and by tag, with what a plain form can say.

May know: times and places of photos. Must not know: faces, people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Depends, Query

from ...archive import PointPhoto
from ...values import Cues, Place, Window

#: At most so many moments are offered, and so many places.
_MOMENTS = 48
_SPOTS = 60
_STEPS = [timedelta(minutes=one) for one in (5, 10, 15, 30, 60, 180, 360, 720, 1440, 10080, 43200, 525600)]

#: Photos within so many degrees (about 500 m) were taken at the same place; within so many kilometres of its middle,
#: that is to its corners, they are shown.
_GRID = 0.005
_RADIUS_KM = 0.4

_Text = Annotated[str, Query(max_length=40)]
_Tag = Annotated[str, Query(max_length=200)]

UNTIMED, UNPLACED = "untimed", "unplaced"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody asked for: moments as ``2026-06-14T12:00``, a place's name, a tag, or photos that lack a time or a
    place; the cues that it comes to, and the photos that fit."""

    since: str = ""
    until: str = ""
    place: str = ""
    tag: str = ""
    only: str = ""
    cues: Cues = field(default_factory=Cues)
    photos: tuple[PointPhoto, ...] = ()

    @property
    def narrowed(self) -> bool:
        return bool(self.cues or self.only)

    @property
    def words(self) -> dict[str, str]:
        """It again, as a form or an address says it."""
        said = {"since": self.since, "until": self.until, "place": self.place, "tag": self.tag, "only": self.only}
        return {name: word for name, word in said.items() if word}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place where photos were taken: its name in a form, where it is, and how many photos."""

    name: str
    at: Place
    photos: int


@dataclass(frozen=True, slots=True)
class Choice:
    """All photos, and what can be chosen among them."""

    photos: tuple[PointPhoto, ...]
    moments: tuple[datetime, ...]
    spots: tuple[Spot, ...]
    tagged: bool
    untimed: int
    unplaced: int

    @classmethod
    def of(cls, photos: Sequence[PointPhoto]) -> Choice:
        times = [one.taken_at for one in photos if one.taken_at is not None]
        counted = Counter(_cell(one.place) for one in photos if one.place is not None)
        spots = [
            Spot(_name(cell), _middle(cell), _near(photos, _middle(cell))) for cell, _ in counted.most_common(_SPOTS)
        ]
        return cls(
            tuple(photos),
            _moments(min(times), max(times)) if times else (),
            tuple(spots) if len(spots) > 1 or (spots and len(photos) > spots[0].photos) else (),
            any(one.tags for one in photos),
            sum(one.taken_at is None for one in photos) if times else 0,
            sum(one.place is None for one in photos) if counted else 0,
        )

    def narrowed(self, wish: Chosen) -> Chosen:
        """The photos that fit; a wish that makes no sense narrows nothing."""
        if wish.only in (UNTIMED, UNPLACED):
            lacking = "taken_at" if wish.only == UNTIMED else "place"
            fits = tuple(one for one in self.photos if getattr(one, lacking) is None)
            return Chosen(only=wish.only, photos=fits)
        # Where no moments are offered, because times may not be told, none is taken either.
        since, until = (_moment(wish.since), _moment(wish.until)) if self.moments else (None, None)
        if since and until and since > until:
            since, until = until, since
        window = Window(since or datetime.min, until or datetime.max) if since or until else None
        spot = next((one for one in self.spots if one.name == wish.place), None)
        cues = _around(spot.at) if spot else Cues()
        cues = replace(cues, window=window, tags=(wish.tag,) if wish.tag else ())
        fits = tuple(one for one in self.photos if one.passes(cues))
        return Chosen(_written(since), _written(until), spot.name if spot else "", wish.tag, "", cues, fits)


def _asked(since: _Text = "", until: _Text = "", place: _Text = "", tag: _Tag = "", only: _Text = "") -> Chosen:
    return Chosen(since, until, place, tag.strip(), only)


#: What a page's function asks for: the wish in its address, before it is held against the photos.
Wish = Annotated[Chosen, Depends(_asked)]


def _near(photos: Sequence[PointPhoto], at: Place) -> int:
    """How many photos were taken around a place. Most lie elsewhere, and are told apart by the first number."""
    cues = _around(at)
    return sum(
        one.place is not None and abs(one.place.latitude - at.latitude) < _GRID and one.passes(cues) for one in photos
    )


def _around(place: Place) -> Cues:
    return Cues(near=place, radius_km=_RADIUS_KM)


def _moments(first: datetime, last: datetime) -> tuple[datetime, ...]:
    """Even moments from before the first photo to after the last one."""
    step = next((one for one in _STEPS if (last - first) / one < _MOMENTS), _STEPS[-1])
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = midnight + (first - midnight) // step * step
    found = [moment]
    while moment < last:
        moment += step
        found.append(moment)
    return tuple(found)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M")
    except ValueError:
        return None


def _written(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M") if moment else ""


def _cell(place: Place) -> tuple[int, int]:
    return round(place.latitude / _GRID), round(place.longitude / _GRID)


def _middle(cell: tuple[int, int]) -> Place:
    return Place(cell[0] * _GRID, cell[1] * _GRID)


def _name(cell: tuple[int, int]) -> str:
    return f"{cell[0]}_{cell[1]}"
