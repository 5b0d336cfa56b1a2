"""The command: measure redaction.

May know: the front door, rates. Must not know: vectors, the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import NOTHING_KEPT, progress, show_run, table, writable, write_csv, write_file

if TYPE_CHECKING:
    from ..measure import RedactionReport

_COLUMNS = ("sees", "attack", "closed by", "#named at once", "#chance", "#EER (chance 50 %)", "#as good by luck")


def register(app: typer.Typer) -> None:
    app.command("redaction")(redaction)


def redaction(
    folder: Annotated[
        Path,
        typer.Argument(metavar="FOLDER", help="One folder a person inside it; at least 20 persons, two photos each."),
    ],
    basis: Annotated[str, typer.Option(metavar="CODE", help="Basis code of a law pack that covers these people.")],
    values: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write every rate to this file.")] = None,
    page: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a page with tables and a picture.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Measure how much closed faces still tell, beside a blur and a mosaic. In memory: nothing is kept.

    Recognisers and learned attacks look for people in closed photos; rates with intervals come out, and what chance
    finds. Learned attacks take 40 people.
    """
    # Not needed for a page of help, and slow to load.
    from ..measure import redaction_page

    writable(values, page)
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Closing and measuring", NOTHING_KEPT) as tell:
        report = house.closing.measure_redaction(folder, basis=basis, progress=tell)
    if values is not None:
        write_csv(values, report.to_rows())
    if page is not None:
        write_file(page, redaction_page(report))
    show_run(as_json, report.to_json(), _text(report), report.skipped)


def _text(report: RedactionReport) -> Table:
    from ..measure.redaction_page import luck, rate, sentences

    rows = [
        (
            *(trial.view, trial.attack, trial.way, rate(trial.judged.rank_one)),
            *(f"{trial.judged.by_chance[0]:.1%}", rate(trial.judged.eer), luck(trial.judged.luck)),
        )
        for trial in report.trials
    ]
    made = table(_COLUMNS, rows)
    made.caption = "\n".join(("", *sentences(report), *report.notes))
    made.caption_justify, made.caption_style = "left", ""
    return made
