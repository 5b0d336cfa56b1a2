"""The command: measure exposure.

May know: the front door, counts and rates. Must not know: the archive's inside, who anybody is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from .opening import opened
from .options import DEFAULT_ARCHIVE, ArchiveOption, AsOption, JsonOption, whoami
from .output import console, show, table, writable, write_csv, write_file

if TYPE_CHECKING:
    from ..measure import ExposureReport, Price


def register(app: typer.Typer) -> None:
    app.command("exposure")(exposure)


def exposure(
    collection: Annotated[str, typer.Argument(metavar="NAME", help="The collection.")],
    values: Annotated[
        Path | None, typer.Option("--csv", metavar="FILE", help="Write every point of the curves to this file.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a page with pictures to this file, as HTML.")
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    as_: AsOption = "",
    as_json: JsonOption = False,
) -> None:
    """Count whose faces each reach and cue would measure, and what a late yes costs. Measures nobody.

    Recall is told of 20 people or more who confirmed two photos each; with fewer there are counts alone.
    """
    writable(values, page)
    with opened(archive, as_ or whoami()) as house:
        report = house.collections.measure_exposure(collection)
    if values is not None:
        rows = report.rows()
        write_csv(values, [list(rows[0]), *(list(row.values()) for row in rows)])
    if page is not None:
        from ..measure import exposure_page

        write_file(page, exposure_page(report))
    if as_json:
        show(True, report.to_json(), "")
        return
    console.print(_curves(report))
    if report.price is not None:
        console.print(_price(report.price))
    for note in report.notes:
        console.print(note, markup=False)


def _curves(report: ExposureReport) -> Table:
    # Not needed for a page of help, and slow to load.
    from ..measure import point_words, recall_words

    rows = [
        (
            curve.reach.value,
            point_words(curve, point),
            recall_words(point),
            f"{point.measured:,.1f}",
            "–" if point.bystanders is None else f"{point.bystanders:,.1f}",
            "–" if point.measured_in_all is None else f"{point.measured_in_all:,}",
            "–" if point.different is None else f"{point.different:,}",
        )
        for curve in report.curves
        for point in curve.points
    ]
    columns = ["reach", "cue", "recall, 95 % interval", "#faces", "#bystanders"]
    made = table([*columns, "#faces in all", "#different bystanders"], rows)
    people = f"{report.people} people" if report.people else "no recall, see below"
    made.title = (
        f"{report.collection}: {report.photos} photos, {report.faces} faces, {people}. Faces and bystanders are means "
        "for each person; “in all” is for all of them. 0 faces were measured to find out."
    )
    made.title_justify, made.title_style = "left", ""
    return made


def _price(price: Price) -> Table:
    # Not needed for a page of help, and slow to load.
    from ..measure import LATE_PEOPLE, seconds_words

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
        f"face and person, open a face chip {pieces['open_chip_ms_per_face']:.1f} ms.\n"
    )
    made.caption_justify, made.caption_style = "left", ""
    return made
