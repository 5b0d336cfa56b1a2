"""What a measurement of exposure says: curves of recall against faces measured, in counts.

May know: rates and counts. Must not know: photos, names, who anybody is, how it was counted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from ..values import Reach
from .accuracy_report import Rate
from .price import Price


@dataclass(frozen=True, slots=True)
class Point:
    """One size of a cue, or one number of points.

    size: minutes, kilometres or points; infinite for everything that carries the cue, None where there is no size.
    photos, measured, bystanders: photos looked at and faces for each person, on average; for all people together in
    the totals, a face as often as it is measured. different: how many bystanders' faces are measured at least once.
    What is unknown is None: recall with too few people, and bystanders where nobody is known.
    """

    size: float | None
    recall: Rate | None
    photos: float
    measured: float
    bystanders: float | None
    measured_in_all: int | None
    bystanders_in_all: int | None
    different: int | None

    def to_json(self) -> dict[str, Any]:
        """As plain data; a size that holds everything is ``all``."""
        unknown = self.bystanders is None
        return {
            "size": "all" if self.size == math.inf else self.size,
            "recall": None if self.recall is None else self.recall.to_json(),
            "photos_per_person": round(self.photos, 1),
            "measured_per_person": round(self.measured, 1),
            "bystanders_per_person": None if unknown else round(self.bystanders or 0.0, 1),
            "measured": self.measured_in_all,
            "bystanders": self.bystanders_in_all,
            "different_bystanders": self.different,
        }


@dataclass(frozen=True, slots=True)
class Curve:
    """A reach with one cue, from narrow to wide. ``unit`` says what sizes are."""

    reach: Reach
    cue: str
    unit: str
    points: tuple[Point, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        points = [one.to_json() for one in self.points]
        return {"reach": self.reach.value, "cue": self.cue, "unit": self.unit, "points": points}


@dataclass(frozen=True, slots=True)
class ExposureReport:
    """What each reach would measure in one collection.

    reach: what is open now. people: those of whom recall speaks, 0 when they are too few. photos, faces: in the
    collection, with ``left_pointed`` photos out of any search's reach and ``closed`` faces that must not be measured.
    bystanders: faces in reach that are nobody's who consented; None when nobody is known. price: None when no photo
    could be read.
    """

    collection: str
    reach: Reach
    people: int
    photos: int
    faces: int
    left_pointed: int
    closed: int
    bystanders: int | None
    curves: tuple[Curve, ...]
    price: Price | None
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The whole report as plain data; counts and rates only."""
        return {
            "collection": self.collection,
            "reach": self.reach.value,
            "people": self.people,
            "photos": self.photos,
            "faces": self.faces,
            "photos_that_stay_pointed": self.left_pointed,
            "faces_not_to_be_measured": self.closed,
            "bystanders": self.bystanders,
            "measured": 0,
            "curves": [one.to_json() for one in self.curves],
            "price_of_consent": None if self.price is None else self.price.to_json(),
            "notes": list(self.notes),
        }

    def rows(self) -> list[dict[str, Any]]:
        """Every point of every curve as a flat row, for a table of values separated by commas."""
        made = []
        for curve in self.curves:
            for point in curve.points:
                facts = point.to_json()
                recall = facts.pop("recall") or {}
                low, high = recall.get("interval_95", (None, None))
                named = {"reach": curve.reach.value, "cue": curve.cue, "unit": curve.unit, "size": facts.pop("size")}
                rate = {"recall": recall.get("rate"), "recall_low": low, "recall_high": high}
                made.append(named | rate | facts)
        return made
