"""How many faces a cue makes a search measure, and how much of a person's photos it still reaches: exact counting.

May know: capture times, places, tags, numbers of faces, people by number. Must not know: vectors, pixels, the archive,
who anybody is. Nothing is drawn at random but the people again, for intervals.

A cue is as good as what a person remembers. So each of a person's own photos is in turn the one that they remember: the
window of time, the circle or the tag is laid around it, and the mean over their photos is what they can expect.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from ..values import Place, Reach
from .accuracy_report import Rate
from .exposure_report import Curve, Point
from .intervals import draw_people, interval

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

#: Widths of windows of time in minutes, and radii of circles in kilometres; those that hold everything are left out.
WIDTHS = (2, 5, 10, 20, 30, 60, 120, 240, 480, 1440, 4320, 10080, 43200)
RADII = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 50.0, 250.0)

#: How many faces a person points at.
POINTS = (1, 2, 3, 5, 10, 20)

# Mean radius of the earth in kilometres (IUGG, R1), as the cues have it.
_EARTH_KM = 6371.0088

_MOST_REMEMBERED = 1000

_DRAWS = 300
_SEED = 2021


@dataclass(frozen=True, slots=True)
class Pictured:
    """One photo as exposure counts it.

    faces: how many of its faces may be measured, 0 when the photo stays out of reach. of_consenting: how many among
    them are known to belong to people who consented. people: numbers of those who are truly in it. found: those among
    them to whom a run gave it; None where no run is looked at, and whoever is within the cue counts as found.
    """

    taken_at: datetime | None
    place: Place | None
    tags: tuple[str, ...]
    faces: int
    of_consenting: int = 0
    people: frozenset[int] = frozenset()
    found: frozenset[int] | None = None


class Event:
    """Photos with who is in them, ready to be counted.

    people: how many there are, numbered from 0; each is in two photos or more. With nobody known every photo is in turn
    the remembered one, and there is no recall.
    """

    def __init__(self, photos: Sequence[Pictured], people: int) -> None:
        self.photos = photos
        self.people = people
        self.faces = np.array([one.faces for one in photos], np.int64)
        self.bystanders = self.faces - np.array([one.of_consenting for one in photos], np.int64)
        self._own = [np.zeros(len(photos), np.bool_) for _ in range(people)]
        self._found = [np.zeros(len(photos), np.bool_) for _ in range(people)]
        for number, photo in enumerate(photos):
            for person in photo.people:
                self._own[person][number] = True
                # What is out of reach is found for nobody, whatever the cue.
                self._found[person][number] = photo.faces > 0 and (photo.found is None or person in photo.found)
        self._draws = draw_people(people, _DRAWS, _SEED) if people else None

    def remembered(self) -> Iterator[Mask]:
        """For each person the photos that they may remember, (photos,) bool; without people up to a thousand, once."""
        if self._own:
            yield from self._own
        else:
            every = np.zeros(len(self.photos), np.bool_)
            every[:: len(every) // _MOST_REMEMBERED + 1] = True
            yield every

    def share_found(self, person: int, inside: Mask) -> float:
        """Share of a person's photos that are inside a cue and found, 0 to 1."""
        return float(np.count_nonzero(self._found[person] & inside) / np.count_nonzero(self._own[person]))

    def recall(self, shares: Sequence[float]) -> Rate | None:
        """The mean of what each person gets back, with its interval, in whole percents; None without people.

        One person of twenty is worth five percent: so coarse a mean does not tell which photo is whose.
        """
        if self._draws is None:
            return None
        each = np.array(shares)
        mean = float(each.mean())
        low, high = interval(self._draws @ each / self.people, mean, self.people)
        return Rate(_percent(mean), _percent(low), _percent(high))


def pointed(event: Event, *, misses: float) -> Curve | None:
    """Each person points at their own face so many times. None without people.

    misses: mistaken points for each point that met, as the ledger counts them; each measures somebody else's face.
    """
    if not event.people:
        return None
    own = [int(np.count_nonzero(mask)) for mask in event.remembered()]
    everything = np.ones(len(event.photos), np.bool_)
    found = [event.share_found(person, everything) for person in range(event.people)]
    points = []
    for count in [one for one in POINTS if one < max(own)] + [max(own)]:
        met = [min(count, photos) for photos in own]
        shares = [share * hits / photos for share, hits, photos in zip(found, met, own, strict=True)]
        hits = float(np.mean(met))
        looked = hits * (1 + misses)
        points.append(_point(event, count, event.recall(shares), looked, looked, hits * misses))
    return Curve(Reach.POINTED, "points", "own faces pointed at", tuple(points))


def swept(event: Event) -> Curve:
    """Every face in reach is measured once, for all people together."""
    everything = np.ones(len(event.photos), np.bool_)
    recall = event.recall([event.share_found(person, everything) for person in range(event.people)])
    among = event.people or 1
    photos, faces = int(np.count_nonzero(event.faces)), int(event.faces.sum())
    others = int(event.bystanders.sum()) if event.people else None
    each = None if others is None else others / among
    point = Point(None, recall, photos / among, faces / among, each, faces, others)
    return Curve(Reach.SWEPT, "none", "all people in one run", (point,))


def narrowed(event: Event) -> list[Curve]:
    """A curve for each cue that the photos carry: each person is looked for alone, around what they remember."""
    made = []
    for cue in (_Time(event.photos), _Nearness(event.photos), _Tags(event.photos)):
        if cue.known.any() and cue.sizes:
            points = tuple(_around(event, cue, size) for size in cue.sizes)
            made.append(Curve(Reach.NARROWED, cue.name, cue.unit, points))
    return made


