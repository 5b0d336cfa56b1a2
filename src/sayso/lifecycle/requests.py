"""What people ask for by right, each with its clock: access, erasure, correction.

May know: subject ids, dates. Must not know: what is held about anybody.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from ..errors import UnknownError, UsageError
from ..storage import Session
from ..values import Right
from .tables import RequestRow

_MOST = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``done_at`` is None while it is open."""

    id: int
    subject_id: str
    kind: Right
    asked_at: datetime
    due_at: datetime
    done_at: datetime | None

    def overdue(self, now: datetime) -> bool:
        """Whether it is still open after its day."""
        return self.done_at is None and now > self.due_at


def due(asked_at: datetime) -> datetime:
    """The same day of the next month, or its last day (GDPR, Article 12(3)), and never more than 30 days on
    (PIPEDA, section 8(3); Québec, P-39.1, section 32): whichever comes first."""
    year, month = asked_at.year + asked_at.month // 12, asked_at.month % 12 + 1
    next_month = asked_at.replace(year=year, month=month, day=min(asked_at.day, monthrange(year, month)[1]))
    return min(next_month, asked_at + _MOST)


def ask(session: Session, subject_id: str, kind: Right, asked_at: datetime, now: datetime) -> Request:
    """Note a request; one of the same kind that is open already stands, with its earlier clock.

    Raises UsageError for a moment in the future.
    """
    if asked_at > now:
        raise UsageError("The request would have been made in the future.", "Give the day on which it came in.")
    present = opened(session, subject_id, kind)
    if present is not None:
        return present
    row = RequestRow(subject_id=subject_id, kind=kind.value, asked_at=asked_at, due_at=due(asked_at))
    session.add(row)
    session.flush()
    return _value(row)


def opened(session: Session, subject_id: str, kind: Right) -> Request | None:
    """The request of this kind that is open, if there is one."""
    row = session.scalar(
        select(RequestRow).where(
            RequestRow.subject_id == subject_id, RequestRow.kind == kind.value, RequestRow.done_at.is_(None)
        )
    )
    return _value(row) if row else None


def list_all(session: Session, subject_id: str | None = None) -> Sequence[Request]:
    """Every request, or one person's; those that are due soonest first, done ones last."""
    query = select(RequestRow).order_by(RequestRow.done_at.is_not(None), RequestRow.due_at, RequestRow.id)
    if subject_id is not None:
        query = query.where(RequestRow.subject_id == subject_id)
    return [_value(row) for row in session.scalars(query)]


def finish(session: Session, request_id: int, now: datetime) -> Request:
    """Note that a request is fulfilled; the first time stands. Raises UsageError when there is none of that id."""
    row = session.get(RequestRow, request_id)
    if row is None:
        raise UnknownError(f"There is no request {request_id}.", "List them with `sayso request list`.")
    row.done_at = row.done_at or now
    session.flush()
    return _value(row)


def _value(row: RequestRow) -> Request:
    return Request(row.id, row.subject_id, Right(row.kind), row.asked_at, row.due_at, row.done_at)
