"""Draws rates as SVG text: lines and bars that are read in black and white, in dark pages, and by screen readers.

May know: numbers with their names. Must not know: what was measured. Must not leave: a date or a machine in a picture.
Matplotlib is loaded with the first picture only: it takes longer than many commands.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import cycle
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Scale = Literal["linear", "log", "probit"]

# Signs that stand for the colours of the page around the picture; a page without them gets the second of the pair.
# The hues stay apart for people who see few of them, and each has a line, a marker and a hatching of its own.
_INK = "#010203"
_HUES = ("#0072b2", "#d55e00", "#00795a", "#aa3377", "#6b6b6b", "#8a6d00")
_LINES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 3)))
_MARKERS = ("o", "s", "^", "D", "v", "X")
_HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++")

#: Of a scale of normal deviates, on which two normal distributions give a straight line (ISO/IEC 19795-1: DET).
_PROBIT_TICKS = (1e-5, 1e-4, 1e-3, 0.01, 0.05, 0.2, 0.4, 0.6, 0.8, 0.95)
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture. ``title`` and ``description`` say the same to those who do not see it; ``svg`` is one element."""

    title: str
    description: str
    svg: str


@dataclass(frozen=True, slots=True)
class Axis:
    """What is measured along one side. percent: whether 0.01 is written as 1 %. low, high: where the axis ends."""

    label: str
    scale: Scale = "linear"
    percent: bool = False
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Points (x, y) in order. intervals: both ends of y's interval at each point, or nothing at all."""

    name: str
    points: Sequence[tuple[float, float]]
    intervals: Sequence[tuple[float, float]] = ()


@dataclass(frozen=True, slots=True)
class Bars:
    """One value for each label of the picture, with its interval if it has one; None where there is none."""

    name: str
    values: Sequence[float | None]
    intervals: Sequence[tuple[float, float] | None] = ()


def lines(title: str, description: str, x: Axis, y: Axis, drawn: Sequence[Line]) -> Chart:
    """Lines with markers. On an axis that is not linear, points at 0 have no place and are left out."""

    def draw(axes: Axes) -> None:
        for one, hue, line, marker in zip(drawn, cycle(_HUES), cycle(_LINES), cycle(_MARKERS)):
            kept = [number for number, (a, b) in enumerate(one.points) if _has_place(a, x) and _has_place(b, y)]
            across = [one.points[number][0] for number in kept]
            up = [one.points[number][1] for number in kept]
            reach = _reach(up, [one.intervals[number] for number in kept]) if one.intervals else None
            axes.errorbar(
                across,
                up,
                yerr=reach,
                label=one.name,
                color=hue,
                linestyle=line,
                marker=marker,
                markersize=5,
                capsize=3,
                elinewidth=1,
            )
        _scale(axes, "x", x)
        _scale(axes, "y", y)
        axes.grid(True, which="major", linewidth=0.5, alpha=0.35)

    return _chart(title, description, draw, 4.4, len(drawn))


def bars(title: str, description: str, labels: Sequence[str], value: Axis, drawn: Sequence[Bars]) -> Chart:
    """Lying bars, one group for each label from the top down, with intervals as whiskers."""
    thick = 0.8 / max(len(drawn), 1)

    def draw(axes: Axes) -> None:
        for place, (one, hue, hatch) in enumerate(zip(drawn, cycle(_HUES), cycle(_HATCHES))):
            heights = [row + (place - (len(drawn) - 1) / 2) * thick for row in range(len(labels))]
            known = [number for number, each in enumerate(one.values) if each is not None]
            lengths = [one.values[number] or 0.0 for number in known]
            spans = [one.intervals[number] if one.intervals else None for number in known]
            axes.barh(
                [heights[number] for number in known],
                lengths,
                thick * 0.92,
                label=one.name,
                # Light enough for the whiskers to be seen on it.
                facecolor=(hue, 0.55) if not hatch else "none",
                edgecolor=hue,
                hatch=hatch,
            )
            for number, length, span in zip(known, lengths, spans, strict=True):
                if span is not None:
                    axes.errorbar(
                        [length], [heights[number]], xerr=_reach([length], [span]), color=_INK, capsize=3, elinewidth=1
                    )
            for number in set(range(len(labels))) - set(known):
                axes.annotate("no rate", (0, heights[number]), (3, 0), textcoords="offset points", va="center")
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        _scale(axes, "x", value)
        if value.scale == "linear" and value.low is None:
            axes.set_xlim(left=0)
        axes.grid(True, axis="x", linewidth=0.5, alpha=0.35)
        axes.set_axisbelow(True)

    return _chart(title, description, draw, 1.3 + 0.32 * len(labels) * max(len(drawn), 1), len(drawn))


