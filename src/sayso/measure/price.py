"""The price of consent: what a late yes costs here, beside a system that keeps a template of everybody.

May know: how long each piece of a search takes, how many photos, faces and people there are. Must not know: whose they
are, the archive, vectors. The pieces are measured; what many people cost is calculated from them, and says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

#: How many people say yes after the photos were added.
PEOPLE = (1, 10, 100, 1000)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Seconds for each piece of a search, on one core.

    decode: a photo, at the size that its faces need. align: a face, its quality assessed. measure: a face among those
    of its photo. compare: a face with one template. open_chip: a face's chip that was kept.
    """

    decode: float
    align: float
    measure: float
    compare: float
    open_chip: float

    def to_json(self) -> dict[str, float]:
        """In milliseconds, comparing in nanoseconds."""
        return {
            "decode_ms_per_photo": round(self.decode * 1e3, 3),
            "align_ms_per_face": round(self.align * 1e3, 3),
            "measure_ms_per_face": round(self.measure * 1e3, 3),
            "compare_ns_per_face_and_person": round(self.compare * 1e9, 2),
            "open_chip_ms_per_face": round(self.open_chip * 1e3, 3),
        }


@dataclass(frozen=True, slots=True)
class Work:
    """What one search looks at: so many photos with so many faces that may be measured."""

    photos: int
    faces: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way of answering late consents.

    seconds: for so many people, from the pieces and the work. measured: how many times a face is measured for them.
    before: faces of everybody that are measured before anyone says yes, and whose templates stay. formula: as people
    read it.
    """

    name: str
    formula: str
    seconds: Callable[[Pieces, Work, int], float]
    measured: Callable[[Work, int], int]
    before: Callable[[Work], int] = lambda _: 0


def _once(pieces: Pieces, work: Work) -> float:
    return work.photos * pieces.decode + work.faces * (pieces.align + pieces.measure)


def _comparing(pieces: Pieces, work: Work, people: int) -> float:
    return work.faces * people * pieces.compare


ONE_BY_ONE = Way(
    "Sayso, one by one",
    "people × (photos × decode + faces × (align + measure + compare))",
    lambda pieces, work, people: people * _once(pieces, work) + _comparing(pieces, work, people),
    lambda work, people: people * work.faces,
)

TOGETHER = Way(
    "Sayso, together in one run",
    "photos × decode + faces × (align + measure) + faces × people × compare",
    lambda pieces, work, people: _once(pieces, work) + _comparing(pieces, work, people),
    lambda work, _: work.faces,
)

FROM_CHIPS = Way(
    "Sayso, one by one, from face chips",
    "people × faces × (open a chip + measure + compare); the first search decodes and aligns",
    lambda pieces, work, people: (
        _once(pieces, work)
        + (people - 1) * work.faces * (pieces.open_chip + pieces.measure)
        + _comparing(pieces, work, people)
    ),
    lambda work, people: people * work.faces,
)

EVERYBODY_KEPT = Way(
    "everybody's template is kept",
    "faces × people × compare, after faces × (align + measure) for everybody",
    _comparing,
    lambda _, __: 0,
    before=lambda work: work.faces,
)

#: What is compared. Chips are kept only where a collection's facts and every law pack allow it.
SWEPT_WAYS = (ONE_BY_ONE, FROM_CHIPS, TOGETHER, EVERYBODY_KEPT)

#: People who remember different hours cannot be looked for in one run.
NARROWED_WAYS = (ONE_BY_ONE, FROM_CHIPS, EVERYBODY_KEPT)


@dataclass(frozen=True, slots=True)
class Priced:
    """A search and the ways in which it can be done. ``searched`` says what is searched, such as ``swept``."""

    searched: str
    work: Work
    ways: tuple[Way, ...]

    def to_json(self, pieces: Pieces) -> list[dict[str, Any]]:
        """A row for each way as plain data; the seconds are calculated, and marked so."""
        return [
            {
                "searched": self.searched,
                "photos": self.work.photos,
                "faces": self.work.faces,
                "way": way.name,
                "formula": way.formula,
                "modelled": True,
                "measured_before_anyone_agreed": way.before(self.work),
                "people": [
                    {
                        "people": people,
                        "seconds": float(f"{way.seconds(pieces, self.work, people):.3g}"),
                        "faces_measured": way.measured(self.work, people),
                    }
                    for people in PEOPLE
                ],
            }
            for way in self.ways
        ]


@dataclass(frozen=True, slots=True)
class Price:
    """What late consents cost in one collection. ``timed_on``: how many photos were decoded to time the pieces."""

    pieces: Pieces
    priced: tuple[Priced, ...]
    timed_on: int

    def to_json(self) -> dict[str, Any]:
        """As plain data: the pieces are measured, what many people cost is calculated from them."""
        rows = [row for one in self.priced for row in one.to_json(self.pieces)]
        return {"pieces": self.pieces.to_json(), "timed_on_photos": self.timed_on, "late_consents": rows}
