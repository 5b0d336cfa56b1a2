"""Posters: a code on a wall by which anybody may ask to be invited; whoever asked waits for an operator's answer.

May know: codes, purposes, collections, and contacts, which are sealed. Must not know: who somebody is, what they are
answered: a request that was granted or declined leaves nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from ..errors import SaysoError, UsageError
from ..keys import KeyStore
from ..storage import Session
from ..values import Purpose
from . import notices, tokens
from .contacts import ARCHIVE_KEY, contact_tag
from .tables import AskingRow, PosterRow

#: How long a poster holds unless it is said otherwise, and at most.
HOLDS, LONGEST = timedelta(days=90), timedelta(days=366)
#: How long somebody who asked waits for an answer before they are forgotten.
WAITS = timedelta(days=30)
#: So many may wait at one poster.
AT_ONCE = 1000

_CODE_BYTES = 10


class PosterError(SaysoError):
    """A poster cannot be used: nobody knows it, its time is over, or too many are waiting."""


class PosterFullError(PosterError):
    """As many are waiting at a poster as may."""


@dataclass(frozen=True, slots=True)
class Poster:
    """``code`` is what hangs on the wall: ``/p/CODE``. ``collections`` are ids."""

    id: int
    code: str
    purposes: tuple[Purpose, ...]
    collections: tuple[int, ...]
    packs: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who asked to be invited; ``contact`` is whom the answer goes to."""

    id: int
    poster_id: int
    contact: str = field(repr=False)
    asked_at: datetime
    expires_at: datetime


def new(
    session: Session,
    *,
    purposes: Sequence[Purpose],
    collections: Sequence[int],
    packs: Sequence[str],
    made_by: str,
    now: datetime,
    holds: timedelta = HOLDS,
) -> Poster:
    """A new poster. Raises UsageError when there is no notice, no purpose, no collection, or it holds too long."""
    notices.current(session)
    if not purposes or not collections:
        raise UsageError(
            "A poster names what people are asked for, and which photos.", "Choose a purpose and a collection."
        )
    if not timedelta() < holds <= LONGEST:
        raise UsageError("A poster holds for a year at most.", "Choose an earlier end; make a new one afterwards.")
    code, _ = tokens.fresh(_CODE_BYTES)
    row = PosterRow(
        code=code,
        purposes=[Purpose(one).value for one in dict.fromkeys(purposes)],
        collections=list(dict.fromkeys(collections)),
        packs=list(dict.fromkeys(packs)),
        made_by=made_by,
        made_at=now,
        expires_at=now + holds,
    )
    session.add(row)
    session.flush()
    return _poster(row)


def read(session: Session, code: str, now: datetime) -> Poster:
    """The poster that bears a code. Raises PosterError."""
    row = session.scalar(select(PosterRow).where(PosterRow.code == code))
    if row is None:
        raise PosterError("No poster bears this code.", "Scan it again, or ask whoever put it up.")
    if now >= row.expires_at:
        raise PosterError("The time of this poster is over.", "Ask whoever put it up to invite you.")
    return _poster(row)


def get(session: Session, poster_id: int) -> Poster:
    """A poster by its number, also one whose time is over. Raises UsageError."""
    row = session.get(PosterRow, poster_id)
    if row is None:
        raise UsageError(f"There is no poster {poster_id}.", "Look at the list of posters.")
    return _poster(row)


def list_all(session: Session) -> list[Poster]:
    """Every poster, the newest first."""
    return [_poster(row) for row in session.scalars(select(PosterRow).order_by(PosterRow.id.desc()))]


def end(session: Session, poster_id: int, now: datetime) -> Poster:
    """End a poster now; whoever asked waits on. Raises UsageError."""
    get(session, poster_id)
    row = session.get_one(PosterRow, poster_id)
    row.expires_at = min(row.expires_at, now)
    session.flush()
    return _poster(row)


def ask(session: Session, keys: KeyStore, poster: Poster, contact: str, now: datetime) -> bool:
    """Note that somebody asks to be invited; False when the same contact waits there already.

    Raises UsageError when it is no contact, PosterError when too many are waiting.
    """
    tag = contact_tag(keys, contact)
    at_this = select(func.count()).select_from(AskingRow).where(AskingRow.poster_id == poster.id)
    if session.scalar(at_this.where(AskingRow.contact_tag == tag)):
        return False
    if (session.scalar(at_this) or 0) >= AT_ONCE:
        raise PosterFullError(
            "Too many people are waiting here already.", "Ask whoever put the poster up to invite you."
        )
    sealed = keys.seal(ARCHIVE_KEY, contact.strip().encode(), _context(poster.id, tag))
    session.add(
        AskingRow(poster_id=poster.id, contact_tag=tag, sealed_contact=sealed, asked_at=now, expires_at=now + WAITS)
    )
    session.flush()
    return True


def waiting(session: Session, keys: KeyStore, now: datetime) -> list[Asking]:
    """Everybody who waits for an answer, the longest first."""
    rows = select(AskingRow).where(AskingRow.expires_at > now).order_by(AskingRow.id)
    return [_asking(keys, row) for row in session.scalars(rows)]


def count_waiting(session: Session, now: datetime) -> int:
    """How many wait for an answer; opens no contact."""
    return session.scalar(select(func.count()).select_from(AskingRow).where(AskingRow.expires_at > now)) or 0


def answer(session: Session, keys: KeyStore, asking_id: int, now: datetime) -> Asking:
    """Take somebody who waits out of the list, whatever they are answered. Raises UsageError."""
    row = session.get(AskingRow, asking_id)
    if row is None or row.expires_at <= now:
        raise UsageError("Nobody waits under this number any more.", "Look at the list again.")
    found = _asking(keys, row)
    session.delete(row)
    session.flush()
    return found


def sweep(session: Session, now: datetime) -> int:
    """Forget those who were never answered; how many they were."""
    late = delete(AskingRow).where(AskingRow.expires_at <= now)
    return len(session.scalars(late.returning(AskingRow.id)).all())


def forget_all(session: Session) -> None:
    """Forget everybody who waits: nobody is invited any more."""
    session.execute(delete(AskingRow))


def next_expiry(session: Session) -> datetime | None:
    """When the next request is forgotten unanswered."""
    return session.scalar(select(func.min(AskingRow.expires_at)))


def _poster(row: PosterRow) -> Poster:
    purposes = tuple(Purpose(one) for one in row.purposes)
    return Poster(
        row.id,
        row.code,
        purposes,
        tuple(row.collections),
        tuple(row.packs),
        row.made_by,
        row.made_at,
        row.expires_at,
    )


def _asking(keys: KeyStore, row: AskingRow) -> Asking:
    contact = keys.unseal(ARCHIVE_KEY, row.sealed_contact, _context(row.poster_id, row.contact_tag)).decode()
    return Asking(row.id, row.poster_id, contact, row.asked_at, row.expires_at)


def _context(poster_id: int, tag: str) -> bytes:
    return f"asking {poster_id} {tag}".encode()
