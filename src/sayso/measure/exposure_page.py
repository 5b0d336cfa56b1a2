"""The exposure of a collection as a page: what each reach costs those who never asked, in pictures and tables.

May know: the report, charts, pages. Must not know: photos, how anything was counted, who anybody is.
"""

from __future__ import annotations

import math

from .accuracy_report import Rate
from .charts import Axis, Chart, Line, lines
from .exposure_report import Curve, ExposureReport
from .exposure_words import point_words, recall_words, seconds_words
from .page import Grid, Picture, Section, Text, report_page
from .price import PEOPLE, Price, Priced


def exposure_page(report: ExposureReport) -> str:
    """A self-contained HTML page; loads Matplotlib."""
    sections = [Section("Recall against bystanders measured", _curves(report))]
    if report.price is not None:
        sections.append(Section("The price of consent", _price(report.price)))
    sections.append(Section("What the numbers do not say", [Text(note) for note in report.notes]))
    name = report.collection
    return report_page(
        f"Exposure: {name}",
        summary=_summary(report),
        sections=sections,
        again=[f"sayso measure exposure {_quoted(name)} --report exposure.html"],
    )


def _summary(report: ExposureReport) -> list[str]:
    found = f"{report.photos:,} photos with {report.faces:,} faces; {report.reach.value} is open."
    if report.people:
        about = (
            f"Recall is about {report.people:,} people and the photos that they confirmed as theirs; "
            f"{report.bystanders:,} of the faces in reach are bystanders’."
        )
    else:
        about = "Too few people have confirmed photos for recall to be told; faces are counted all the same."
    return [found, about, "Nobody was measured to find this out."]


def _curves(report: ExposureReport) -> list[Text | Grid | Picture]:
    chart = _recall_chart(report) if report.people else _faces_chart(report)
    rows = [
        (
            point_words(curve, point),
            curve.reach.value,
            recall_words(point),
            f"{point.measured:,.1f}",
            _known(point.bystanders, 1),
            _known(point.measured_in_all),
            _known(point.different),
        )
        for curve in report.curves
        for point in curve.points
    ]
    columns = ["cue", "reach", "recall, 95 % interval", "#faces", "#bystanders", "#faces, all"]
    caption = (
        "Faces measured and bystanders among them are means for each person, who is looked for alone; “all” is for all "
        "people, a face counting as often as it is measured; different bystanders are counted once."
    )
    parts: list[Text | Grid | Picture] = [
        Text(
            "Of time and place, each of a person’s photos is in turn what they remember, and a window or a circle is "
            "laid around it; of tags they know the one that most of their photos bear. A sweep measures every face "
            "once for all people together."
        )
    ]
    if chart is not None:
        parts.append(Picture(chart, chart.description))
    parts.append(Grid(caption, [*columns, "#different bystanders"], rows))
    return parts


def _recall_chart(report: ExposureReport) -> Chart:
    drawn = [
        Line(
            _line_name(curve),
            [(float(point.different or 0), _value(point.recall)) for point in curve.points],
            [_span(point.recall) for point in curve.points],
        )
        for curve in report.curves
    ]
    return lines(
        "Recall against bystanders measured",
        "Each marker is one size of a cue, or one number of points. The best place is high on the left: much found, "
        "few bystanders measured.",
        Axis("different bystanders’ faces measured, for all people", low=0),
        Axis("recall", percent=True, low=0, high=1.05),
        drawn,
    )


def _faces_chart(report: ExposureReport) -> Chart | None:
    drawn = [
        Line("time", [(point.size or 0, point.measured) for point in curve.points if point.size != math.inf])
        for curve in report.curves
        if curve.cue == "time"
    ]
    if not drawn or not drawn[0].points:
        return None
    return lines(
        "Faces in a window of time",
        "How many faces a search for one person would measure on average, by the width of the window.",
        Axis("minutes around the remembered moment", scale="log"),
        Axis("faces measured for one person", low=0),
        drawn,
    )


def _price(price: Price) -> list[Text | Grid | Picture]:
    (sweep,) = (one for one in price.priced if one.searched == "swept")
    pieces = price.pieces.to_json()
    rows = [
        (way.name, one.searched, way.before(one.work), *(_priced_cell(price, one, number, many) for many in PEOPLE))
        for one in price.priced
        for number, way in enumerate(one.ways)
    ]
    asked = [f"#{many:,} people" if many > 1 else "#1 person" for many in PEOPLE]
    formulas = [f"{way.name}: {way.formula}." for way in sweep.ways]
    return [
        Text(
            "A person says yes after the photos were added. Sayso measures the faces in reach then, and discards them; "
            "whoever keeps a template of everybody only compares, and has measured everybody before anyone agreed."
        ),
        Picture(_price_chart(price, sweep), "Calculated from the pieces below. Both axes are logarithmic."),
        Grid("Seconds of one core, calculated", ["way", "search", "#measured before anyone agreed", *asked], rows),
        Text(
            f"Timed here: decode {pieces['decode_ms_per_photo']:.1f} ms a photo ({price.timed_on} of the collection); "
            f"on pictures of nobody align {pieces['align_ms_per_face']:.1f} ms and measure "
            f"{pieces['measure_ms_per_face']:.1f} ms a face, compare "
            f"{pieces['compare_ns_per_face_and_person']:.0f} ns a face and person, "
            f"open a face chip {pieces['open_chip_ms_per_face']:.1f} ms. "
            + " ".join(formulas)
            + " The database, the ledger, and faces that are spared because they are somebody’s already are left out."
        ),
    ]


def _price_chart(price: Price, sweep: Priced) -> Chart:
    drawn = [
        Line(way.name, [(float(many), way.seconds(price.pieces, sweep.work, many)) for many in PEOPLE])
        for way in sweep.ways
    ]
    return lines(
        "Seconds to answer late consents by a sweep",
        "Seconds of one core by the number of people who say yes late, for each way of answering them.",
        Axis("late consents", scale="log"),
        Axis("seconds of one core", scale="log"),
        drawn,
    )


def _priced_cell(price: Price, one: Priced, way: int, people: int) -> str:
    return seconds_words(one.ways[way].seconds(price.pieces, one.work, people))


def _line_name(curve: Curve) -> str:
    if curve.cue in ("points", "none"):
        return curve.reach.value
    return f"{curve.reach.value}, {curve.cue}"


def _value(rate: Rate | None) -> float:
    return 0.0 if rate is None or rate.value is None else rate.value


def _span(rate: Rate | None) -> tuple[float, float]:
    if rate is None or rate.low is None or rate.high is None:
        return _value(rate), _value(rate)
    return rate.low, rate.high


def _known(number: float | None, digits: int = 0) -> str:
    return "–" if number is None else f"{number:,.{digits}f}"


def _quoted(name: str) -> str:
    return f"'{name}'" if " " in name else name
