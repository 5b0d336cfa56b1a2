"""Invites: one person is asked, once, for named purposes and collections.

May know: the token's hash and the sealed label. Must not know: what the person answers; an invite that was declined
looks like one that was never opened (LAW R3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import InitVar, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from ..errors import SaysoError, UsageError
from ..keys import KeyStore
from ..storage import Session
from ..values import Guardian, Purpose
from . import notices, tokens
from .contacts import ARCHIVE_KEY, contact_tag
from .tables import InviteRow, SubjectRow

#: How long an invite may be used.
HOLDS = timedelta(days=14)

_TOKEN_BYTES = 24
_OPENED = object()


class InviteError(SaysoError):
    """An invite cannot be used: its token is wrong, it has expired, or it was used before."""


class InviteUsedError(InviteError):
    """An invite was used: somebody said yes with it."""


class InviteExpiredError(InviteError):
    """An invite's time is over."""


@dataclass(frozen=True, slots=True)
class Invite:
    """An invite that its token opened. Only ``open_invite`` makes one."""

    id: int
    purposes: tuple[Purpose, ...]
    collections: tuple[int, ...]
    invited_by: str
    expires_at: datetime
    opened: InitVar[object]

    def __post_init__(self, opened: object) -> None:
        if opened is not _OPENED:
            raise TypeError("an invite is opened with its token")


def create(
    session: Session,
    keys: KeyStore,
    *,
    label: str,
    purposes: Sequence[Purpose],
    collections: Sequence[int],
    invited_by: str,
    now: datetime,
    expires: datetime,
    guardian: Guardian | None = None,
    packs: Sequence[str] = (),
) -> str:
    """Invite the person called ``label`` and return the token, which is shown this once and kept nowhere.

    guardian: who may say yes for them, if they are a child; the token is for the guardian then. packs: names of the
    law packs of where they live, added to the archive's and the collections' own.

    A contact that withdrew earlier may be invited again: only that person's new yes clears the tombstone.
    Raises UsageError when there is no notice, no label, no purpose, or when ``expires`` is not after ``now``.
    """
    notices.current(session)
    tag = contact_tag(keys, label)
    if not purposes:
        raise UsageError("The invite names no purpose.", "Name at least one, such as `find`.")
    if expires <= now:
        raise UsageError("The invite would have expired already.", "Choose a later date.")
    if guardian is not None and contact_tag(keys, guardian.label) == tag:
        raise UsageError("A child is not their own guardian.", "Name the guardian with --guardian.")
    token, sha256 = tokens.fresh(_TOKEN_BYTES)
    named = f"{guardian.label.strip()}\n{guardian.relation.strip()}" if guardian is not None else None
    session.add(
        InviteRow(
            token_sha256=sha256,
            sealed_label=keys.seal(ARCHIVE_KEY, label.strip().encode(), _context(sha256)),
            sealed_guardian=keys.seal(ARCHIVE_KEY, named.encode(), _guardian_context(sha256)) if named else None,
            sealed_packs=keys.seal(ARCHIVE_KEY, " ".join(packs).encode(), _packs_context(sha256)) if packs else None,
            contact_tag=tag,
            purposes=[Purpose(purpose).value for purpose in dict.fromkeys(purposes)],
            collections=list(dict.fromkeys(collections)),
            invited_by=invited_by,
            created_at=now,
            expires_at=expires,
        )
    )
    session.flush()
    return token


def open_invite(session: Session, token: str, now: datetime) -> Invite:
    """The invite that ``token`` belongs to. Raises InviteError when it is unknown, expired or used."""
    row = session.scalar(select(InviteRow).where(InviteRow.token_sha256 == tokens.digest(token)))
    if row is None or not tokens.fits(token, row.token_sha256):
        raise InviteError("This invite link is not known.", "Check that it was copied whole, or ask for a new one.")
    _check(row, now)
    purposes = tuple(Purpose(purpose) for purpose in row.purposes)
    return Invite(
        row.id,
        purposes,
        tuple(row.collections),
        row.invited_by,
        row.expires_at,
        _OPENED,
    )


def joined(session: Session, invite: Invite) -> str | None:
    """Id of the living subject whom an unused invite is for, if they said yes before."""
    query = select(SubjectRow.id).join(InviteRow, InviteRow.contact_tag == SubjectRow.contact_tag)
    return session.scalar(query.where(InviteRow.id == invite.id, SubjectRow.withdrawn_at.is_(None)))


