"""What a measurement of speed says: one row for each step, all from one run, with medians, spreads and ratios.

May know: seconds, bytes, counts. Must not know: pixels, vectors, what a step does, where photos lie.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ..values import Skipped

Part = Literal["stage", "whole", "other"]
Unit = Literal["photo", "face"]

_COLUMNS = (
    "part", "step", "unit", "rounds", "median_ms", "fastest_ms", "slowest_ms", "photos_per_second", "faces_per_second",
    "times_as_fast", "as", "share_of_bound", "peak_bytes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One timed step.

    part: a stage on the way of a photo, a whole command, or another way of doing the same.
    unit: what ``seconds`` are for, one number a round. faces_per_photo: on average, in what was worked on.
    against: the row whose median is divided by this one's, with the seconds of its unit.
    bound: the seconds below which this machine could not do it, None where that is not known.
    peak_bytes: most memory that the program and its workers took at once; None where it was not watched.
    """

    part: Part
    step: str
    unit: Unit
    seconds: tuple[float, ...]
    faces_per_photo: float
    against: str = ""
    ratio: float | None = None
    bound: float | None = None
    peak_bytes: int | None = None

    @property
    def median(self) -> float:
        """Seconds for one unit."""
        return statistics.median(self.seconds)

    @property
    def per_second(self) -> dict[str, float | None]:
        """Photos and faces in a second; None for faces where there were none."""
        own, faces = 1 / self.median, self.faces_per_photo
        if self.unit == "photo":
            return {"photos": own, "faces": own * faces if faces else None}
        return {"photos": own / faces if faces else None, "faces": own}

    @property
    def share_of_bound(self) -> float | None:
        """The bound over the median: 1 would be as fast as this machine can be."""
        return None if self.bound is None else self.bound / self.median

    def to_json(self) -> dict[str, Any]:
        """As plain data, in milliseconds."""
        pace = self.per_second
        values = (
            self.part, self.step, self.unit, len(self.seconds), _ms(self.median), _ms(min(self.seconds)),
            _ms(max(self.seconds)), _short(pace["photos"]), _short(pace["faces"]), _short(self.ratio),
            self.against or None, _short(self.share_of_bound), self.peak_bytes,
        )  # fmt: skip
        return dict(zip(_COLUMNS, values, strict=True))


@dataclass(frozen=True, slots=True)
class Growth:
    """One step of a growing archive: how many photos it holds then, and what the last ones of them took.

    add, find: seconds for a photo. peak_bytes: most memory so far in this step. database_bytes: the database's files.
    """

    photos: int
    add: float
    find: float
    peak_bytes: int | None
    database_bytes: int

    def to_json(self) -> dict[str, Any]:
        """As plain data, in milliseconds."""
        return {
            "photos": self.photos,
            "add_ms_per_photo": _ms(self.add),
            "find_ms_per_photo": _ms(self.find),
            "peak_bytes": self.peak_bytes,
            "database_bytes": self.database_bytes,
        }


@dataclass(frozen=True, slots=True)
class SpeedReport:
    """All rows of one run.

    photos: what was worked on, in words. precision: how the recogniser counts here. gflops: what this machine's matrix
    product reached in that precision, in one thread.
    partial: somebody stopped the run; the rows hold for the rounds that were finished.
    """

    photos: str
    workers: int
    precision: str
    gflops: float
    rows: tuple[Row, ...]
    growth: tuple[Growth, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    partial: bool = False
    seconds: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """The whole report as plain data."""
        return {
            "photos": self.photos,
            "workers": self.workers,
            "precision": self.precision,
            "matrix_gflops": round(self.gflops, 1),
            "partial": self.partial,
            "rows": [row.to_json() for row in self.rows],
            "growth": [step.to_json() for step in self.growth],
            "notes": list(self.notes),
            "skipped": [{"name": one.name, "reason": one.reason} for one in self.skipped],
            "seconds": round(self.seconds, 1),
        }

    def to_rows(self) -> list[tuple[Any, ...]]:
        """The rows as a table, its head first; what is not known is empty."""
        return [_COLUMNS, *(tuple(row.to_json().values()) for row in self.rows)]


def with_ratios(rows: Sequence[Row], wanted: Iterable[tuple[str, str]]) -> tuple[Row, ...]:
    """The rows with their ratios. wanted: pairs of steps, the first compared with the second."""
    by_step = {row.step: row for row in rows}
    against = dict(wanted)

    def of(row: Row) -> Row:
        other = by_step.get(against.get(row.step, ""))
        return row if other is None else replace(row, against=other.step, ratio=_seconds(other, row.unit) / row.median)

    return tuple(map(of, rows))


def _seconds(row: Row, unit: str) -> float:
    """A row's median for a photo or for a face."""
    if row.unit == unit:
        return row.median
    return row.median / row.faces_per_photo if unit == "face" else row.median * row.faces_per_photo


def _ms(seconds: float) -> float:
    return _short(seconds * 1000) or 0.0


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
