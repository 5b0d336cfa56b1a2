"""Command: measure speed.

May know: the front door, rows of a table. Must not know: pixels, vectors, the archive's inside.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import UsageError
from .options import JsonOption
from .output import NOTHING_KEPT, console, progress, show, show_run, table, writable, write_csv, write_file

if TYPE_CHECKING:
    from rich.table import Table

    from ..measure import Growth, SpeedReport
    from ..measure import Row as SpeedRow

_MADE = "Made photos"
_OTHERS = "Another pipeline"


def register(app: typer.Typer) -> None:
    app.command("speed")(speed)


def speed(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Your own photos; without it, photos are made, of nobody."),
    ] = None,
    photos: Annotated[int, typer.Option(metavar="N", help="Photos to use, spread over the folder.")] = 24,
    rounds: Annotated[int, typer.Option(metavar="N", help="Rounds that count; one more warms up.")] = 5,
    size: Annotated[
        str | None,
        typer.Option(metavar="WxH", help="Their size in pixels, 4000x3000 if not given.", rich_help_panel=_MADE),
    ] = None,
    faces: Annotated[
        int | None, typer.Option(metavar="N", help="Faces in each, 5 if not given.", rich_help_panel=_MADE)
    ] = None,
    up_to: Annotated[
        int,
        typer.Option(
            "--up-to",
            metavar="N",
            help="Also let an archive grow to N small ones: is it as fast then?",
            rich_help_panel=_MADE,
        ),
    ] = 0,
    detector: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A detector in ONNX, to be timed too.", rich_help_panel=_OTHERS)
    ] = None,
    recognizer: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A 112-pixel recogniser in ONNX, with it.", rich_help_panel=_OTHERS),
    ] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write the rows to this file.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a page with tables and charts to this file.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how fast each step is on this machine, beside other programs and a lower bound.

    Your photos are decoded, located in, closed and added to an archive that is gone afterwards. No face in them is
    measured: that is timed on made photos of the same size.
    """
    # Not needed for a page of help, and slow to load.
    from ..archive import MadeKind, measure_speed

    if folder is not None and (size is not None or faces is not None):
        raise UsageError(
            "A folder was given, and a size or a number of faces too.",
            "Leave those out: made photos follow the folder.",
        )
    writable(csv, report)
    kind = MadeKind(*_size(size or "4000x3000"), _faces(5 if faces is None else faces))
    with progress(as_json, "Timing", NOTHING_KEPT) as tell:
        told = measure_speed(
            folder,
            photos=photos,
            kind=kind,
            rounds=rounds,
            detector=detector,
            recognizer=recognizer,
            up_to=up_to,
            progress=tell,
        )
    if csv is not None:
        write_csv(csv, told.to_rows())
    if report is not None:
        from ..measure.speed_page import speed_page

        write_file(report, speed_page(told, f"sayso measure speed{' FOLDER' if folder else ''}"))
    _tell(as_json, told)


def _tell(as_json: bool, report: SpeedReport) -> None:
    if as_json:
        show_run(True, report.to_json(), "", report.skipped, stopped=report.partial)
        return
    show(False, None, f"{report.photos[:1].upper()}{report.photos[1:]}. {report.workers} workers, {report.precision}.")
    if report.growth:
        console.print(_rows(report))
        show_run(False, None, _growth(report.growth), report.skipped, stopped=report.partial)
    else:
        show_run(False, None, _rows(report), report.skipped, stopped=report.partial)


def _rows(report: SpeedReport) -> Table:
    lines: list[tuple[object, ...]] = [
        (
            row.step,
            f"{row.median * 1000:,.2f} a {row.unit}",
            f"{min(row.seconds) * 1000:,.2f} – {max(row.seconds) * 1000:,.2f}",
            *(_pace(pace) for pace in row.per_second.values()),
            f"{row.ratio:.1f} × {row.against}" if row.ratio else "",
            f"{row.share_of_bound:.0%}" if row.share_of_bound else "",
            _memory(row),
        )
        for row in report.rows
    ]
    shown = table(
        ["step", "#ms", "#fastest – slowest", "#photos/s", "#faces/s", "times as fast as", "#of the bound", "#memory"],
        lines,
    )
    bound = f"The bound: decoding alone, and the networks at {report.gflops:,.0f} GFLOP/s a thread."
    shown.caption = "\n".join((*([bound] if report.gflops else []), *report.notes))
    shown.caption_justify = "left"
    return shown


def _growth(steps: tuple[Growth, ...]) -> Table:
    lines = [
        (
            f"{one.photos:,}",
            f"{one.add * 1000:.1f}",
            f"{one.find * 1000:.1f}",
            "" if one.peak_bytes is None else _bytes(one.peak_bytes),
            _bytes(one.database_bytes),
        )
        for one in steps
    ]
    return table(["#photos in the archive", "#add, ms a photo", "#find, ms a photo", "#memory", "#database"], lines)


def _memory(row: SpeedRow) -> str:
    return "" if row.peak_bytes is None else _bytes(row.peak_bytes)


def _bytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"


def _pace(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 10 else f"{value:.2f}"


def _size(text: str) -> tuple[int, int]:
    """``WxH``. Raises UsageError."""
    wide, _, high = text.partition("x")
    if not (wide.isdecimal() and high.isdecimal() and 64 <= int(wide) <= 20_000 and 64 <= int(high) <= 20_000):
        raise UsageError(f"'{text}' is no size of a photo.", "Write it like 4000x3000, each side from 64 to 20,000.")
    return int(wide), int(high)


def _faces(count: int) -> int:
    if not 1 <= count <= 100:
        raise UsageError(f"Photos with {count} faces cannot be made.", "Choose from 1 to 100 faces.")
    return count