def tag(keys: KeyStore, token: str) -> str:
    """A keyed tag of an invite, under which others may count; it tells nothing of the invite."""
    return keys.tag(ARCHIVE_KEY, b"invite:" + token.encode())


def guardian(session: Session, keys: KeyStore, invite: Invite) -> Guardian | None:
    """The guardian whom an invite for a child names; None once it was used, and for everybody else's."""
    row = session.get(InviteRow, invite.id)
    if row is None or row.sealed_guardian is None:
        return None
    named = keys.unseal(ARCHIVE_KEY, row.sealed_guardian, _guardian_context(row.token_sha256)).decode()
    return Guardian(*named.split("\n", 1))


def contact(session: Session, invite: Invite) -> str:
    """The keyed tag of the contact who was invited. Raises InviteError when the invite was taken back."""
    row = session.get(InviteRow, invite.id)
    if row is None:
        raise _taken_back()
    return row.contact_tag


def packs(session: Session, keys: KeyStore, invite: Invite) -> tuple[str, ...]:
    """The law packs that an invite names for the person; none once it was used."""
    row = session.get(InviteRow, invite.id)
    return _packs(keys, row) if row is not None else ()


def packs_in_use(session: Session, keys: KeyStore) -> set[str]:
    """The law packs that invites which were not used yet name."""
    rows = select(InviteRow).where(InviteRow.used_at.is_(None), InviteRow.sealed_packs.is_not(None))
    return {name for row in session.scalars(rows) for name in _packs(keys, row)}


def use(session: Session, keys: KeyStore, invite: Invite, now: datetime) -> str:
    """Mark the invite used, erase its label, guardian and packs, and return that label, all in this transaction.

    One conditional write decides, so that of several at once exactly one succeeds. Raises InviteError.
    """
    row = session.get(InviteRow, invite.id, populate_existing=True)
    if row is None:
        raise _taken_back()
    _check(row, now)
    sealed, sha256 = row.sealed_label, row.token_sha256
    claim = update(InviteRow).where(InviteRow.id == invite.id, InviteRow.used_at.is_(None))
    erased = claim.values(used_at=now, sealed_label=None, sealed_guardian=None, sealed_packs=None)
    claimed = session.scalar(erased.returning(InviteRow.id))
    if claimed is None or sealed is None:
        raise _used()
    return keys.unseal(ARCHIVE_KEY, sealed, _context(sha256)).decode()


def relabel(session: Session, keys: KeyStore, was: str, label: str) -> None:
    """Move what a contact, by their tag, was invited with to the label that they have from now on."""
    for row in session.scalars(select(InviteRow).where(InviteRow.contact_tag == was)):
        row.contact_tag = contact_tag(keys, label)
        if row.sealed_label is not None:
            row.sealed_label = keys.seal(ARCHIVE_KEY, label.strip().encode(), _context(row.token_sha256))
    session.flush()


def sweep(session: Session, now: datetime) -> int:
    """Delete the invites that ran out unused, and return how many: nobody's label is kept for nothing."""
    late = delete(InviteRow).where(InviteRow.used_at.is_(None), InviteRow.expires_at <= now)
    return len(session.scalars(late.returning(InviteRow.id)).all())


def next_expiry(session: Session) -> datetime | None:
    """When the next invite runs out unused."""
    return session.scalar(select(func.min(InviteRow.expires_at)).where(InviteRow.used_at.is_(None)))


def _check(row: InviteRow, now: datetime) -> None:
    if row.used_at is not None:
        raise _used()
    if now >= row.expires_at:
        raise InviteExpiredError(f"This invite expired on {row.expires_at:%Y-%m-%d}.", "Ask for a new one.")


def _used() -> InviteError:
    return InviteUsedError(
        "This invite was used already; each opens once.", "Ask for a new one to change your choices."
    )


def _taken_back() -> InviteError:
    return InviteError("This invite was taken back.", "Ask for a new one.")


def _packs(keys: KeyStore, row: InviteRow) -> tuple[str, ...]:
    if row.sealed_packs is None:
        return ()
    return tuple(keys.unseal(ARCHIVE_KEY, row.sealed_packs, _packs_context(row.token_sha256)).decode().split())


def _packs_context(token_sha256: str) -> bytes:
    return b"invite packs " + token_sha256.encode()


def _context(token_sha256: str) -> bytes:
    return b"invite label " + token_sha256.encode()


def _guardian_context(token_sha256: str) -> bytes:
    return b"invite guardian " + token_sha256.encode()
