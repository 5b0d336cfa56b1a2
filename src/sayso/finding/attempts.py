"""Attempts with captures that were measured and refused: logged, and so few a day that nobody can ask who is whom.

May know: keyed tags and days. Must not know: the captures, or why they were refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import delete

from ..errors import RefusedError
from ..ground import Ground
from ..storage import Session
from ..values import Act
from .captures import MixedCapturesError
from .tables import CaptureFailureRow, LiveAttemptRow

#: How many sets of captures may turn out to be mixed, per invite or person and day.
FAILURES_A_DAY = 5


@contextmanager
def budgeted(ground: Ground, owner: str, failed: Act) -> Iterator[None]:
    """Measure captures inside of this, outside of any transaction; a mixed set stays counted and ``failed`` is logged.

    owner: the tag under which failures are counted. Each attempt counts until it is over, so that many at once cannot
    outrun the budget. Raises RefusedError (F12) when the day's budget is used up.
    """
    day = ground.clock().date()
    with ground.database.begin() as session:
        session.execute(delete(CaptureFailureRow).where(CaptureFailureRow.day < day))
        if _failures(session, owner, day) >= FAILURES_A_DAY:
            raise RefusedError.because(
                "F12",
                f"{FAILURES_A_DAY} sets of captures were refused today; that is the limit.",
                "Try again tomorrow, with captures of one person only.",
            )
        _count(session, owner, day, 1)
    try:
        yield
    except MixedCapturesError:
        with ground.database.begin() as session:
            ground.note(session, failed)
        raise
    except BaseException:
        _take_back(ground, owner, day)
        raise
    _take_back(ground, owner, day)


def forget_failures(session: Session, owners: Sequence[str]) -> None:
    """Delete the budgets of owners who withdrew."""
    for table in (CaptureFailureRow, LiveAttemptRow):
        session.execute(delete(table).where(table.owner.in_(owners)))


def forget_all_failures(session: Session) -> None:
    """Delete everybody's budgets."""
    for table in (CaptureFailureRow, LiveAttemptRow):
        session.execute(delete(table))


def _take_back(ground: Ground, owner: str, day: date) -> None:
    with ground.database.begin() as session:
        _count(session, owner, day, -1)


def _failures(session: Session, owner: str, day: date) -> int:
    row = session.get(CaptureFailureRow, (owner, day))
    return row.failures if row else 0


def _count(session: Session, owner: str, day: date, change: int) -> None:
    failures = _failures(session, owner, day) + change
    if failures > 0:
        session.merge(CaptureFailureRow(owner=owner, day=day, failures=failures))
    else:
        session.execute(delete(CaptureFailureRow).where(CaptureFailureRow.owner == owner, CaptureFailureRow.day == day))
    session.flush()
