"""How many faces a cue makes a search measure, and how much of a person's photos it still reaches: exact counting.

May know: capture times, places, tags, numbers of faces, people by number. Must not know: vectors, pixels, the archive,
who anybody is. Nothing is drawn at random but the people again, for intervals.

A cue is as good as what a person remembers. So each of a person's own photos is in turn the one that they remember: a
window of time or a circle is laid around it, and the mean over their photos is what they can expect. Of tags they know
the one that most of their photos bear, as people know their bib number or their team.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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
        mistaken = round(hits * misses * event.people)
        points.append(_point(event, count, event.recall(shares), looked, looked, hits * misses, mistaken))
    return Curve(Reach.POINTED, "points", "own faces pointed at", tuple(points))


def swept(event: Event) -> Curve:
    """Every face in reach is measured once, for all people together."""
    everything = np.ones(len(event.photos), np.bool_)
    recall = event.recall([event.share_found(person, everything) for person in range(event.people)])
    among = event.people or 1
    photos, faces = int(np.count_nonzero(event.faces)), int(event.faces.sum())
    others = int(event.bystanders.sum()) if event.people else None
    each = None if others is None else others / among
    point = Point(None, recall, photos / among, faces / among, each, faces, others, others)
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
    """One size of one cue, around everything that each person remembers."""
    remembered = [cue.remembered(own & cue.known, known=bool(event.people)) for own in event.remembered()]
    who: dict[Hashable, list[int]] = {}
    for person, anchors in enumerate(remembered):
        for anchor in anchors:
            who.setdefault(anchor, []).append(person)
    # Whoever has no photo with this cue cannot use it: nothing is measured for them, and nothing found.
    sums = np.zeros((len(remembered), 4))
    # How likely a person's search is to look at a photo, whichever of their photos they remember.
    looks = np.zeros((len(remembered), len(event.photos)), np.float32)
    for anchor, asking in who.items():
        inside = cue.inside(anchor, size)
        seen = int(np.count_nonzero(event.faces[inside]))
        faces, others = int(event.faces[inside].sum()), int(event.bystanders[inside].sum())
        for person in asking:
            share = event.share_found(person, inside) if event.people else 0.0
            sums[person] += share, seen, faces, others
            looks[person, inside] += 1
    times = np.array([max(len(anchors), 1) for anchors in remembered])[:, None]
    each = sums / times
    _, looked, measured, bystanders = each.mean(axis=0).tolist()
    at_least_once = 1 - np.prod(1 - looks / times, axis=0)
    different = round(float(at_least_once @ event.bystanders))
    return _point(event, size, event.recall(each[:, 0].tolist()), looked, measured, bystanders, different)


def _point(
    event: Event,
    size: float | None,
    recall: Rate | None,
    photos: float,
    measured: float,
    bystanders: float,
    different: int,
) -> Point:
    """The point; where nobody is known, how many of the faces are bystanders' is not known either."""
    if not event.people:
        return Point(size, None, photos, measured, None, None, None, None)
    total = round(measured * event.people), round(bystanders * event.people)
    return Point(size, recall, photos, measured, bystanders, *total, different)


class _Cue(ABC):
    """One kind of cue: which photos carry it, what a person remembers of theirs, and which photos pass then.

    known: (photos,) bool. sizes: from narrow to wide; None for a cue that has no size.
    """

    name: str
    unit: str
    known: Mask
    sizes: Sequence[float | None]

    @abstractmethod
    def remembered(self, own: Mask, *, known: bool) -> list[Any]:
        """What somebody remembers whose photos these are, (photos,) bool; ``known``: whether they are somebody's."""

    @abstractmethod
    def inside(self, anchor: Any, size: float | None) -> Mask:
        """The photos that pass: (photos,) bool."""


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

    def remembered(self, own: Mask, *, known: bool) -> list[Any]:  # noqa: ARG002
        """Moments in microseconds."""
        return list(self._at[own].tolist())

    def inside(self, anchor: Any, size: float | None) -> Mask:
        half = (size or 0.0) * 30e6
        return np.asarray(self.known & (np.abs(self._at - anchor) <= half), np.bool_)


class _Nearness(_Cue):
    """A circle around the remembered place, on the great circle (haversine; Sinnott 1984, Sky and Telescope 68/2)."""

    name, unit = "place", "km around the remembered place"

    def __init__(self, photos: Sequence[Pictured]) -> None:
        places = [one.place for one in photos]
        self.known = np.array([one is not None for one in places], np.bool_)
        degrees = [(one.latitude, one.longitude) if one is not None else (0.0, 0.0) for one in places]
        self._radians = np.radians(np.array(degrees).reshape(-1, 2))
        any_place = self.remembered(self.known, known=False)[:1]
        # Twice what lies around any one of them holds all of them.
        spread = max((float(self._kilometres(one)[self.known].max()) * 2 for one in any_place), default=0.0)
        self.sizes = [*(one for one in RADII if one < spread), math.inf] if spread else []

    def remembered(self, own: Mask, *, known: bool) -> list[Any]:  # noqa: ARG002
        """Latitudes and longitudes in radians."""
        return [(latitude, longitude) for latitude, longitude in self._radians[own].tolist()]

    def inside(self, anchor: Any, size: float | None) -> Mask:
        return np.asarray(self.known & (self._kilometres(anchor) <= (size or 0.0)), np.bool_)

    def _kilometres(self, anchor: tuple[float, float]) -> Doubles:
        latitudes, longitudes = self._radians.T
        half = (
            np.sin((latitudes - anchor[0]) / 2) ** 2
            + np.cos(anchor[0]) * np.cos(latitudes) * np.sin((longitudes - anchor[1]) / 2) ** 2
        )
        return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1.0))), np.float64)


class _Tags(_Cue):
    """One tag: of somebody the one that most of their photos bear, the rarer of equals; of nobody each in turn."""

    name, unit = "tag", "the tag that most of one's photos bear"

    def __init__(self, photos: Sequence[Pictured]) -> None:
        self._bearing: dict[str, Mask] = {}
        for number, one in enumerate(photos):
            for tag in one.tags:
                self._bearing.setdefault(tag, np.zeros(len(photos), np.bool_))[number] = True
        self.known = np.array([bool(one.tags) for one in photos], np.bool_)
        self.sizes = [None]

    def remembered(self, own: Mask, *, known: bool) -> list[Any]:
        """Tags."""
        ranked = [
            (-int(np.count_nonzero(bearing & own)), int(np.count_nonzero(bearing)), tag)
            for tag, bearing in self._bearing.items()
            if (bearing & own).any()
        ]
        return [tag for _, _, tag in sorted(ranked)[: 1 if known else None]]

    def inside(self, anchor: Any, size: float | None) -> Mask:  # noqa: ARG002
        return self._bearing[anchor]


def _percent(share: float) -> float:
    return round(share, 2)
