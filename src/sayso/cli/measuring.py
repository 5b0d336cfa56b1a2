"""Commands: measure accuracy; the other measures are registered from here.

May know: the front door, error rates. Must not know: vectors, the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from . import calibrating, exposure, leaks, measure_speed, models, redaction
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import NOTHING_KEPT, progress, show_run, table, writable, write_csv, write_file

if TYPE_CHECKING:
    from ..measure import AccuracyReport, Rate

measure = typer.Typer(help="Numbers about how well this works, on your own photos.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    leaks.register(measure)
    redaction.register(measure)
    exposure.register(measure)
    measure_speed.register(measure)
    app.add_typer(measure, name="measure")
    calibrating.register(measure)
    models.register(app)


@measure.command("accuracy")
def accuracy(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="One folder a person inside it; at least 20 persons.")
    ],
    basis: Annotated[str, typer.Option(metavar="CODE", help="Basis code of a law pack that covers these people.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    values: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write every rate to this file.")] = None,
    page: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a page with tables and pictures.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure error rates on labelled photos. In memory: nothing is kept, no single comparison is shown.

    FOLDER/groups.csv, a table of person,group, adds rates by group. Groups are given, never inferred.
    """
    writable(values, page)
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Measuring", NOTHING_KEPT) as tell:
        report = house.law.measure_accuracy(folder, basis=basis, progress=tell)
    # Not needed for a page of help, and slow to load.
    from ..measure import accuracy_page, accuracy_rows

    if values is not None:
        write_csv(values, accuracy_rows(report))
    if page is not None:
        write_file(page, accuracy_page(report))
    show_run(as_json, report.to_json(), _text(report), report.skipped, stopped=report.stopped)


def _text(report: AccuracyReport) -> Table:
    """The rates that people ask for first; --json has all of them."""
    rows = [
        ("persons / photos / faces measured", f"{report.persons} / {report.photos} / {report.counts.measured}"),
        ("FTA (no usable face)", _rate(report.fta)),
    ]
    for one in report.verification:
        of = f"template of {one.photos_enrolled}"
        rows.append((f"EER, {of}", _rate(one.eer)))
        rows += [(f"FNMR at FMR {target:g}, {of}", _rate(rate)) for target, rate in one.fnmr_at_fmr]
    for search in report.identification:
        of = f"template of {search.photos_enrolled}"
        rows += [(f"FNIR at FPIR {target:g}, {of}", _rate(rate)) for target, rate in search.fnir_at_fpir]
    rows += [("", note) for note in report.notes]
    return table(["rate (ISO/IEC 19795-1)", "value, 95 % interval"], rows)


def _rate(rate: Rate) -> str:
    if rate.value is None:
        return rate.note
    low, high = rate.low, rate.high
    interval = f" ({low:.2%} – {high:.2%})" if low is not None and high is not None else ""
    return f"{rate.value:.2%}{interval}"
