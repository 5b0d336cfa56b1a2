"""Cues as the words of a job, which lie in the database until it is done and a while longer.

May know: values. Must not know: who asks, what a search is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..values import Cues, Place, Window


def as_words(cues: Cues) -> dict[str, Any]:
    """Cues in what JSON can say; ``from_words`` reads them."""
    words: dict[str, Any] = {}
    if cues.window is not None:
        words["window"] = [cues.window.start.isoformat(), cues.window.end.isoformat()]
    if cues.near is not None:
        words["near"] = [cues.near.latitude, cues.near.longitude, cues.radius_km]
    if cues.tags:
        words["tags"] = list(cues.tags)
    return words


def from_words(words: Mapping[str, Any]) -> Cues:
    """The cues again."""
    cues = Cues(tags=tuple(words.get("tags", ())))
    if "near" in words:
        latitude, longitude, radius = words["near"]
        cues = Cues(near=Place(latitude, longitude), radius_km=radius, tags=cues.tags)
    if "window" in words:
        start, end = map(datetime.fromisoformat, words["window"])
        cues = Cues(Window(start, end), cues.near, cues.radius_km, cues.tags)
    return cues
