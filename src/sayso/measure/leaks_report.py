"""What a measurement of leaks says: which faces stay visible, by size, tilt and hidden share.

May know: counts, names of photos, boxes. Must not know: pixels, who anybody is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..values import Box, Counts, Skipped
from .leaks import Band, Group, LeakReport


@dataclass(frozen=True, slots=True)
class Judgement:
    """One labelled face of somebody who may not be seen. ``counted`` is false where too little of it is seen."""

    photo: str
    box: Box
    tilt: float | None
    seen: float | None
    leaked: bool
    counted: bool


@dataclass(frozen=True, slots=True)
class LeaksReport:
    """Leaks in the renditions of a folder. stopped: somebody interrupted it, and the counts hold for what was done.

    looked_with: what located the faces. counts: faces seen are those that were located; none is measured.
    """

    leaks: LeakReport
    faces: tuple[Judgement, ...]
    counts: Counts
    labelled: int
    looked_with: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    stopped: bool
    seconds: float

    @property
    def partial(self) -> bool:
        """Whether photos or labels were left out."""
        return self.stopped or bool(self.skipped)

    @property
    def leaked(self) -> tuple[Judgement, ...]:
        """The faces that stay visible, for whoever wants to look."""
        return tuple(face for face in self.faces if face.leaked and face.counted)

    def to_json(self) -> dict[str, Any]:
        """The whole report as plain data. Shares are 0 to 1."""
        return {
            "partial": self.partial,
            "photos": self.counts.photos,
            "photos_labelled": self.labelled,
            "located": self.counts.seen,
            "looked_with": list(self.looked_with),
            "goal": _band(self.leaks.goal) | {"met": self.leaks.goal.leaked == 0},
            "by_size": [_band(band) for band in self.leaks.bands],
            "by_tilt": groups(self.leaks.tilts),
            "by_hidden_share": groups(self.leaks.hidden),
            "area_closed_for_nothing": round(self.leaks.area_for_nothing, 6),
            "visible": [{"photo": one.photo, "box": _edges(one.box)} for one in self.leaked],
            "skipped": [{"name": one.name, "reason": one.reason} for one in self.skipped],
            "seconds": round(self.seconds, 1),
        }

    def to_rows(self) -> list[tuple[object, ...]]:
        """A header and one row for each labelled face of the others."""
        rows: list[tuple[object, ...]] = [
            ("photo", "left", "top", "right", "bottom", "tilt", "seen", "counted", "leaked")
        ]
        for one in self.faces:
            detail = ("" if part is None else part for part in (one.tilt, one.seen))
            rows.append((one.photo, *_edges(one.box), *detail, int(one.counted), int(one.leaked)))
        return rows


def groups(found: Sequence[Group]) -> list[dict[str, Any]]:
    """Groups as plain data; ``up_to`` is null where labels do not say."""
    return [
        {"up_to": one.up_to, "others": one.others, "leaked": one.leaked, "interval_95": _interval(one.interval)}
        for one in found
    ]


def _band(band: Band) -> dict[str, Any]:
    return {
        "smallest": band.smallest,
        "below": band.below,
        "others": band.others,
        "leaked": band.leaked,
        "interval_95": _interval(band.interval),
    }


def _interval(ends: tuple[float, float]) -> list[float]:
    return [round(end, 6) for end in ends]


def _edges(box: Box) -> tuple[float, float, float, float]:
    return (round(box.x, 1), round(box.y, 1), round(box.right, 1), round(box.bottom, 1))
