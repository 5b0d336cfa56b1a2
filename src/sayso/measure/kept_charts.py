"""Pictures of what an archive keeps of its measurements, for people who oversee it.

May know: kept reports as plain data, counts, charts. Must not know: who anybody is, pages, languages: words come from
whoever shows the picture.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from ..values import Counts
from .charts import Axis, Bars, bars

#: The charts' library keeps its settings in one place for all threads.
_ONE_AT_A_TIME = threading.Lock()

#: Names under which whoever asks for a picture gives its words.
WORDS = ("title", "told", "axis", "first", "second")

_LOOKS = (
    "<style>svg{color:#2c2620}svg text{font-family:system-ui,sans-serif}"
    "@media (prefers-color-scheme:dark){svg{color:#f1eae0;--hue-1:#5cb3e6;--hue-2:#f0955a;--hue-3:#4fc79f}}</style>"
)


def counted_picture(counts: Sequence[tuple[str, Counts]], words: Mapping[str, str]) -> str:
    """Faces measured by every run so far, and those of them that belong to nobody who consented, by collection."""
    return _picture(
        [name for name, _ in counts],
        words,
        [[one.measured for _, one in counts], [one.exposure for _, one in counts]],
    )


def exposure_picture(reports: Sequence[tuple[str, Mapping[str, Any]]], words: Mapping[str, str]) -> str | None:
    """What a sweep and what an hour of time would measure of bystanders, by collection; None where nobody knows."""
    known = [(name, one) for name, one in reports if one["sweep"]["different_bystanders"] is not None]
    if not known:
        return None
    sweeps = [one["sweep"]["different_bystanders"] for _, one in known]
    hours = [one["hour"]["different_bystanders"] if one["hour"] else 0 for _, one in known]
    return _picture([name for name, _ in known], words, [sweeps, hours])


def accuracy_picture(report: Mapping[str, Any], words: Mapping[str, str]) -> str | None:
    """Misses among many at each rate of false alarms, with intervals; None when too few people were measured."""
    trials = report["identification"]
    if not trials:
        return None
    newest = trials[-1]["FNIR_at_FPIR"]
    told = [(f"FPIR {one['FPIR'] * 100:g} %", one["FNIR"]) for one in newest if one["FNIR"]["rate"] is not None]
    if not told:
        return None
    spans = [tuple(rate["interval_95"]) if "interval_95" in rate else None for _, rate in told]
    drawn = Bars(words["first"], [rate["rate"] for _, rate in told], spans)
    return _drawn(words, [name for name, _ in told], Axis(words["axis"], percent=True), [drawn])


def _picture(labels: Sequence[str], words: Mapping[str, str], numbers: Sequence[Sequence[int]]) -> str:
    names = (words["first"], words["second"])
    drawn = [Bars(name, [float(each) for each in values]) for name, values in zip(names, numbers, strict=True)]
    return _drawn(words, labels, Axis(words["axis"]), drawn)


def _drawn(words: Mapping[str, str], labels: Sequence[str], axis: Axis, drawn: Sequence[Bars]) -> str:
    """A picture that stands alone, with its colours for light and dark pages inside it."""
    with _ONE_AT_A_TIME:
        svg = bars(words["title"], words["told"], [_short(one) for one in labels], axis, drawn).svg
    head, mark, rest = svg.partition(">")
    return head + mark + _LOOKS + rest


def _short(name: str) -> str:
    """Long names would leave the bars no room; a dollar sign would begin a formula."""
    return (name if len(name) <= 24 else name[:23] + "…").replace("$", r"\$")
