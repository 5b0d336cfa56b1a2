"""A page, and a table, about how well people are told apart: for readers who decide whether a search may be trusted.

May know: rates and counts. Must not know: vectors, distances of single comparisons, who anybody is.
"""

from __future__ import annotations

from .accuracy_report import AccuracyReport, Band, Groups, Identification, Rate, Slices, Verification
from .charts import Axis, Bars, Line, bars, lines
from .page import Grid, Picture, Section, Text, report_page

_RATE = "#value, 95% interval"
_BAND = ("", "#people", "#genuine", "#impostor", "#FNMR, 95% interval", "#FMR, 95% interval")


def accuracy_page(report: AccuracyReport) -> str:
    """A whole HTML page with tables and pictures."""
    sections = [
        Section("One to one: verification", _verification(report.verification)),
        Section("One among many: identification", _identification(report.identification)),
    ]
    if report.slices is not None:
        sections.append(Section("By how a face was pictured", _bands(report.slices)))
        if report.slices.groups is not None:
            sections.append(Section("By group", _groups(report.slices.groups)))
    sections.append(Section("Pictures that gave no face", _acquisition(report)))
    return report_page(
        "How well people are told apart",
        summary=sentences(report),
        sections=sections,
        again=[
            f"sayso measure accuracy FOLDER --basis {report.basis}",
            f"{report.model} {report.model_version} in {report.precision}; ISO/IEC 19795-1 and 19795-10.",
        ],
    )


def sentences(report: AccuracyReport) -> list[str]:
    """What a reader in a hurry must know."""
    told = [
        (
            f"{report.persons} people, {report.photos} pictures, {report.counts.measured} faces measured in memory; "
            "nothing of them was kept."
        )
    ]
    told += [f"Equal error rate, template of {one.photos_enrolled}: {rate(one.eer)}." for one in report.verification]
    if report.stopped:
        told.append("Partial: it was stopped, and tells about the pictures that it had.")
    if report.skipped:
        told.append(f"Partial: {len(report.skipped)} pictures were skipped.")
    return [*told, *report.notes]


def accuracy_rows(report: AccuracyReport) -> list[tuple[object, ...]]:
    """A header and one row for each rate, for a spreadsheet."""
    rows: list[tuple[object, ...]] = [("part", "of", "rate", "value", "low", "high", "threshold", "note")]

    def add(part: str, of: str, name: str, one: Rate) -> None:
        parts = (one.value, one.low, one.high, one.threshold)
        rows.append((part, of, name, *("" if each is None else each for each in parts), one.note))

    add("acquisition", "all", "FTA", report.fta)
    for photos, one in report.fte:
        add("enrolment", f"template of {photos}", "FTE", one)
    for trial in report.verification:
        of = f"template of {trial.photos_enrolled}"
        add("verification", of, "EER", trial.eer)
        for target, one in trial.fnmr_at_fmr:
            add("verification", of, f"FNMR at FMR {target:g}", one)
        for at in trial.at_thresholds:
            add("verification", of, f"FMR, {at.calibration} {at.outcome}", at.fmr)
            add("verification", of, f"FNMR, {at.calibration} {at.outcome}", at.fnmr)
        rows += [("DET", of, f"FNMR at FMR {match:g}", miss, "", "", "", "") for match, miss in trial.det]
    for search in report.identification:
        of = f"template of {search.photos_enrolled}"
        add("identification", of, "rank 1", search.rank_one)
        for target, one in search.fnir_at_fpir:
            add("identification", of, f"FNIR at FPIR {target:g}", one)
    if report.slices is not None:
        named = [(one.title, band) for one in report.slices.bands for band in one.bands]
        if report.slices.groups is not None:
            named += [("group", group) for group in report.slices.groups.groups]
        for title, band in named:
            add(title, band.name, "FNMR", band.fnmr)
            add(title, band.name, "FMR", band.fmr)
        if report.slices.groups is not None:
            add("group", "worst to best", "FNMR", report.slices.groups.fnmr_ratio)
            add("group", "worst to best", "FMR", report.slices.groups.fmr_ratio)
    return rows


def rate(one: Rate) -> str:
    """A rate in words."""
    if one.value is None:
        return one.note
    return f"{one.value:.2%}" + (f" ({one.low:.2%} – {one.high:.2%})" if one.low is not None else "")


def ratio(one: Rate) -> str:
    """A ratio of two rates in words."""
    if one.value is None:
        return one.note
    return f"{one.value:.1f}" + (f" ({one.low:.1f} – {one.high:.1f})" if one.low is not None else "")


