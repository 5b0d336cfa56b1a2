"""The page on speed: where a photo's time goes, how the others do, and whether it holds when an archive grows.

May know: rows of a report, pages, charts. Must not know: how anything was timed.
"""

from __future__ import annotations

from collections.abc import Sequence

from .charts import Axis, Bars, Chart, Line, bars, lines
from .page import Grid, Picture, Section, Text, report_page
from .speed import ADD, FIND
from .speed_others import DLIB_VECTORS, TWO_STAGES
from .speed_report import Growth, Row, SpeedReport
from .speed_stages import (
    ALIGN,
    CLOSER,
    COMPARE,
    DECODE,
    DECODE_SMALL,
    ENCODE,
    LOCATE,
    MEASURE,
    READ,
    REDACT,
    VECTORS,
)

_FOUND = (READ, DECODE_SMALL, LOCATE, ALIGN, MEASURE, COMPARE)
_DELIVERED = (READ, DECODE, CLOSER, REDACT, ENCODE)
_WHOLE = (VECTORS, DLIB_VECTORS, TWO_STAGES, ADD, FIND)

_TITLE = "How fast Sayso is on this machine"


def speed_page(report: SpeedReport, command: str) -> str:
    """A whole HTML page. command: what gave the report."""
    sections = [_table(report), *_pictures(report)]
    if report.growth:
        sections.append(_growth(report.growth))
    again = [
        command,
        f"Photos: {report.photos}. Workers: {report.workers}. The recogniser counted in {report.precision}.",
    ]
    return report_page(_TITLE, summary=_summary(report), sections=sections, again=again)


def _summary(report: SpeedReport) -> list[str]:
    told = [
        f"{row.step.split(',')[0].capitalize()} takes {row.median * 1000:,.0f} ms a photo, "
        f"which is {1 / row.median:,.1f} photos a second with {report.workers} workers."
        for row in report.rows
        if row.part == "whole"
    ]
    told += [
        f"{row.step.capitalize()}: {row.ratio:,.1f} times as fast as “{row.against}”."
        for row in report.rows
        if row.part == "stage" and row.ratio and "dlib" in row.against
    ]
    if report.partial:
        told.insert(0, "The run was stopped: this is what was finished.")
    return [*told, *report.notes]


def _table(report: SpeedReport) -> Section:
    columns = [
        "step",
        "#ms",
        "for a",
        "#fastest",
        "#slowest",
        "#photos/s",
        "#faces/s",
        "times as fast as",
        "#of the bound",
    ]
    rows = [
        (
            row.step,
            f"{row.median * 1000:,.2f}",
            row.unit,
            f"{min(row.seconds) * 1000:,.2f}",
            f"{max(row.seconds) * 1000:,.2f}",
            *("–" if pace is None else f"{pace:,.1f}" for pace in row.per_second.values()),
            f"{row.ratio:.1f} × {row.against}" if row.ratio else "–",
            f"{row.share_of_bound:.0%}" if row.share_of_bound else "–",
        )
        for row in report.rows
    ]
    memory = [f"{row.step.split(',')[0]}: {row.peak_bytes / 1e6:,.0f} MB" for row in report.rows if row.peak_bytes]
    told = "Medians of all rounds, with the fastest and the slowest one. Stages and other programs run in one thread. "
    bound = (
        "The bound is decoding by the library alone, and the networks’ operations at the rate of a large matrix "
        f"product, here {report.gflops:,.0f} GFLOP/s a thread."
    )
    most = f"Most memory at once, workers together: {', '.join(memory) or 'not told on this system'}."
    return Section("All steps", [Text(told + bound), Grid("Every step of one run", columns, rows), Text(most)])


def _pictures(report: SpeedReport) -> list[Section]:
    ways = (
        ("To add and to find", _FOUND, "One thread. A stage of a face counts for all faces of a photo."),
        ("To deliver", _DELIVERED, "One thread. What goes out is looked at with recall first, which takes longest."),
        ("The whole way, and others", _WHOLE, "Whole commands use all workers, the others one thread."),
    )
    found = []
    for title, steps, caption in ways:
        rows = [row for row in report.rows if row.step in steps]
        if rows:
            chart = _bars(f"{title}: milliseconds a photo", rows, report)
            found.append(Section(title, [Picture(chart, caption)]))
    return found


def _bars(title: str, rows: Sequence[Row], report: SpeedReport) -> Chart:
    per_photo = [row.faces_per_photo if row.unit == "face" else 1.0 for row in rows]
    values = [row.median * 1000 * times for row, times in zip(rows, per_photo, strict=True)]
    spans = [
        (min(row.seconds) * 1000 * times, max(row.seconds) * 1000 * times)
        for row, times in zip(rows, per_photo, strict=True)
    ]
    told = "; ".join(f"{row.step} {value:,.2f}" for row, value in zip(rows, values, strict=True))
    labels = [row.step for row in rows]
    described = f"Bars, in milliseconds a photo of {report.photos}: {told}. Whiskers: fastest and slowest round."
    return bars(title, described, labels, Axis("milliseconds a photo"), [Bars("median", values, spans)])


def _growth(steps: Sequence[Growth]) -> Section:
    drawn = [
        Line("add", [(one.photos, one.add * 1000) for one in steps]),
        Line("find", [(one.photos, one.find * 1000) for one in steps]),
    ]
    first, last = steps[0], steps[-1]
    described = (
        f"Lines: add from {first.add * 1000:.1f} to {last.add * 1000:.1f} and find from {first.find * 1000:.1f} to "
        f"{last.find * 1000:.1f} milliseconds a photo, from {first.photos:,} to {last.photos:,} photos."
    )
    chart = lines(
        "Milliseconds a photo as the archive grows",
        described,
        Axis("photos in the archive"),
        Axis("milliseconds a photo", low=0.0),
        drawn,
    )
    rows = [
        (
            f"{one.photos:,}",
            f"{one.add * 1000:.1f}",
            f"{one.find * 1000:.1f}",
            "–" if one.peak_bytes is None else f"{one.peak_bytes / 1e6:,.0f}",
            f"{one.database_bytes / 1e6:,.1f}",
        )
        for one in steps
    ]
    columns = ["#photos", "#add, ms a photo", "#find, ms a photo", "#memory, MB", "#database, MB"]
    parts = [Picture(chart, "Flat lines mean that a large archive is as fast as a small one.")]
    return Section("Growth", [*parts, Grid("The archive as it grows", columns, rows)])
