"""Tombstones: what was withdrawn stays withdrawn, also when an older copy of the database is restored.

May know: keyed hashes of contacts and of consent records. Must not know: templates, photos, names.
They lie in the database and, remembered, beside the keys: a restored database learns them again from there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select

from ..keys import KeyStore
from ..storage import Session
from ..values import Purpose
from .contacts import ARCHIVE_KEY
from .tables import GIVEN, ConsentPurposeRow, SubjectRow, TombstoneRow

_NAME = "tombstones"


@dataclass(frozen=True, slots=True)
class Returned:
    """Purposes of a subject that were withdrawn once and are back, as given, in a restored database."""

    subject_id: str
    purposes: tuple[Purpose, ...]


def record_tag(keys: KeyStore, key_id: str) -> str:
    """Keyed hash of the record of one purpose, named by its random key id; row numbers are used again, that is not."""
    return keys.tag(ARCHIVE_KEY, b"record:" + key_id.encode())


def lay(session: Session, keys: KeyStore, tags: Iterable[str], now: datetime) -> None:
    """Keep these tags, here and beside the keys.

    Beside the keys first: when the transaction then fails, the refusal stands and ``replay`` completes it.
    """
    _merge(session, keys, dict.fromkeys(tags, now))


def clear(session: Session, keys: KeyStore, tag: str) -> None:
    """Forget the tombstone of a contact who said yes anew. Tombstones of records are never cleared."""
    known = _remembered(keys)
    if known.pop(tag, None) is not None:
        _remember(keys, known)
    session.execute(delete(TombstoneRow).where(TombstoneRow.tag == tag))


def lies(session: Session, keys: KeyStore, tag: str) -> bool:
    """Whether a tombstone lies on this contact."""
    return tag in _remembered(keys) or session.get(TombstoneRow, tag) is not None


def replay(session: Session, keys: KeyStore) -> list[Returned]:
    """What came back by a restore and must be withdrawn again, by subject id; to be asked whenever an archive opens.

    A purpose came back when its record bears a tombstone, or when its contact does and the yes is not newer than it.
    Merges the tombstones here with those remembered beside the keys.
    """
    every = _merge(session, keys, {})
    rows = session.execute(
        select(ConsentPurposeRow, SubjectRow.contact_tag)
        .join(SubjectRow, SubjectRow.id == ConsentPurposeRow.subject_id)
        .where(ConsentPurposeRow.state == GIVEN)
        .order_by(ConsentPurposeRow.subject_id, ConsentPurposeRow.id)
    )
    back: dict[str, list[Purpose]] = {}
    for row, contact in rows:
        refused_at = every.get(contact or "")
        if record_tag(keys, row.key_id) in every or (refused_at is not None and row.given_at <= refused_at):
            back.setdefault(row.subject_id, []).append(Purpose(row.purpose))
    return [Returned(subject_id, tuple(purposes)) for subject_id, purposes in back.items()]


def _merge(session: Session, keys: KeyStore, fresh: dict[str, datetime]) -> dict[str, datetime]:
    """Bring both places to hold every tombstone that either knows, and the fresh ones; return them all."""
    known = _remembered(keys)
    here = {row.tag: row.at for row in session.scalars(select(TombstoneRow))}
    every = fresh | here | known
    if every != known:
        _remember(keys, every)
    session.add_all(TombstoneRow(tag=tag, at=at) for tag, at in every.items() if tag not in here)
    session.flush()
    return every


def _remembered(keys: KeyStore) -> dict[str, datetime]:
    kept = json.loads(keys.recall(_NAME) or "{}")
    return {tag: datetime.fromisoformat(at) for tag, at in kept.items()}


def _remember(keys: KeyStore, tombstones: dict[str, datetime]) -> None:
    keys.remember(_NAME, json.dumps({tag: at.astimezone(UTC).isoformat() for tag, at in sorted(tombstones.items())}))
