"""Exposure and error rates: pictures, each with the same numbers in a table beside it.

May know: rates and counts. Must not know: how they were measured, persons.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from ...archive import Figures
from ..pages import page
from ..sessions import Window
from ..speaking import Speech, speech_of

router = APIRouter()

#: A picture holds its own colours and loads nothing; it is shown as an image, where no script runs.
_PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@router.get("/window/figures")
def figures(request: Request, staff: Window) -> Response:
    found, say = staff.archive.oversight.figures(), speech_of(request)
    would = list(_would(found))
    return page(
        request,
        "window/figures.html",
        staff=staff,
        figures=found,
        would=would,
        known=any(point["different_bystanders"] is not None for _, _, point, _ in would),
        rates=list(_rates(say, found.accuracy)) if found.accuracy else [],
        percent=lambda rate: _percent(say, rate),
        language=say.language,
    )


@router.get("/window/figures/{name}.svg")
def picture(request: Request, staff: Window, name: str) -> Response:
    say, gallery = speech_of(request), staff.archive.oversight
    if name == "counted":
        words = _words(say, "counted", "axis_faces", "measured", "exposure")
        svg: str | None = gallery.counted_picture(words)
    elif name == "exposure":
        svg = gallery.exposure_picture(_words(say, "would", "axis_bystanders", "sweep", "hour"))
    elif name == "accuracy":
        svg = gallery.accuracy_picture(_words(say, "accuracy", "axis_fnir", "axis_fnir", "axis_fnir"))
    else:
        svg = None
    if svg is None:
        raise HTTPException(404)
    return Response(svg, media_type="image/svg+xml", headers={"content-security-policy": _PICTURE_POLICY})


def _words(say: Speech, part: str, axis: str, first: str, second: str) -> dict[str, str]:
    return {
        "title": say(f"window.figures.{part}_title"),
        "told": say(f"window.figures.{part}_told"),
        "axis": say(f"window.figures.{axis}"),
        "first": say(f"window.figures.{first}"),
        "second": say(f"window.figures.{second}"),
    }


def _would(found: Figures) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
    """Collection, words of the search, its numbers, and the report that they are from."""
    names = {one.collection.id: one.collection.name for one in found.holdings}
    for number, report in found.exposure.items():
        for search in ("sweep", "hour"):
            if number in names and report[search]:
                yield names[number], search, report[search], report


def _rates(say: Speech, report: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each rate with its name."""
    for one in report["verification"]:
        photos = one["photos_enrolled"]
        yield say("window.figures.eer", photos=photos), one["EER"]
        for at in one["FNMR_at_FMR"]:
            yield say("window.figures.fnmr", target=_number(say, at["FMR"] * 100), photos=photos), at["FNMR"]
    for one in report["identification"]:
        photos = one["photos_enrolled"]
        for at in one["FNIR_at_FPIR"]:
            yield say("window.figures.fnir", target=_number(say, at["FPIR"] * 100), photos=photos), at["FNIR"]


def _percent(say: Speech, rate: Mapping[str, Any]) -> str:
    """2.41% (1.90 – 3.05) · 2,41 % (1,90 – 3,05); why there is none, where there is none."""
    if rate["rate"] is None:
        return str(rate.get("note") or say("window.figures.not_known"))
    low, high = rate.get("interval_95", (None, None))
    told = f"{_fixed(say, rate['rate'])} %"
    return told if low is None else f"{told} ({_fixed(say, low)} – {_fixed(say, high)})"


def _fixed(say: Speech, share: float) -> str:
    text = f"{share * 100:.2f}"
    return text.replace(".", ",") if say.language == "fr" else text


def _number(say: Speech, value: float) -> str:
    text = f"{value:g}"
    return text.replace(".", ",") if say.language == "fr" else text
