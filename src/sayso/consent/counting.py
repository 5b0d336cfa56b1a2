"""How many people say yes to what, and how many no longer do: numbers for those who oversee.

May know: purposes, states. Must not know: who, keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ..storage import Session
from ..values import Purpose
from .tables import EXPIRED, GIVEN, WITHDRAWN, ConsentPurposeRow


@dataclass(frozen=True, slots=True)
class Counted:
    """One purpose: how often it is agreed to now, how often it was taken back, and how often it ran out."""

    purpose: Purpose
    given: int
    withdrawn: int
    expired: int


def counted(session: Session, now: datetime) -> list[Counted]:
    """Every purpose in its order, also those that nobody ever agreed to. What ran out counts so at once, though the
    daily run has yet to write it down."""
    still = ConsentPurposeRow.expires_at > now
    query = select(ConsentPurposeRow.purpose, ConsentPurposeRow.state, still, func.count()).group_by(
        ConsentPurposeRow.purpose, ConsentPurposeRow.state, still
    )
    found: dict[tuple[str, str], int] = {}
    for purpose, state, holds, number in session.execute(query):
        now_is = EXPIRED if state == GIVEN and not holds else state
        found[purpose, now_is] = found.get((purpose, now_is), 0) + number
    return [
        Counted(one, *(found.get((one.value, state), 0) for state in (GIVEN, WITHDRAWN, EXPIRED))) for one in Purpose
    ]
