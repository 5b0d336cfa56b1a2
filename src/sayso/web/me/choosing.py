"""Choose among photos by when and where they were taken, with what a plain form can say.

May know: times and places of photos. Must not know: faces, people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...archive import PointPhoto
from ...values import Place

#: At most so many moments are offered.
_MOMENTS = 48
_STEPS = [timedelta(minutes=one) for one in (5, 10, 15, 30, 60, 180, 360, 720, 1440, 10080, 43200, 525600)]

#: Photos within so many degrees (about 500 m) were taken at the same place.
_GRID = 0.005

UNTIMED, UNPLACED = "untimed", "unplaced"


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody asked for: moments as ``2026-06-14T12:00``, a place's name, or photos that lack one of them; and
    the photos that fit."""

    since: str = ""
    until: str = ""
    place: str = ""
    only: str = ""
    photos: tuple[PointPhoto, ...] = ()

    @property
    def narrowed(self) -> bool:
        return bool(self.since or self.until or self.place or self.only)


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
    untimed: int
    unplaced: int

    @classmethod
    def of(cls, photos: Sequence[PointPhoto]) -> Choice:
        times = [one.taken_at for one in photos if one.taken_at is not None]
        counted = Counter(_cell(one.place) for one in photos if one.place is not None)
        spots = [Spot(_name(cell), _middle(cell), number) for cell, number in counted.most_common()]
        return cls(
            tuple(photos),
            _moments(min(times), max(times)) if times else (),
            tuple(spots) if len(spots) > 1 or (spots and len(photos) > spots[0].photos) else (),
            sum(one.taken_at is None for one in photos) if times else 0,
            sum(one.place is None for one in photos) if counted else 0,
        )

    def narrowed(self, wish: Chosen) -> Chosen:
        """The photos that fit; a wish that makes no sense narrows nothing."""
        if wish.only in (UNTIMED, UNPLACED):
            lacking = "taken_at" if wish.only == UNTIMED else "place"
            fits = tuple(one for one in self.photos if getattr(one, lacking) is None)
            return Chosen(only=wish.only, photos=fits)
        since, until = _moment(wish.since), _moment(wish.until)
        if since and until and since > until:
            since, until = until, since
        place = wish.place if wish.place in {one.name for one in self.spots} else ""
        fits = tuple(one for one in self.photos if _fits(one, since, until, place))
        return Chosen(_written(since), _written(until), place, "", fits)


def _fits(photo: PointPhoto, since: datetime | None, until: datetime | None, place: str) -> bool:
    if (since or until) and photo.taken_at is None:
        return False
    if photo.taken_at and ((since and photo.taken_at < since) or (until and photo.taken_at > until)):
        return False
    return not place or (photo.place is not None and _name(_cell(photo.place)) == place)


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
