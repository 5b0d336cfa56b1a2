"""Pages for one person: the receipt to print, and the front page of everything that is held about them.

May know: receipts and exports as plain data. Must not know: tables, keys, vectors, pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from ..policy import Regulator
from .pages import Document, render
from .state import Own


def make_receipt(
    receipt: Mapping[str, Any], own: Own, regulators: Sequence[Regulator], now: datetime, *, language: str = "en"
) -> Document:
    """A consent receipt (``consent.receipts.consent_receipt``) as a page. Raises UsageError for an unknown language."""
    return render("receipt", language, _values(own, regulators, now) | {"receipt": receipt})


def make_own_data(
    data: Mapping[str, Any], own: Own, regulators: Sequence[Regulator], now: datetime, *, language: str = "en"
) -> Document:
    """The front page of an access export, from the same data as its ``data.json``.

    Raises UsageError for an unknown language.
    """
    return render("own-data", language, _values(own, regulators, now) | {"data": data})


def _values(own: Own, regulators: Sequence[Regulator], now: datetime) -> dict[str, Any]:
    return {"own": own, "regulators": regulators, "now": now, "dated": True, "when": datetime.fromisoformat}
