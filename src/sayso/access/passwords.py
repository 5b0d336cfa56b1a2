"""Passwords: kept as a slow salted hash, checked without telling whether the name or the word was wrong.

May know: accounts, Argon2. Must not know: roles' powers, cookies. Must not do: keep, log or return a password.
"""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ..errors import RefusedError, UsageError
from ..storage import Session
from ..values import Actor, Role, Route
from .names import normalised
from .tables import AccountRow
from .tokens import PREFIX

#: Characters at least, at most (NIST SP 800-63B, 5.1.1.2: length counts, rules of composition do not).
SHORTEST, LONGEST = 12, 1024


def set_password(session: Session, name: str, password: str) -> None:
    """Give an account a password in place of any it had. Argon2id, parameters of RFC 9106, section 4 (low memory).

    Raises UsageError for an unknown or closed account, a password that is too short or too long, the name
    itself, or one that begins like a token.
    """
    row = session.get(AccountRow, normalised(name))
    if row is None or row.disabled_at is not None:
        raise UsageError("There is no open account of that name.", "List them with `sayso account list`.")
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            f"A password has {SHORTEST} to {LONGEST} characters.", "Choose a longer one; several words will do."
        )
    if normalised(password) == row.name:
        raise UsageError("The password is the account's name.", "Choose another one.")
    if password.startswith(PREFIX):
        raise UsageError(f"The password begins with {PREFIX!r}, as tokens do.", "Choose another one.")
    row.password_hash = _hasher().hash(password)
    session.flush()


def has(session: Session, name: str) -> bool:
    """Whether an open account of that name has a password."""
    row = session.get(AccountRow, normalised(name))
    return row is not None and row.disabled_at is None and row.password_hash is not None


def check(session: Session, name: str, password: str, route: Route) -> Actor:
    """Who acts, by name and password. Raises RefusedError (F10), always the same, when they do not fit.

    An account without a password, a closed and an unknown one take as long to refuse as a wrong password.
    """
    row = session.get(AccountRow, normalised(name))
    kept = row.password_hash if row is not None and row.disabled_at is None else None
    try:
        _hasher().verify(kept or _nobodys(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        kept = None
    if row is None or kept is None:
        raise RefusedError.because("F10", "Name and password do not fit.", "Try again, or ask an operator to help.")
    return Actor(row.name, Role(row.role), route)


def renew(session: Session, name: str, password: str) -> None:
    """Hash a password anew that was just found to fit, if that is done otherwise by now."""
    row = session.get(AccountRow, normalised(name))
    if row is None or row.password_hash is None or not _hasher().check_needs_rehash(row.password_hash):
        return
    if not password.startswith(PREFIX):
        row.password_hash = _hasher().hash(password)
        session.flush()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password, and no account is checked against it")
