"""Approvals: some acts need a second person. One asks, another approves, then it stands.

May know: names, verbs, a short text of what is approved. Must not know: what the act does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from ..errors import RefusedError, UsageError
from ..storage import Session
from ..values import Role, Route
from .accounts import actor
from .names import normalised
from .tables import ApprovalRow


@dataclass(frozen=True, slots=True)
class Approval:
    """An act that was asked for; it stands once ``approved_by`` names a second person. Names are normalised."""

    id: int
    verb: str
    what: str
    asked_by: str
    asked_at: datetime
    approved_by: str | None
    approved_at: datetime | None


def ask(session: Session, verb: str, what: str, asked_by: str, now: datetime) -> Approval:
    """Ask for a second person's approval of ``verb`` on ``what`` (ids and codes, no names of subjects)."""
    row = ApprovalRow(verb=verb, what=what, asked_by=normalised(asked_by), asked_at=now)
    session.add(row)
    session.flush()
    return _value(row)


def approve(session: Session, approval_id: int, approved_by: str, now: datetime, *, rule: str) -> Approval:
    """Approve as the second person. ``rule`` is the law page's id that a refusal cites, such as ``F5``.

    Approving twice changes nothing. Raises UsageError when there is nothing of that id to approve; RefusedError
    (``rule``) when it is the person who asked, by case and spacing regardless; RefusedError (F10) without an open
    operator's account.
    """
    row = session.get(ApprovalRow, approval_id)
    if row is None:
        raise UsageError("There is nothing of that id to approve.", "Ask for it first.")
    second = actor(session, approved_by, Route.API)
    if second.name == row.asked_by:
        raise RefusedError.because(rule, "Whoever asked cannot approve it too.", "A second person must approve.")
    if second.role is not Role.OPERATOR:
        raise RefusedError.because("F10", "Only an operator can approve.", "Ask another operator.")
    if row.approved_by is None:
        row.approved_by, row.approved_at = second.name, now
        session.flush()
    return _value(row)


def take_back(session: Session, verb: str, what: str) -> None:
    """Forget what was asked for exactly this act and is not approved yet."""
    session.execute(
        delete(ApprovalRow).where(ApprovalRow.verb == verb, ApprovalRow.what == what, ApprovalRow.approved_by.is_(None))
    )


def standing(session: Session, verb: str, what: str) -> Approval | None:
    """The newest approval of exactly this act by a second person, or None."""
    query = select(ApprovalRow).where(
        ApprovalRow.verb == verb, ApprovalRow.what == what, ApprovalRow.approved_by.is_not(None)
    )
    row = session.scalar(query.order_by(ApprovalRow.approved_at.desc(), ApprovalRow.id.desc()).limit(1))
    return _value(row) if row else None


def waiting(session: Session) -> list[Approval]:
    """What was asked for and is not approved, oldest first."""
    query = select(ApprovalRow).where(ApprovalRow.approved_by.is_(None)).order_by(ApprovalRow.id)
    return [_value(row) for row in session.scalars(query)]


def _value(row: ApprovalRow) -> Approval:
    return Approval(row.id, row.verb, row.what, row.asked_by, row.asked_at, row.approved_by, row.approved_at)
