"""Accounts of the people who run the archive: open one, list them, close one.

May know: names and roles. Must not know: subjects, passwords, what a role may do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ..errors import RefusedError, UsageError
from ..storage import Session
from ..values import Actor, Role, Route
from .names import normalised
from .tables import AccountRow

#: Characters of a name, as the table keeps it.
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``name`` is normalised; ``disabled_at`` is None while it is open. A password is never told."""

    name: str
    role: Role
    created_at: datetime
    created_by: str
    disabled_at: datetime | None
    has_password: bool


def new(session: Session, name: str, role: Role, created_by: str, now: datetime) -> Account:
    """Open an account; the first one of an archive is an operator's.

    Raises UsageError for an empty, overlong or taken name (a closed account's name stays taken), the role ``subject``,
    or a first account that is no operator's.
    """
    plain = normalised(name)
    if not plain or len(plain) > _LONGEST or not plain.isprintable():
        raise UsageError("This is no name for an account.", f"Choose 1 to {_LONGEST} printable characters.")
    if role is Role.SUBJECT:
        raise UsageError("A subject needs no account.", "Invite them instead: `sayso invite`.")
    if not any_account(session) and role is not Role.OPERATOR:
        raise UsageError("The first account must be an operator's.", "Run `sayso account new NAME --role operator`.")
    if session.get(AccountRow, plain) is not None:
        raise UsageError(f"The name {plain!r} is taken; names are never given out again.", "Choose another name.")
    row = AccountRow(name=plain, role=role.value, created_at=now, created_by=normalised(created_by))
    session.add(row)
    session.flush()
    return _value(row)


def list_all(session: Session) -> list[Account]:
    """Every account ever opened, by name."""
    return [_value(row) for row in session.scalars(select(AccountRow).order_by(AccountRow.name))]


def disable(session: Session, name: str, now: datetime) -> None:
    """Close an account for good. Raises UsageError when it is unknown, or the last open operator's."""
    row = session.get(AccountRow, normalised(name))
    if row is None:
        raise UsageError("There is no account of that name.", "List them with `sayso account list`.")
    if row.disabled_at is not None:
        return
    operators = select(func.count()).where(AccountRow.role == Role.OPERATOR.value, AccountRow.disabled_at.is_(None))
    if row.role == Role.OPERATOR.value and session.scalar(operators) == 1:
        raise UsageError("This is the last operator's account.", "Open another operator's account first.")
    row.disabled_at = now
    session.flush()


def actor(session: Session, name: str, route: Route) -> Actor:
    """Who acts: the account of that name with its role. Raises RefusedError when it is unknown or closed."""
    row = _open(session, name)
    return Actor(row.name, Role(row.role), route)


def known_as(session: Session, name: str) -> str:
    """The name under which somebody's account was opened. Raises RefusedError when it is unknown or closed."""
    return _open(session, name).name


def operators_without_password(session: Session) -> list[str]:
    """Open operators' accounts that nobody has to prove, by name; none while there is only one operator: with two,
    whatever takes a second person can be approved by the first under the other's name."""
    operators = [one for one in list_all(session) if one.role is Role.OPERATOR and one.disabled_at is None]
    return [one.name for one in operators if not one.has_password] if len(operators) > 1 else []


def any_account(session: Session) -> bool:
    """Whether an account was ever opened here."""
    return session.scalar(select(func.count()).select_from(AccountRow)) != 0


def _open(session: Session, name: str) -> AccountRow:
    row = session.get(AccountRow, normalised(name))
    if row is None:
        raise RefusedError.because(
            "F10", f"{name!r} has no account here.", "An operator opens one: `sayso account new NAME --role ROLE`."
        )
    if row.disabled_at is not None:
        raise RefusedError.because("F10", f"The account {row.name!r} is closed.", "Ask an operator for another one.")
    return row


def _value(row: AccountRow) -> Account:
    return Account(
        row.name, Role(row.role), row.created_at, row.created_by, row.disabled_at, row.password_hash is not None
    )
