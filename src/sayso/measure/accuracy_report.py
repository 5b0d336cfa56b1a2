"""What a measurement of accuracy says: rates, intervals and counts, in the words of ISO/IEC 19795-1.

May know: rates and counts. Must not know: vectors, distances of single comparisons, file names, who anybody is.
Must not carry: anything from which one comparison could be read; hence thresholds are rounded to two decimals.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..values import Counts, Skipped


@dataclass(frozen=True, slots=True)
class Rate:
    """An error rate, 0 to 1, with its 95 % interval; or None with a note that says why there is none.

    threshold: the distance at which it holds, to two decimals, where one belongs to it.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    threshold: float | None = None
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The rate as plain data; empty parts are left out."""
        facts: dict[str, Any] = {"rate": _rounded(self.value)}
        if self.low is not None:
            facts["interval_95"] = [_rounded(self.low), _rounded(self.high)]
        if self.threshold is not None:
            facts["threshold"] = self.threshold
        if self.note:
            facts["note"] = self.note
        return facts


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What a threshold of a model card gives on this folder. ``outcome`` is ``matched`` or ``review``."""

    calibration: str
    outcome: str
    fmr: Rate
    fnmr: Rate

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "calibration": self.calibration,
            "outcome": self.outcome,
            "threshold": self.fmr.threshold,
            "FMR": self.fmr.to_json(),
            "FNMR": self.fnmr.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """One photo against a template made of ``photos_enrolled`` photos.

    fnmr_at_fmr: pairs of a false match rate and the false non-match rate there. det: points (FMR, FNMR).
    """

    photos_enrolled: int
    persons: int
    genuine: int
    impostor: int
    eer: Rate
    fnmr_at_fmr: tuple[tuple[float, Rate], ...]
    at_thresholds: tuple[AtThreshold, ...]
    det: tuple[tuple[float, float], ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "photos_enrolled": self.photos_enrolled,
            "persons": self.persons,
            "genuine_comparisons": self.genuine,
            "impostor_comparisons": self.impostor,
            "EER": self.eer.to_json(),
            "FNMR_at_FMR": [{"FMR": target, "FNMR": rate.to_json()} for target, rate in self.fnmr_at_fmr],
            "at_calibrated_thresholds": [one.to_json() for one in self.at_thresholds],
            "DET": [{"FMR": _rounded(match), "FNMR": _rounded(miss)} for match, miss in self.det],
        }


@dataclass(frozen=True, slots=True)
class Identification:
    """Searches in a gallery of about half of the people, the others not being enrolled, over several splits.

    enrolled: size of the gallery in each split. known, unknown: searches by people in and not in the gallery, all
    splits together. fnir_at_fpir: pairs of a false positive identification rate and the false negative rate there.
    """

    photos_enrolled: int
    splits: int
    enrolled: int
    known: int
    unknown: int
    rank_one: Rate
    fnir_at_fpir: tuple[tuple[float, Rate], ...]

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "photos_enrolled": self.photos_enrolled,
            "splits": self.splits,
            "persons_enrolled": self.enrolled,
            "mated_searches": self.known,
            "non_mated_searches": self.unknown,
            "rank_1_identification_rate": self.rank_one.to_json(),
            "FNIR_at_FPIR": [{"FPIR": target, "FNIR": rate.to_json()} for target, rate in self.fnir_at_fpir],
        }


@dataclass(frozen=True, slots=True)
class Band:
    """Some of the comparisons, and both error rates among them. genuine, impostor: how many comparisons."""

    name: str
    persons: int
    genuine: int
    impostor: int
    fnmr: Rate
    fmr: Rate

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "name": self.name,
            "persons": self.persons,
            "genuine_comparisons": self.genuine,
            "impostor_comparisons": self.impostor,
            "FNMR": self.fnmr.to_json(),
            "FMR": self.fmr.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Bands:
    """Comparisons divided by how the worse of the two photos was taken; the worst band first."""

    title: str
    bands: tuple[Band, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """Comparisons within each group that the folder labels (ISO/IEC 19795-10). The ratios are those of the worst
    group's rate to the best one's; an interval that holds 1 shows no difference."""

    groups: tuple[Band, ...]
    fnmr_ratio: Rate
    fmr_ratio: Rate


@dataclass(frozen=True, slots=True)
class Slices:
    """Rates of single-photo comparisons by band and group, all at the threshold where the whole folder has ``fmr``."""

    threshold: float
    fmr: float
    bands: tuple[Bands, ...]
    groups: Groups | None

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        facts: dict[str, Any] = {
            "threshold": self.threshold,
            "FMR_of_all": self.fmr,
            "bands": [{"by": one.title, "bands": [band.to_json() for band in one.bands]} for one in self.bands],
        }
        if self.groups is not None:
            facts["groups"] = {
                "groups": [group.to_json() for group in self.groups.groups],
                "FNMR_worst_to_best": self.groups.fnmr_ratio.to_json(),
                "FMR_worst_to_best": self.groups.fmr_ratio.to_json(),
            }
        return facts


@dataclass(frozen=True, slots=True)
class AccuracyReport:
    """How well one model, with all that comes before it, tells the people of one folder apart.

    photos: pictures that were tried. no_face, unclear: those without a face, and with one not worth measuring.
    several_faces: those in which one of several faces was chosen. other_files: files that are no pictures.
    fte: by photos per template. slices: None when there are too few comparisons. notes: what was not measured, and why.
    """

    model: str
    model_version: str
    precision: str
    basis: str
    packs: tuple[str, ...]
    persons: int
    photos: int
    counts: Counts
    no_face: int
    unclear: int
    several_faces: int
    other_files: int
    fta: Rate
    fte: tuple[tuple[int, Rate], ...]
    verification: tuple[Verification, ...]
    identification: tuple[Identification, ...]
    slices: Slices | None
    skipped: tuple[Skipped, ...]
    stopped: bool
    notes: tuple[str, ...]
    seconds: float

    @property
    def partial(self) -> bool:
        """Whether pictures were left out: they could not be read, were there twice, or somebody stopped it."""
        return self.stopped or bool(self.skipped)

    def to_json(self) -> dict[str, Any]:
        """The whole report as plain data under the standard's names; rates only."""
        return {
            "standard": "ISO/IEC 19795-1",
            "model": {"id": self.model, "version": self.model_version, "precision": self.precision},
            "basis": self.basis,
            "packs": list(self.packs),
            "partial": self.partial,
            "stopped": self.stopped,
            "persons": self.persons,
            "photos": self.photos,
            "faces": {
                "seen": self.counts.seen,
                "measured": self.counts.measured,
                "kept": self.counts.kept,
                "discarded": self.counts.discarded,
            },
            "acquisition": {
                "no_face": self.no_face,
                "unclear": self.unclear,
                "several_faces": self.several_faces,
                "other_files": self.other_files,
                "FTA": self.fta.to_json(),
            },
            "FTE": [{"photos_enrolled": photos, **rate.to_json()} for photos, rate in self.fte],
            "verification": [one.to_json() for one in self.verification],
            "identification": [one.to_json() for one in self.identification],
            "slices": self.slices.to_json() if self.slices else None,
            "skipped": [{"name": one.name, "reason": one.reason} for one in self.skipped],
            "notes": list(self.notes),
            "seconds": round(self.seconds, 1),
        }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 6)
