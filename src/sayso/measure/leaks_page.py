"""A page about faces that stay visible: for readers who decide whether albums may go out.

May know: counts, names of photos. Must not know: pixels, who anybody is.
"""

from __future__ import annotations

from itertools import pairwise

from .charts import Axis, Bars, bars
from .leaks import GOAL_SIZE, Band, Group
from .leaks_report import LeaksReport
from .page import Grid, Picture, Section, Text, report_page

_MOST_NAMED = 50
_COLUMNS = ("", "#faces of others", "#visible", "#leak rate, 95% interval")


def leaks_page(report: LeaksReport) -> str:
    """A whole HTML page with tables and a picture."""
    bands = report.leaks.bands
    drawn = Bars("leak rate", [band.rate for band in bands], [band.interval if band.others else None for band in bands])
    chart = bars(
        "Leak rate by size of face",
        "; ".join(" ".join(row) for row in by_size(report)),
        [size(band) for band in bands],
        Axis("leak rate", percent=True, low=0, high=1),
        [drawn],
    )
    sections = [
        Section(
            "By size",
            [
                Picture(chart, "Share of other people's faces that stay visible, by the shorter side of the label."),
                Grid("Faces by size", _COLUMNS, by_size(report)),
            ],
        ),
        Section(
            f"By tilt and by what hides a face, {GOAL_SIZE} pixels and more",
            [
                Grid("Faces by tilt from upright", _COLUMNS, by_tilt(report)),
                Grid("Faces by hidden share", _COLUMNS, by_hidden(report)),
            ],
        ),
    ]
    if report.leaked:
        named = report.leaked[:_MOST_NAMED]
        rows = [
            (one.photo, f"{one.box.x:.0f}, {one.box.y:.0f}", f"{min(one.box.width, one.box.height):.0f}")
            for one in named
        ]
        parts: list[Text | Grid | Picture] = [
            Grid("Where a face stays visible", ("photo", "#left, top", "#size"), rows)
        ]
        if len(report.leaked) > len(named):
            parts.append(Text(f"And {len(report.leaked) - len(named)} more; --csv names all."))
        sections.append(Section("Which faces", parts))
    return report_page(
        "Faces that stay visible",
        summary=sentences(report),
        sections=sections,
        again=["sayso measure leaks FOLDER", f"Looked with: {', '.join(report.looked_with)}."],
    )


def sentences(report: LeaksReport) -> list[str]:
    """What a reader in a hurry must know."""
    goal, counts = report.leaks.goal, report.counts
    nothing = f"{report.leaks.area_for_nothing:.1%}"
    told = [
        f"{goal.leaked} of {goal.others} others' faces of {GOAL_SIZE} pixels or more are visible; the goal is 0.",
        f"{counts.photos} photos were looked at; {nothing} of their area is closed for nothing.",
    ]
    if report.partial:
        left_out = f"{len(report.skipped)} skipped" if report.skipped else "stopped early"
        told.append(f"Partial: {counts.photos} of {report.labelled} labelled photos, {left_out}.")
    return told


def by_size(report: LeaksReport) -> list[tuple[str, ...]]:
    """Rows: size, faces, visible, rate."""
    return [_row(size(band), band) for band in report.leaks.bands]


def by_tilt(report: LeaksReport) -> list[tuple[str, ...]]:
    """Rows: degrees from upright, faces, visible, rate; only groups with a face."""
    return _rows(report.leaks.tilts, "°", 1)


def by_hidden(report: LeaksReport) -> list[tuple[str, ...]]:
    """Rows: hidden share, faces, visible, rate; only groups with a face."""
    return _rows(report.leaks.hidden, "% hidden", 100)


def size(band: Band) -> str:
    """A band in words."""
    return f"{band.smallest} to {band.below} px" if band.below else f"{band.smallest} px and more"


def _rows(found: tuple[Group, ...], unit: str, scale: float) -> list[tuple[str, ...]]:
    edges = [0.0, *(group.up_to for group in found if group.up_to is not None)]
    names = [f"{low * scale:.0f} to {high * scale:.0f}{unit}" for low, high in pairwise(edges)]
    return [_row(name, one) for name, one in zip([*names, "not labelled"], found, strict=True) if one.others]


def _row(name: str, counted: Band | Group) -> tuple[str, ...]:
    if not counted.others:
        return (name, "0", "0", "–")
    low, high = counted.interval
    return (
        *(name, str(counted.others), str(counted.leaked)),
        f"{counted.leaked / counted.others:.1%} ({low:.1%} – {high:.1%})",
    )
