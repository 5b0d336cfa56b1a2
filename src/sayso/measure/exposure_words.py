"""Points of curves, recall and seconds as people read them, on the terminal as on a page.

May know: the report. Must not know: where the words go.
"""

from __future__ import annotations

import math

from .exposure_report import Curve, Point


def point_words(curve: Curve, point: Point) -> str:
    """What one point of a curve is, for people."""
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


def recall_words(point: Point) -> str:
    """Recall with its interval, or a dash."""
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


def _minutes(minutes: float) -> str:
    for name, long in (("day", 1440), ("hour", 60)):
        if minutes >= long and minutes % long == 0:
            count = round(minutes / long)
            return f"{count} {name}{'s' * (count > 1)}"
    return f"{minutes:g} minutes"