def _around(event: Event, cue: _Cue, size: float | None) -> Point:
    """One size of one cue, around each remembered photo of each person."""
    usable = [np.flatnonzero(remembered & cue.known) for remembered in event.remembered()]
    who: dict[Hashable, list[tuple[int, int]]] = {}
    for person, places in enumerate(usable):
        for place in places.tolist():
            who.setdefault(cue.key(place), []).append((person, place))
    # Whoever has no photo with this cue cannot use it: nothing is measured for them, and nothing found.
    sums = np.zeros((len(usable), 4))
    for asked in who.values():
        inside = cue.inside(asked[0][1], size)
        seen = int(np.count_nonzero(event.faces[inside]))
        faces, others = int(event.faces[inside].sum()), int(event.bystanders[inside].sum())
        for person, _ in asked:
            share = event.share_found(person, inside) if event.people else 0.0
            sums[person] += share, seen, faces, others
    each = sums / np.array([max(len(places), 1) for places in usable])[:, None]
    _, looked, measured, bystanders = each.mean(axis=0).tolist()
    return _point(event, size, event.recall(each[:, 0].tolist()), looked, measured, bystanders)


def _point(
    event: Event, size: float | None, recall: Rate | None, photos: float, measured: float, bystanders: float
) -> Point:
    """The point; where nobody is known, how many of the faces are bystanders' is not known either."""
    if not event.people:
        return Point(size, None, photos, measured, None, None, None)
    total = round(measured * event.people), round(bystanders * event.people)
    return Point(size, recall, photos, measured, bystanders, *total)


class _Cue:
    """One kind of cue: which photos carry it, and which of them pass when one of them is remembered.

    known: (photos,) bool. sizes: from narrow to wide; None for a cue that has no size.
    """

    name: str
    unit: str
    known: Mask
    sizes: Sequence[float | None]

    def key(self, remembered: int) -> Hashable:
        """Equal for photos around which the cue lets the same ones pass."""
        raise NotImplementedError

    def inside(self, remembered: int, size: float | None) -> Mask:
        """The photos that pass around a remembered one: (photos,) bool."""
        raise NotImplementedError


class _Time(_Cue):
    """A window of time with the remembered moment in its middle, both ends included."""

    name, unit = "time", "minutes around the remembered moment"

    def __init__(self, photos: Sequence[Pictured]) -> None:
        moments = [one.taken_at for one in photos]
        first = min((one for one in moments if one is not None), default=datetime.min)
        self.known = np.array([one is not None for one in moments], np.bool_)
        # Whole microseconds, so that both ends are met exactly.
        self._at = np.array([-1 if one is None else (one - first) // timedelta(microseconds=1) for one in moments])
        span = int(self._at.max(initial=0)) / 60e6
        self.sizes = [*(one for one in WIDTHS if one < 2 * span), math.inf] if span else []

    def key(self, remembered: int) -> Hashable:
        return int(self._at[remembered])

    def inside(self, remembered: int, size: float | None) -> Mask:
        half = (size or 0.0) * 30e6
        return np.asarray(self.known & (np.abs(self._at - self._at[remembered]) <= half), np.bool_)


class _Nearness(_Cue):
    """A circle around the remembered place, on the great circle (haversine; Sinnott 1984, Sky and Telescope 68/2)."""

    name, unit = "place", "km around the remembered place"

    def __init__(self, photos: Sequence[Pictured]) -> None:
        places = [one.place for one in photos]
        self.known = np.array([one is not None for one in places], np.bool_)
        degrees = [(one.latitude, one.longitude) if one is not None else (0.0, 0.0) for one in places]
        self._latitude, self._longitude = np.radians(np.array(degrees).reshape(-1, 2)).T
        corners = np.flatnonzero(self.known)
        # Twice what lies around any one of them holds all of them.
        spread = float(self._kilometres(int(corners[0]))[self.known].max()) * 2 if len(corners) else 0.0
        self.sizes = [*(one for one in RADII if one < spread), math.inf] if spread else []

    def key(self, remembered: int) -> Hashable:
        return float(self._latitude[remembered]), float(self._longitude[remembered])

    def inside(self, remembered: int, size: float | None) -> Mask:
        return np.asarray(self.known & (self._kilometres(remembered) <= (size or 0.0)), np.bool_)

    def _kilometres(self, remembered: int) -> Doubles:
        latitude, longitude = self._latitude[remembered], self._longitude[remembered]
        half = (
            np.sin((self._latitude - latitude) / 2) ** 2
            + np.cos(latitude) * np.cos(self._latitude) * np.sin((self._longitude - longitude) / 2) ** 2
        )
        return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))), np.float64)


class _Tags(_Cue):
    """All tags of the remembered photo: a bib number, a station, a team."""

    name, unit = "tag", "the tags of the remembered photo"

    def __init__(self, photos: Sequence[Pictured]) -> None:
        self._tags = [frozenset(one.tags) for one in photos]
        self.known = np.array([bool(one) for one in self._tags], np.bool_)
        self.sizes = [None]

    def key(self, remembered: int) -> Hashable:
        return self._tags[remembered]

    def inside(self, remembered: int, size: float | None) -> Mask:  # noqa: ARG002
        wanted = self._tags[remembered]
        return np.array([wanted <= one for one in self._tags], np.bool_)


def _percent(share: float) -> float:
    return round(share, 2)
