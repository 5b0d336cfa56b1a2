"""The law packs that people bring along: where somebody lives may ask for more than where the archive is.

May know: the packs' names. Must not know: what a pack says. A name is no identity, but it tells where somebody lives:
it is sealed, on the invite until that is used, then with the subject until they withdraw. The proof names it as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from ..keys import KeyStore
from ..storage import Session
from . import invites, subjects
from .tables import GIVEN, ConsentCollectionRow, ConsentPurposeRow, SubjectRow


def keep(session: Session, keys: KeyStore, subject_id: str, packs: Sequence[str]) -> None:
    """Add packs to those that the subject brought before: they only cumulate (LAW F9)."""
    every = dict.fromkeys((*known(session, keys, subject_id), *packs))
    if every:
        row = subjects.get(session, subject_id)
        row.sealed_packs = keys.seal(subjects.record_key(subject_id), " ".join(every).encode(), _context(subject_id))
        session.flush()


def known(session: Session, keys: KeyStore, subject_id: str) -> tuple[str, ...]:
    """The packs that a subject brought along; none after they withdrew. Raises UsageError for an unknown id."""
    return _opened(keys, subjects.get(session, subject_id))


def brought(session: Session, keys: KeyStore, invite: invites.Invite) -> tuple[str, ...]:
    """The packs that an invite names, after those that its contact brought before."""
    present = subjects.living(session, invites.contact(session, invite))
    before = _opened(keys, present) if present is not None else ()
    return tuple(dict.fromkeys((*before, *invites.packs(session, keys, invite))))


def in_use(session: Session, keys: KeyStore) -> tuple[str, ...]:
    """Every pack that some living subject or some open invite brings along, sorted; not whose they are."""
    rows = select(SubjectRow).where(SubjectRow.withdrawn_at.is_(None), SubjectRow.sealed_packs.is_not(None))
    people = {name for row in session.scalars(rows) for name in _opened(keys, row)}
    return tuple(sorted(people | invites.packs_in_use(session, keys)))


def around(session: Session, keys: KeyStore, collection_id: int) -> tuple[str, ...]:
    """Every pack that somebody brings along who says yes in a collection, frozen or waiting too; not whose they are."""
    rows = (
        select(SubjectRow)
        .join(ConsentPurposeRow, ConsentPurposeRow.subject_id == SubjectRow.id)
        .join(ConsentCollectionRow, ConsentCollectionRow.purpose_id == ConsentPurposeRow.id)
        .where(
            SubjectRow.withdrawn_at.is_(None),
            SubjectRow.sealed_packs.is_not(None),
            ConsentPurposeRow.state == GIVEN,
            ConsentCollectionRow.collection_id == collection_id,
        )
        .distinct()
    )
    return tuple(sorted({name for row in session.scalars(rows) for name in _opened(keys, row)}))


def _opened(keys: KeyStore, row: SubjectRow) -> tuple[str, ...]:
    if row.sealed_packs is None:
        return ()
    return tuple(keys.unseal(subjects.record_key(row.id), row.sealed_packs, _context(row.id)).decode().split())


def _context(subject_id: str) -> bytes:
    return b"subject packs " + subject_id.encode()