def _has_place(value: float, axis: Axis) -> bool:
    if axis.scale == "linear":
        return True
    return value > 0 if axis.scale == "log" else 0 < value < 1


def _reach(middles: Sequence[float], spans: Sequence[tuple[float, float]]) -> list[list[float]]:
    """How far each interval goes down and up from its value, as Matplotlib wants it."""
    pairs = list(zip(middles, spans, strict=True))
    return [[max(0.0, at - low) for at, (low, _) in pairs], [max(0.0, high - at) for at, (_, high) in pairs]]


def _scale(axes: Axes, side: Literal["x", "y"], axis: Axis) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    drawn = axes.xaxis if side == "x" else axes.yaxis
    choose, limit = (axes.set_xscale, axes.set_xlim) if side == "x" else (axes.set_yscale, axes.set_ylim)
    drawn.set_label_text(axis.label)
    if axis.scale == "log":
        choose("log")
        drawn.set_minor_locator(NullLocator())
    elif axis.scale == "probit":
        choose("function", functions=(_deviates, _shares))
        drawn.set_major_locator(FixedLocator(_PROBIT_TICKS))
        drawn.set_minor_locator(NullLocator())
    drawn.set_major_formatter(FuncFormatter(lambda value, _: f"{value * 100:g} %" if axis.percent else f"{value:g}"))
    if axis.low is not None or axis.high is not None:
        low, high = drawn.get_view_interval()
        limit(low if axis.low is None else axis.low, high if axis.high is None else axis.high)


def _deviates(shares: Any) -> Any:
    import numpy as np

    inside = np.clip(np.asarray(shares, float), 1e-9, 1 - 1e-9)
    return np.vectorize(_NORMAL.inv_cdf, otypes=[float])(inside)


def _shares(deviates: Any) -> Any:
    import numpy as np

    return np.vectorize(_NORMAL.cdf, otypes=[float])(np.asarray(deviates, float))


def _chart(title: str, description: str, draw: Callable[[Axes], None], height: float, series: int) -> Chart:
    import matplotlib
    from matplotlib.figure import Figure

    looks: Any = {
        # Letters stay letters, so that they can be read aloud, searched and set in the page's own font.
        "svg.fonttype": "none",
        "svg.hashsalt": title,
        "font.family": "sans-serif",
        "font.size": 10,
        "hatch.linewidth": 0.8,
        **{f"axes.spines.{side}": False for side in ("top", "right")},
        **dict.fromkeys(("text.color", "axes.labelcolor", "axes.edgecolor", "xtick.color", "ytick.color"), _INK),
        "grid.color": _INK,
        "legend.frameon": False,
    }
    with matplotlib.rc_context(looks):
        figure = Figure(figsize=(7.2, height + 0.3 * (series > 1)), layout="constrained")
        draw(figure.add_subplot())
        if series > 1:
            figure.legend(loc="outside lower center", ncols=min(series, 3), handlelength=3.5)
        return Chart(title, description, _svg(figure, title, description))


def _svg(figure: Figure, title: str, description: str) -> str:
    """One SVG element, with words for those who do not see it and the page's colours for those who do."""
    out = io.StringIO()
    figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = out.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    # Several pictures share a page: what one names must not be found in another.
    own = "c" + hashlib.sha256(title.encode()).hexdigest()[:8] + "-"
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{own}", text)
    text = text.replace(_INK, "currentColor")
    for number, hue in enumerate(_HUES, 1):
        text = text.replace(hue, f"var(--hue-{number}, {hue})")
    head, _, rest = text.partition(">")
    head = re.sub(r'\s(width|height)="[^"]*"', "", head)
    named = f'<title id="{own}title">{escape(title)}</title>\n <desc id="{own}desc">{escape(description)}</desc>'
    return f'{head} role="img" aria-labelledby="{own}title {own}desc">\n {named}{rest.rstrip()}'
