"""The command: measure exposure.

May know: the front door, counts and rates. Must not know: the archive's inside, who anybody is.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from ..errors import UsageError
from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import console, show, table

if TYPE_CHECKING:
    from ..measure import Curve, ExposureReport, Point, Price


def register(app: typer.Typer) -> None:
    app.command("exposure")(exposure)


def exposure(
    collection: Annotated[str, typer.Argument(metavar="NAME", help="The collection.")],
    values: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write every point of the curves to this file.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count whose faces each reach and cue would measure, and what a late yes costs. Measures nobody.

    Recall is told of 20 people or more who confirmed two photos each; with fewer there are counts alone.
    """
    with opened(archive, as_ or whoami()) as house:
        report = house.collections.measure_exposure(collection)
    if values is not None:
        _write_csv(values, report)
    if as_json:
        show(True, report.to_json(), "")
        return
    console.print(_curves(report))
    if report.price is not None:
        console.print(_price(report.price))
    for note in report.notes:
        console.print(note, markup=False)


def _curves(report: ExposureReport) -> Table:
    rows = [
        (
            curve.reach.value,
            cue_words(curve, point),
            recall_words(point),
            f"{point.photos:,.1f}",
            f"{point.measured:,.1f}",
            "–" if point.bystanders is None else f"{point.bystanders:,.1f}",
            "–" if point.measured_in_all is None else f"{point.measured_in_all:,}",
            "–" if point.bystanders_in_all is None else f"{point.bystanders_in_all:,}",
        )
        for curve in report.curves
        for point in curve.points
    ]
    columns = ["reach", "cue", "recall, 95 % interval", "#photos", "#faces", "#bystanders"]
    made = table([*columns, "#faces in all", "#bystanders in all"], rows)
    people = f"{report.people} people" if report.people else "no recall, see below"
    made.title = (
        f"{report.collection}: {report.photos} photos, {report.faces} faces, {people}. Photos, faces and bystanders "
        "are counted for each person; 0 were measured to find out."
    )
    made.title_justify, made.title_style = "left", ""
    return made


def _price(price: Price) -> Table:
    # Not needed for a page of help, and slow to load.
    from ..measure import LATE_PEOPLE

    rows = [
        (
            one.searched,
            way.name,
            way.before(one.work),
            *(seconds_words(way.seconds(price.pieces, one.work, people)) for people in LATE_PEOPLE),
        )
        for one in price.priced
        for way in one.ways
    ]
    pieces = price.pieces.to_json()
    asked = [f"#{people:,} people" if people > 1 else "#1 person" for people in LATE_PEOPLE]
    made = table(["late consents", "way", "#measured before anyone agreed", *asked], rows)
    made.title = "\nThe price of consent in seconds of one core, calculated from the pieces below"
    made.title_justify, made.title_style = "left", ""
    made.caption = (
        f"Timed here: decode {pieces['decode_ms_per_photo']:.1f} ms a photo ({price.timed_on} of the collection); on "
        f"pictures of nobody align {pieces['align_ms_per_face']:.1f} ms and measure "
        f"{pieces['measure_ms_per_face']:.1f} ms a face, compare {pieces['compare_ns_per_face_and_person']:.0f} ns a "
        "face and person.\n"
    )
    made.caption_justify, made.caption_style = "left", ""
    return made


def cue_words(curve: Curve, point: Point) -> str:
    size = point.size
    if size is None:
        return curve.unit if curve.cue == "none" else f"{curve.cue}: {curve.unit}"
    if size == math.inf:
        return f"{curve.cue}: all photos that have one"
    if curve.cue == "points":
        return f"{size:g} {'point' if size == 1 else 'points'}"
    if curve.cue == "place":
        return f"place: within {size * 1000:g} m" if size < 1 else f"place: within {size:g} km"
    return f"time: {_minutes(size)}"


def _minutes(minutes: float) -> str:
    for name, long in (("day", 1440), ("hour", 60)):
        if minutes >= long and minutes % long == 0:
            count = round(minutes / long)
            return f"{count} {name}{'s' * (count > 1)}"
    return f"{minutes:g} minutes"


def recall_words(point: Point) -> str:
    rate = point.recall
    if rate is None or rate.value is None:
        return "–"
    interval = f" ({rate.low:.0%} – {rate.high:.0%})" if rate.low is not None and rate.high is not None else ""
    return f"{rate.value:.0%}{interval}"


def seconds_words(seconds: float) -> str:
    """Two digits that count, in a unit that a person has a feeling for."""
    for unit, long in (("h", 3600.0), ("min", 60.0), ("s", 1.0)):
        if seconds >= 2 * long:
            return f"{float(f'{seconds / long:.2g}'):,g} {unit}"
    return f"{float(f'{seconds * 1000:.2g}'):g} ms" if seconds < 0.95 else f"{seconds:.1f} s"


def _write_csv(file: Path, report: ExposureReport) -> None:
    rows = report.rows()
    try:
        with file.open("w", encoding="utf-8", newline="") as opened_file:
            writer = csv.DictWriter(opened_file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.", "Choose another file.") from None
