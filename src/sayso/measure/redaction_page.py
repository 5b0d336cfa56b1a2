"""A page about how much closed faces tell: for readers who decide whether to trust redaction.

May know: rates and counts. Must not know: vectors, file names, who anybody is.
"""

from __future__ import annotations

from collections.abc import Sequence

from .accuracy_report import Rate
from .charts import Axis, Bars, Chart, bars
from .closed_faces import BLUR, COPIES, MOSAIC, PAINTED, REDACTED
from .page import Grid, Picture, Section, Text, report_page
from .redaction_report import FACE, SURROUNDINGS, RedactionReport, Trial

_WAYS = (REDACTED, MOSAIC, BLUR)


def redaction_page(report: RedactionReport) -> str:
    """A whole HTML page with tables and a picture."""
    sections = [
        Section("What was tried", [Text(words) for words in _METHOD]),
        Section(
            "What a closed face tells",
            [Picture(_chart(report), "Equal error rates; 50 % is chance."), _grid("Attacks on the face", report, FACE)],
        ),
        Section("What is not measured", [Text(note) for note in report.notes])
        if report.notes
        else Section(
            "What lies around the closed area",
            [
                Text(
                    "Hair that reaches out of the area, clothes and places stay in the photo: to close a face does not "
                    f"close them. Compare with '{PAINTED}', where the area is one flat grey."
                ),
                _grid("Attacks on twice as much of the photo", report, SURROUNDINGS),
            ],
        ),
    ]
    return report_page(
        "How much closed faces tell",
        summary=sentences(report),
        sections=sections,
        again=[
            f"sayso measure redaction FOLDER --basis {report.basis}",
            f"Model {report.model} {report.model_version}; {report.persons} people, {report.photos} photos.",
        ],
    )


def sentences(report: RedactionReport) -> list[str]:
    """What a reader in a hurry must know."""
    told = []
    for way in _WAYS:
        attacks = report.on(way)
        found = max(attacks, key=lambda trial: (trial.judged.rank_one.value or 0) / trial.judged.by_chance[0])
        verdict = "more often than chance" if report.tells(way) else "no more often than chance"
        told.append(
            f"{way.capitalize()}: {len(attacks)} attacks find closed faces {verdict}. The best, held against chance, "
            f"names {rate(found.judged.rank_one)} of them at once; chance names {found.judged.by_chance[0]:.1%}."
        )
    if report.partial:
        told.append(f"Partial: {len(report.skipped)} pictures were left out.")
    return told


def rate(one: Rate) -> str:
    """A rate with its interval, for people."""
    if one.value is None:
        return one.note
    ends = f" ({one.low:.1%} – {one.high:.1%})" if one.low is not None and one.high is not None else ""
    return f"{one.value:.1%}{ends}"


def luck(share: float) -> str:
    """How often shuffled answers do as well, for people."""
    return "under 0.2%" if share < 0.002 else f"{share:.1%}"


_METHOD = (
    "Each person's first picture is in a gallery; every other picture is closed and searched for.",
    "The attacker knows where each face is to the pixel, has open portraits of everybody, and may close them alike.",
    f"Of each closed photo the attacker averages {COPIES} copies, each with noise of its own.",
    "Learned attacks are fitted on half of the people and tried on the other half, both ways round.",
    "'As good by luck' says how often answers that are dealt out anew do as well. Intervals are 95 %, over people.",
)


def _grid(caption: str, report: RedactionReport, view: str) -> Grid:
    columns = [
        "attack",
        "closed by",
        "#named at once",
        "#by chance",
        "#among the nearest tenth",
        "#EER",
        "#as good by luck",
    ]
    return Grid(caption, columns, [_row(trial) for trial in report.trials if trial.view == view])


def _row(trial: Trial) -> tuple[str, ...]:
    one = trial.judged
    return (
        *(trial.attack, trial.way, rate(one.rank_one), f"{one.by_chance[0]:.1%}"),
        *(rate(one.first_tenth), rate(one.eer), luck(one.luck)),
    )


def _chart(report: RedactionReport) -> Chart:
    attacks = list(dict.fromkeys(trial.attack for trial in report.on(REDACTED)))
    drawn = [Bars(way, *_bars(report.on(way))) for way in _WAYS]
    return bars(
        "Equal error rate of each attack",
        "; ".join(f"{way}: " + ", ".join(rate(trial.judged.eer) for trial in report.on(way)) for way in _WAYS),
        attacks,
        Axis("equal error rate (50 % is chance)", percent=True, low=0, high=0.6),
        drawn,
    )


def _bars(trials: Sequence[Trial]) -> tuple[list[float | None], list[tuple[float, float] | None]]:
    rates = [trial.judged.eer for trial in trials]
    ends = [(one.low, one.high) if one.low is not None and one.high is not None else None for one in rates]
    return [one.value for one in rates], ends
