"""What a measurement of redaction says: how often closed faces are found, and how often by chance.

May know: rates and counts. Must not know: vectors, distances, file names, who anybody is.
Must not carry: anything from which one comparison could be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..values import Counts, Skipped
from .accuracy_report import Rate
from .chance import Judged

#: Attacks that see what lies in the closed area and in a recogniser's view of the face.
FACE = "face"
#: Attacks that see twice as much of the photo: hair, neck, clothes, background. Closing a face does not close these.
SURROUNDINGS = "surroundings"


@dataclass(frozen=True, slots=True)
class Trial:
    """One attack on one way of closing faces. view: ``FACE`` or ``SURROUNDINGS``."""

    view: str
    attack: str
    way: str
    judged: Judged

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        one = self.judged
        return {
            "view": self.view,
            "attack": self.attack,
            "closed_by": self.way,
            "persons": one.people,
            "searches": one.searches,
            "rank_1_identification_rate": one.rank_one.to_json() | {"by_chance": round(one.by_chance[0], 6)},
            "among_the_nearest_tenth": one.first_tenth.to_json() | {"by_chance": round(one.by_chance[1], 6)},
            "EER": one.eer.to_json() | {"by_chance": 0.5},
            "as_good_by_luck": round(one.luck, 4),
        }


@dataclass(frozen=True, slots=True)
class RedactionReport:
    """How much closed faces tell, on the people of one folder.

    trials: every attack on redaction, and beside it on a mosaic and a blur of the same area. notes: what was not
    measured, and why. counts: faces measured are those of the folder's portraits.
    """

    model: str
    model_version: str
    basis: str
    packs: tuple[str, ...]
    persons: int
    photos: int
    counts: Counts
    unusable: int
    trials: tuple[Trial, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def partial(self) -> bool:
        """Whether pictures were left out because they could not be read or were there twice."""
        return bool(self.skipped)

    def on(self, way: str, view: str = FACE) -> tuple[Trial, ...]:
        """All attacks on one way of closing."""
        return tuple(trial for trial in self.trials if (trial.way, trial.view) == (way, view))

    def tells(self, way: str) -> bool:
        """Whether any attack finds closed faces more often than chance, at a risk of 5 % to say so wrongly.

        With k attacks, one must be so good that luck alone gives that in fewer than 5 % / k of cases (Bonferroni).
        """
        attacks = self.on(way)
        return any(trial.judged.luck * len(attacks) < 0.05 for trial in attacks)

    def to_json(self) -> dict[str, Any]:
        """The whole report as plain data; rates only."""
        return {
            "model": {"id": self.model, "version": self.model_version},
            "basis": self.basis,
            "packs": list(self.packs),
            "partial": self.partial,
            "persons": self.persons,
            "photos": self.photos,
            "faces": {"seen": self.counts.seen, "measured": self.counts.measured, "discarded": self.counts.discarded},
            "unusable": self.unusable,
            "better_than_chance": {
                way: self.tells(way) for way in dict.fromkeys(t.way for t in self.trials) if self.on(way)
            },
            "trials": [trial.to_json() for trial in self.trials],
            "skipped": [{"name": one.name, "reason": one.reason} for one in self.skipped],
            "notes": list(self.notes),
            "seconds": round(self.seconds, 1),
        }

    def to_rows(self) -> list[tuple[object, ...]]:
        """A header and one row a trial, for a table of a spreadsheet. Rates are 0 to 1."""
        rows: list[tuple[object, ...]] = [
            (
                *("view", "attack", "closed_by", "persons", "searches"),
                *("rank_1", "rank_1_low", "rank_1_high", "rank_1_by_chance"),
                *("nearest_tenth", "nearest_tenth_low", "nearest_tenth_high", "nearest_tenth_by_chance"),
                *("EER", "EER_low", "EER_high", "as_good_by_luck"),
            )
        ]
        for trial in self.trials:
            one = trial.judged
            rows.append(
                (
                    *(trial.view, trial.attack, trial.way, one.people, one.searches),
                    *(*_ends(one.rank_one), round(one.by_chance[0], 6)),
                    *(*_ends(one.first_tenth), round(one.by_chance[1], 6)),
                    *(*_ends(one.eer), round(one.luck, 4)),
                )
            )
        return rows


def _ends(rate: Rate) -> tuple[object, ...]:
    return tuple("" if part is None else round(part, 6) for part in (rate.value, rate.low, rate.high))
