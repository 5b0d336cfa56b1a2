"""Which part of the web does a job: a program, the desk and a person ask for the same kinds of work in other words.

May know: the parts and the kinds of work of each. Must not know: how a kind of work is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ..archive import Archive, Progress
from ..values import Route
from . import api, desk, me
from .background import Doing


def kinds() -> dict[str, Doing]:
    """Every kind of work, done by the part in whose words it was asked for."""
    return {kind: _by_words(kind) for kind in {**api.WORK, **desk.WORK, **me.WORK}}


def _by_words(kind: str) -> Doing:
    def doing(archive: Archive, words: Mapping[str, Any], tell: Callable[[Progress], None]) -> Mapping[str, Any]:
        if words.get("route") == Route.API:
            part = api.WORK
        elif "subject" in words and kind in me.WORK:
            part = me.WORK
        else:
            part = desk.WORK if kind in desk.WORK else me.WORK
        return part[kind](archive, words, tell)

    return doing
