"""Which documents there are, and what each is filled with.

May know: the state, the templates' names. Must not know: Markdown, HTML, where a document goes.
"""

from __future__ import annotations

from datetime import timedelta

from ..values import Kind, Told
from .breaches import Breach
from .pages import Document, render
from .state import State


def make(kind: Kind, state: State, *, language: str = "en", collection: str | None = None) -> Document:
    """One document. ``collection`` leaves the others out; the bystander notice has a sheet for each without it.

    The policy bears no date, so that its text, and hash, change only when what it says does.
    Raises UsageError for an unknown collection or language.
    """
    chosen = state.only(collection) if collection is not None else state
    return render(kind.value, language, _values(chosen) | {"dated": kind is not Kind.POLICY})


def make_breach_notice(breach: Breach, whom: Told, state: State, *, language: str = "en") -> Document:
    """A draft to the regulator or to the people concerned. Raises UsageError for an unknown language."""
    left = breach.left(state.now)
    hours = None if left is None else int(left / timedelta(hours=1))
    return render(f"breach-{whom}", language, _values(state) | {"dated": True, "breach": breach, "hours": hours})


def _values(state: State) -> dict[str, object]:
    return {"state": state, "own": state.own, "regulators": state.regulators, "now": state.now}
