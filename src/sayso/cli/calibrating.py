"""Command: measure calibrate.

May know: the front door, error rates. Must not know: vectors, the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import NOTHING_KEPT, progress, show_run, table

if TYPE_CHECKING:
    from ..measure import CalibrationReport, Rate


def register(measure: typer.Typer) -> None:
    measure.command("calibrate")(calibrate)


def calibrate(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="One folder a person inside it; at least 20 persons.")
    ],
    basis: Annotated[str, typer.Option(metavar="CODE", help="Basis code of a law pack that covers these people.")],
    name: Annotated[str, typer.Option(metavar="NAME", help="What collections will call these thresholds.")],
    fpir: Annotated[
        float, typer.Option(metavar="RATE", help="Share of searches by strangers that may match; 3/RATE photos needed.")
    ] = 0.001,
    review_fpir: Annotated[
        float, typer.Option("--review-fpir", metavar="RATE", help="Share of them that may go to review.")
    ] = 0.01,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Choose both thresholds by error rates on your own labelled photos, for `collection new --calibration NAME`."""
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Measuring", NOTHING_KEPT) as tell:
        report = house.law.calibrate(
            folder, name=name, basis=basis, matched_fpir=fpir, review_fpir=review_fpir, progress=tell
        )
    show_run(as_json, report.to_json(), _text(report), report.skipped)


def _text(report: CalibrationReport) -> Table:
    rows: list[tuple[object, ...]] = [
        ("persons / faces measured", f"{report.persons} / {report.counts.measured}"),
        ("in the gallery, photos a template", f"{report.enrolled}, {report.photos_enrolled}"),
        ("photos of people not in it", f"{report.searches}"),
    ]
    for one in (report.matched, report.review):
        rows += [
            (f"{one.outcome}: distance at most", f"{one.threshold:.2f}"),
            (f"{one.outcome}: FPIR (target {one.target:g})", _rate(one.fpir)),
            (f"{one.outcome}: FNIR", _rate(one.fnir)),
        ]
        rows += [("", one.note)] * bool(one.note)
    rows.append(
        ("", f"Kept as '{report.calibration.set}': sayso collection new … --calibration {report.calibration.set}")
    )
    return table([f"thresholds of {report.model}", "value, 95 % interval"], rows)


def _rate(rate: Rate) -> str:
    return f"{rate.value:.2%} ({rate.low:.2%} – {rate.high:.2%})"
