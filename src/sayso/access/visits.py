"""Visits: who is signed in in a browser, for how long, and how they get in without a password.

May know: random tokens by their hash, accounts, the ids under which subjects come in. Must not know: cookies, who a
subject is. Must not do: keep a token itself.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from ..errors import RefusedError
from ..storage import Session
from ..values import Role, Route
from .accounts import actor
from .names import normalised
from .tables import EntryLinkRow, PasskeyRow, VisitRow

#: A visit ends this long after it began, and this long after it was last seen (OWASP ASVS 3.3).
LONGEST = {Role.SUBJECT: timedelta(days=30)}
LONGEST_OF_STAFF = timedelta(hours=12)
IDLE = {Role.SUBJECT: timedelta(days=7)}
IDLE_OF_STAFF = timedelta(minutes=30)
#: A link by mail opens once, within this time.
LINK_HOLDS = timedelta(minutes=30)
#: So many links may wait for one person at once.
LINKS_AT_ONCE = 3

_BYTES = 32
#: How exact ``seen_at`` is: writing it at every look would make every look wait for the disk.
_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in: an account's name and role, or a subject's id."""

    name: str
    role: Role


def begin(session: Session, visitor: Visitor, now: datetime) -> str:
    """Sign somebody in whose proof was looked at already; the token is returned this once."""
    token = secrets.token_urlsafe(_BYTES)
    row = VisitRow(token_sha256=_digest(token), name=visitor.name, role=visitor.role.value, opened_at=now, seen_at=now)
    session.add(row)
    session.flush()
    return token


def look(session: Session, token: str, now: datetime) -> tuple[Visitor | None, bool]:
    """Who is signed in with a token; None when it is unknown or has run out, or when the account was closed.

    And whether there is something to write down about the visit, which ``see`` does: most looks change nothing.
    """
    row = session.get(VisitRow, _digest(token))
    if row is None:
        return None, False
    visitor = Visitor(row.name, Role(row.role))
    idle, longest = IDLE.get(visitor.role, IDLE_OF_STAFF), LONGEST.get(visitor.role, LONGEST_OF_STAFF)
    # A clock that went back opens nothing again: a visit from the future is none.
    if not row.opened_at <= now + _SEEN_EVERY or now >= row.opened_at + longest or now >= row.seen_at + idle:
        return None, True
    if visitor.role is not Role.SUBJECT and not _still(session, visitor):
        return None, True
    return visitor, now - row.seen_at > _SEEN_EVERY


def see(session: Session, token: str, now: datetime) -> None:
    """Write down that a visit goes on, or delete it when it is over."""
    visitor, _ = look(session, token, now)
    row = session.get(VisitRow, _digest(token))
    if row is not None and visitor is None:
        session.delete(row)
    elif row is not None:
        row.seen_at = now


def who(session: Session, token: str, now: datetime) -> Visitor | None:
    """``look``, and ``see`` if need be."""
    visitor, changes = look(session, token, now)
    if changes:
        see(session, token, now)
    return visitor


def end(session: Session, token: str) -> None:
    """Sign out; an unknown token is no error."""
    session.execute(delete(VisitRow).where(VisitRow.token_sha256 == _digest(token)))


def new_link(session: Session, name: str, now: datetime) -> str | None:
    """A link's token that lets a subject in once; None while as many as may wait are waiting."""
    session.execute(delete(EntryLinkRow).where(EntryLinkRow.expires_at <= now))
    waiting = select(func.count()).select_from(EntryLinkRow).where(EntryLinkRow.name == name)
    if (session.scalar(waiting) or 0) >= LINKS_AT_ONCE:
        return None
    token = secrets.token_urlsafe(_BYTES)
    session.add(EntryLinkRow(token_sha256=_digest(token), name=name, made_at=now, expires_at=now + LINK_HOLDS))
    session.flush()
    return token


def use_link(session: Session, token: str, now: datetime) -> Visitor | None:
    """Whom a link lets in; it, and every other that was sent to the same person, is worth nothing afterwards."""
    claimed = delete(EntryLinkRow).where(EntryLinkRow.token_sha256 == _digest(token), EntryLinkRow.expires_at > now)
    name = session.scalar(claimed.returning(EntryLinkRow.name))
    if name is None:
        return None
    session.execute(delete(EntryLinkRow).where(EntryLinkRow.name == name))
    return Visitor(name, Role.SUBJECT)


def forget(session: Session, name: str) -> None:
    """End every visit of somebody, and destroy the links and passkeys with which they could come back."""
    for table in (VisitRow, EntryLinkRow, PasskeyRow):
        session.execute(delete(table).where(table.name == name))


def forget_staff(session: Session, name: str) -> None:
    """End every visit of an account, however its name is spelt."""
    of_staff = VisitRow.role != Role.SUBJECT.value
    session.execute(delete(VisitRow).where(VisitRow.name == normalised(name), of_staff))


def forget_subjects(session: Session) -> None:
    """The same for all subjects: the archive has ceased."""
    session.execute(delete(VisitRow).where(VisitRow.role == Role.SUBJECT.value))
    session.execute(delete(EntryLinkRow))
    session.execute(delete(PasskeyRow))


def sweep(session: Session, now: datetime) -> None:
    """Delete visits and links that ran out."""
    session.execute(delete(EntryLinkRow).where(EntryLinkRow.expires_at <= now))
    for role in Role:
        oldest = now - LONGEST.get(role, LONGEST_OF_STAFF)
        session.execute(delete(VisitRow).where(VisitRow.role == role.value, VisitRow.opened_at <= oldest))


def _still(session: Session, visitor: Visitor) -> bool:
    try:
        return actor(session, visitor.name, Route.WEB).role is visitor.role
    except RefusedError:
        return False


def _digest(token: str) -> str:
    """SHA-256, 64 hex digits. A token is random: looking its hash up tells nothing about it through the time taken."""
    return hashlib.sha256(token.encode()).hexdigest()
