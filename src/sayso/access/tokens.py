"""API tokens: random, shown once, kept as a hash, for a time; whoever holds one acts as the account it belongs to.

May know: accounts, randomness. Must not know: what an account may do. Must not do: keep a token itself.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from ..errors import RefusedError, UnknownError, UsageError
from ..storage import Session
from ..values import Actor, Route
from .accounts import actor
from .names import normalised
from .tables import ApiTokenRow

#: How a token begins, so that a leaked one is recognised as such.
PREFIX = "sayso_"
#: The longest life of a token.
LONGEST = timedelta(days=366)

_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of a token; the token itself is not. ``note`` says what it is for."""

    id: int
    name: str
    note: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


def new(session: Session, name: str, note: str, now: datetime, expires: datetime) -> tuple[ApiToken, str]:
    """Make a token for an account; the text is returned this once.

    Raises RefusedError (F10) for an unknown or closed account, UsageError when ``expires`` is not after ``now`` or
    later than ``LONGEST`` from it, or when the note is empty.
    """
    owner = actor(session, name, Route.API)
    if not now < expires <= now + LONGEST:
        raise UsageError(f"A token lives for 1 to {LONGEST.days} days.", "Choose an earlier date, and renew it then.")
    if not note.strip():
        raise UsageError("A token needs a note.", "Say what it is for, so that you know which one to revoke.")
    token = PREFIX + secrets.token_urlsafe(_BYTES)
    row = ApiTokenRow(
        name=owner.name, note=note.strip(), token_sha256=_digest(token), created_at=now, expires_at=expires
    )
    session.add(row)
    session.flush()
    return _value(row), token


def list_all(session: Session, name: str | None = None) -> list[ApiToken]:
    """Every token of an account, or of all, oldest first."""
    query = select(ApiTokenRow).order_by(ApiTokenRow.id)
    if name is not None:
        query = query.where(ApiTokenRow.name == normalised(name))
    return [_value(row) for row in session.scalars(query)]


def get(session: Session, token_id: int) -> ApiToken:
    """What is known of one token. Raises UsageError."""
    return _value(_row(session, token_id))


def revoke(session: Session, token_id: int, now: datetime) -> None:
    """End a token at once; revoking twice keeps the first time. Raises UsageError when there is none of that id."""
    row = _row(session, token_id)
    if row.revoked_at is None:
        row.revoked_at = now
        session.flush()


def check(session: Session, token: str, route: Route, now: datetime) -> Actor:
    """Who acts, by token. Raises RefusedError (F10), always the same, for one that is unknown, run out or revoked,
    and when the account is closed."""
    digest = _digest(token)
    row = session.scalar(select(ApiTokenRow).where(ApiTokenRow.token_sha256 == digest))
    if row is None or not hmac.compare_digest(row.token_sha256, digest) or row.revoked_at or row.expires_at <= now:
        raise _refused()
    try:
        return actor(session, row.name, route)
    except RefusedError:
        raise _refused() from None


def _row(session: Session, token_id: int) -> ApiTokenRow:
    row = session.get(ApiTokenRow, token_id)
    if row is None:
        raise UnknownError(f"There is no token {token_id}.", "List yours with `sayso account token list`.")
    return row


def _digest(token: str) -> str:
    """SHA-256, 64 hex digits. A token is random, so that a fast hash cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()


def _refused() -> RefusedError:
    return RefusedError.because(
        "F10", "This token opens nothing: it is not known, ran out, or was revoked.", "Make another one."
    )


def _value(row: ApiTokenRow) -> ApiToken:
    return ApiToken(row.id, row.name, row.note, row.created_at, row.expires_at, row.revoked_at)