def _verification(trials: tuple[Verification, ...]) -> list[Text | Grid | Picture]:
    drawn = [Line(f"template of {one.photos_enrolled}", one.det) for one in trials if one.det]
    parts: list[Text | Grid | Picture] = []
    if drawn:
        axes = Axis("FMR", "probit", percent=True), Axis("FNMR", "probit", percent=True)
        told = "; ".join(f"{one.name}: {len(one.points)} points" for one in drawn)
        chart = lines("Detection error trade-off", told, *axes, drawn)
        parts.append(Picture(chart, "False non-matches against false matches, both on scales of normal deviates."))
    rows = [
        row
        for one in trials
        for row in (
            (f"EER, template of {one.photos_enrolled}", rate(one.eer)),
            *(
                (f"FNMR at FMR {target:g}, template of {one.photos_enrolled}", rate(at))
                for target, at in one.fnmr_at_fmr
            ),
        )
    ]
    held = [
        (f"{at.calibration}, {at.outcome}, template of {one.photos_enrolled}", rate(at.fmr), rate(at.fnmr))
        for one in trials
        for at in one.at_thresholds
    ]
    parts.append(Grid("Rates of one photo against a template", ("", _RATE), rows))
    if held:
        parts.append(Grid("At the thresholds in use", ("", "#FMR, 95% interval", "#FNMR, 95% interval"), held))
    return parts


def _identification(trials: tuple[Identification, ...]) -> list[Text | Grid | Picture]:
    if not trials:
        return [Text("Nothing is said about searches among many: it takes more people with more photos.")]
    rows = []
    for one in trials:
        of = f"template of {one.photos_enrolled}, {one.enrolled} enrolled"
        rows.append((f"rank-1 identification rate, {of}", rate(one.rank_one)))
        rows += [(f"FNIR at FPIR {target:g}, {of}", rate(at)) for target, at in one.fnir_at_fpir]
    named = [f"FPIR {target:g}" for target, _ in trials[0].fnir_at_fpir]
    drawn = [
        Bars(
            f"template of {one.photos_enrolled}",
            [at.value for _, at in one.fnir_at_fpir],
            [_span(at) for _, at in one.fnir_at_fpir],
        )
        for one in trials
    ]
    told = "; ".join(" ".join(row) for row in rows)
    chart = bars("Misses among many", told, named, Axis("FNIR", percent=True), drawn)
    caption = "Searches by enrolled people that do not find them, where others are taken for somebody this often."
    return [Picture(chart, caption), Grid("Open-set searches, half of the people enrolled", ("", _RATE), rows)]


def _bands(parted: Slices) -> list[Text | Grid | Picture]:
    parts: list[Text | Grid | Picture] = [
        Text(
            f"All at the distance {parted.threshold:.2f}, where the whole folder has a false match rate of "
            f"{parted.fmr:g}. A comparison counts for the worse of its two photos."
        )
    ]
    for one in parted.bands:
        parts.append(_picture(f"False non-matches by {one.title}", one.bands))
        parts.append(Grid(f"By {one.title}", _BAND, [_row(band) for band in one.bands]))
    return parts


def _groups(told: Groups) -> list[Text | Grid | Picture]:
    ratios = [("FNMR", ratio(told.fnmr_ratio)), ("FMR", ratio(told.fmr_ratio))]
    return [
        Text("Groups are those that the folder's table names. An interval that holds 1 shows no difference."),
        _picture("False non-matches by group", told.groups),
        Grid("By group, both people of it", _BAND, [_row(group) for group in told.groups]),
        Grid("Worst group to best group", ("", "#ratio, 95% interval"), ratios),
    ]


def _picture(title: str, bands: tuple[Band, ...]) -> Picture:
    drawn = Bars("FNMR", [band.fnmr.value for band in bands], [_span(band.fnmr) for band in bands])
    told = "; ".join(f"{band.name}: {rate(band.fnmr)}" for band in bands)
    chart = bars(title, told, [band.name for band in bands], Axis("FNMR", percent=True), [drawn])
    return Picture(chart, "Share of comparisons of one person's photos that do not match, with 95% intervals.")


def _acquisition(report: AccuracyReport) -> list[Text | Grid | Picture]:
    rows = [
        ("FTA, no usable face in a picture", rate(report.fta)),
        *((f"FTE, template of {photos}", rate(one)) for photos, one in report.fte),
    ]
    counts = [
        ("no face", str(report.no_face)),
        ("a face that is not worth measuring", str(report.unclear)),
        ("several faces, the foremost was taken", str(report.several_faces)),
        ("files that are no pictures", str(report.other_files)),
        ("skipped", str(len(report.skipped))),
    ]
    return [Grid("Rates of failure", ("", _RATE), rows), Grid("Pictures", ("", "#number"), counts)]


def _row(band: Band) -> tuple[str, ...]:
    counts = (band.persons, band.genuine, band.impostor)
    return band.name, *(f"{count:,}" for count in counts), rate(band.fnmr), rate(band.fmr)


def _span(one: Rate) -> tuple[float, float] | None:
    return (one.low, one.high) if one.low is not None and one.high is not None else None
