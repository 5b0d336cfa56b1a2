"""Attempts with captures that were measured and refused: logged, and few a day for each account, so that enrolling is
no way to ask who is whom.

May know: keyed tags and days. Must not know: the captures, or why they were refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from sqlalchemy import delete

from ..consent.contacts import ARCHIVE_KEY
from ..errors import RefusedError
from ..ground import Ground
from ..storage import Session
from ..values import Act, Actor, Role
from .captures import MixedCapturesError
from .tables import CaptureFailureRow, LiveAttemptRow

#: How many sets of captures may turn out to be mixed, per invite or person and day.
FAILURES_A_DAY = 5

#: How many in all, per account and day, because an account makes as many invites as it likes. A day of honest
#: enrolments stays below: a set is mixed only when somebody else's picture got into it.
FAILURES_A_DAY_BY_ACCOUNT = 20


@contextmanager
def budgeted(ground: Ground, owner: str, failed: Act) -> Iterator[None]:
    """Measure captures inside of this, outside of any transaction; a mixed set stays counted and ``failed`` is logged.

    owner: the tag under which failures are counted, beside the account that acts. Each attempt counts until it is over,
    so that many at once cannot outrun the budget. Raises RefusedError (F12) when a budget of the day is used up.
    """
    day = ground.clock().date()
    limits = {owner: FAILURES_A_DAY, **_of_account(ground, failed.actor)}
    with ground.database.begin() as session:
        session.execute(delete(CaptureFailureRow).where(CaptureFailureRow.day < day))
        for one, limit in limits.items():
            if _failures(session, one, day) >= limit:
                whose = "" if one == owner else " of an account"
                raise RefusedError.because(
                    "F12",
                    f"{limit} sets of captures were refused today; that is the limit{whose}.",
                    "Try again tomorrow, with captures of one person only.",
                )
        _count(session, limits, day, 1)
    try:
        yield
    except MixedCapturesError:
        with ground.database.begin() as session:
            ground.note(session, failed)
        raise
    except BaseException:
        _take_back(ground, limits, day)
        raise
    _take_back(ground, limits, day)


def forget_failures(session: Session, owners: Sequence[str]) -> None:
    """Delete the budgets of owners who withdrew."""
    for table in (CaptureFailureRow, LiveAttemptRow):
        session.execute(delete(table).where(table.owner.in_(owners)))


def forget_all_failures(session: Session) -> None:
    """Delete everybody's budgets."""
    for table in (CaptureFailureRow, LiveAttemptRow):
        session.execute(delete(table))


def _of_account(ground: Ground, actor: Actor) -> dict[str, int]:
    """The tag of the account that acts, and its limit; none for a subject, who can invite nobody."""
    if actor.role is Role.SUBJECT:
        return {}
    return {ground.keys.tag(ARCHIVE_KEY, b"captures of account:" + actor.name.encode()): FAILURES_A_DAY_BY_ACCOUNT}


def _take_back(ground: Ground, limits: Mapping[str, int], day: date) -> None:
    with ground.database.begin() as session:
        _count(session, limits, day, -1)


def _failures(session: Session, owner: str, day: date) -> int:
    row = session.get(CaptureFailureRow, (owner, day))
    return row.failures if row else 0


def _count(session: Session, limits: Mapping[str, int], day: date, change: int) -> None:
    for owner in limits:
        failures = _failures(session, owner, day) + change
        if failures > 0:
            session.merge(CaptureFailureRow(owner=owner, day=day, failures=failures))
        else:
            same = (CaptureFailureRow.owner == owner, CaptureFailureRow.day == day)
            session.execute(delete(CaptureFailureRow).where(*same))
    session.flush()
