"""The register of breaches (LAW R4): note one, list them with their 72-hour clock, note who was told.

May know: what an operator writes down. Must not know: subjects, photos, how a breach came about.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from ..errors import UnknownError, UsageError
from ..keys import KeyStore
from ..storage import Session
from ..values import Told
from .tables import BreachRow

#: From noticing a breach to telling the regulator (GDPR, Article 33(1)).
TELL_WITHIN = timedelta(hours=72)

_KEY = "archive"
_LEAST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach. ``due_at`` is the end of the 72 hours; ``what``, ``consequences`` and ``measures`` are an
    operator's words, the last two empty while nobody has written them."""

    id: int
    what: str
    consequences: str
    measures: str
    people: int | None
    noticed_at: datetime
    due_at: datetime
    noted_by: str
    authority_told_at: datetime | None
    people_told_at: datetime | None

    def left(self, now: datetime) -> timedelta | None:
        """Time until the regulator must have been told, below zero when it is late; None once they were told."""
        return None if self.authority_told_at else self.due_at - now


def new(
    session: Session,
    keys: KeyStore,
    *,
    what: str,
    consequences: str = "",
    measures: str = "",
    people: int | None,
    noticed_at: datetime,
    noted_by: str,
    now: datetime,
) -> Breach:
    """Note a breach; the clock runs from ``noticed_at``.

    Raises UsageError for less than three words, a moment in the future, or a negative number of people.
    """
    if len(what.split()) < _LEAST_WORDS:
        raise UsageError("Say what happened in a sentence.", "Name what was lost, shown or changed, and how.")
    if noticed_at > now:
        raise UsageError("The breach would have been noticed in the future.", "Give the moment of noticing, in UTC.")
    if people is not None and people < 0:
        raise UsageError("The number of people is negative.", "Give zero or more, or leave it out.")
    nonce = secrets.token_hex(16)
    words = json.dumps([what.strip(), consequences.strip(), measures.strip()]).encode()
    row = BreachRow(
        nonce=nonce,
        sealed_what=keys.seal(_KEY, words, _context(nonce)),
        people=people,
        noticed_at=noticed_at,
        noted_at=now,
        noted_by=noted_by,
    )
    session.add(row)
    session.flush()
    return _value(keys, row)


def list_all(session: Session, keys: KeyStore) -> list[Breach]:
    """Every breach ever noted, the oldest first."""
    return [_value(keys, row) for row in session.scalars(select(BreachRow).order_by(BreachRow.id))]


def get(session: Session, keys: KeyStore, breach_id: int) -> Breach:
    """One breach. Raises UsageError when there is none of that id."""
    return _value(keys, _row(session, breach_id))


def told(session: Session, keys: KeyStore, breach_id: int, whom: Told, now: datetime) -> Breach:
    """Note that the regulator or the people concerned were told; the first time stands. Raises UsageError."""
    row = _row(session, breach_id)
    if whom is Told.AUTHORITY:
        row.authority_told_at = row.authority_told_at or now
    else:
        row.people_told_at = row.people_told_at or now
    session.flush()
    return _value(keys, row)


def _row(session: Session, breach_id: int) -> BreachRow:
    row = session.get(BreachRow, breach_id)
    if row is None:
        raise UnknownError(f"There is no breach {breach_id}.", "List them with `sayso breach list`.")
    return row


def _value(keys: KeyStore, row: BreachRow) -> Breach:
    what, consequences, measures = json.loads(keys.unseal(_KEY, row.sealed_what, _context(row.nonce)))
    return Breach(
        row.id,
        what,
        consequences,
        measures,
        row.people,
        row.noticed_at,
        row.noticed_at + TELL_WITHIN,
        row.noted_by,
        row.authority_told_at,
        row.people_told_at,
    )


def _context(nonce: str) -> bytes:
    return b"breach " + nonce.encode()
