"""The command: measure leaks.

May know: the front door, counts. Must not know: the archive's inside, who anybody is.
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
    from ..measure import LeaksReport


def register(app: typer.Typer) -> None:
    app.command("leaks")(leaks)


def leaks(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Photos with labels of where all faces are.")],
    labels: Annotated[
        Path | None,
        typer.Option("--labels", metavar="FILE", help="One CSV or JSON file for all photos; see docs/measuring.md."),
    ] = None,
    open_: Annotated[
        list[str] | None,
        typer.Option("--open", metavar="ID", help="A person in the labels who may be seen; can be repeated."),
    ] = None,
    values: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write every face to this file.")] = None,
    page: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a page with tables and a picture.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count the faces of others that stay visible in renditions, against labels. Measures nobody.

    Everyone counts as somebody who may not be seen, unless --open or the labels say otherwise.
    """
    writable(values, page)
    with opened(archive, as_ or whoami()) as house, progress(as_json, "Closing and comparing", NOTHING_KEPT) as tell:
        report = house.closing.measure_leaks(folder, labels=labels, opened=frozenset(open_ or ()), progress=tell)
    # Not needed for a page of help, and slow to load.
    from ..measure import leaks_page

    if values is not None:
        write_csv(values, report.to_rows())
    if page is not None:
        write_file(page, leaks_page(report))
    show_run(as_json, report.to_json(), _text(report), report.skipped, stopped=report.stopped)


def _text(report: LeaksReport) -> Table:
    from ..measure.leaks_page import by_hidden, by_size, by_tilt, sentences

    rows = [*by_size(report), ("", "", "", ""), *by_tilt(report), ("", "", "", ""), *by_hidden(report)]
    made = table(["faces of others", "#labelled", "#visible", "#leak rate, 95 % interval"], rows)
    made.caption = "\n".join(("", *sentences(report)))
    made.caption_justify, made.caption_style = "left", ""
    return made
