"""The log: append an act in the caller's own transaction, list entries, prove them.

May know: its tables, the key store. Must not know: what entries mean to others.
Appending costs O(log n): the tail of the tree is read once per transaction. Before the commit one checkpoint is signed
for all that the transaction appended; after it the checkpoint is remembered beside the keys, outside the archive.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, event, func, insert, select
from sqlalchemy.orm import Session, SessionTransaction

from ..errors import KeyDestroyedError, KeyStoreError, LedgerError, UnknownError, UsageError
from ..keys import KeyStore
from ..values import Act
from . import merkle
from .checkpoint import Checkpoint, open_checkpoint
from .entries import Entry, from_body, to_body
from .note import VerifierKey, is_key_name
from .proof import InclusionProof
from .publish import Published, publish
from .reading import node_reader, stored_note, stored_size
from .restored import Restored, read_restored
from .tables import LedgerCheckpoint, LedgerEntry, LedgerNode
from .verify import Verified, verify_ledger
from .witnesses import cosigned_note

REMEMBERED = "checkpoint"
_LINK_CONTEXT = b"ledger"
_AT_ONCE = 1000


@dataclass(slots=True)
class _Pending:
    """What one transaction knows of the log: its growing tail, where it began, and what the checkpoints cover."""

    tail: merkle.Tail
    first_size: int
    first_root: bytes
    covered: int
    own_checkpoint: int | None = None
    to_remember: str | None = None


class Ledger:
    """An append-only log under a name. ``origin`` is its name in checkpoints, like ``example.org/archive``.

    One object serves any number of database sessions and threads. ``keys`` must hold ``signing_key``, and a record
    key ``record-<subject id>`` for each subject that an act names.
    """

    def __init__(self, keys: KeyStore, origin: str, signing_key: str = "signing") -> None:
        if not is_key_name(origin):
            raise ValueError("an origin has no spaces and no plus signs")
        self.origin = origin
        self._keys = keys
        self._signing_key = signing_key

    @property
    def verifier_key(self) -> VerifierKey:
        """What others need to check proofs; ``str`` gives the text that they keep. Raises KeyDestroyedError."""
        return VerifierKey(self.origin, self._keys.public_key(self._signing_key))

    def append(self, session: Session, act: Act, at: datetime) -> int:
        """Write ``act`` as the next entry and return its index. It is there once the caller's transaction commits.

        Raises KeyDestroyedError when a subject's record key is gone, ValueError for a time without a zone, TypeError
        for facts that are neither text nor whole numbers. After the commit it raises KeyStoreError when the
        checkpoint cannot be remembered; the entry stands all the same.
        """
        pending = self._pending(session)
        index = pending.tail.size
        body = to_body(index, act, at, [self._sealed_link(subject) for subject in act.subjects])
        leaf = merkle.leaf_hash(body)
        session.add(LedgerEntry(idx=index, body=body, leaf=leaf))
        for level, position, node in pending.tail.append(leaf):
            session.add(LedgerNode(level=level, position=position, hash=node))
        return index

    def entries(
        self, session: Session, *, start: int = 0, limit: int | None = None, subject: str | None = None
    ) -> list[Entry]:
        """Entries from index ``start`` on, at most ``limit``; with ``subject`` only those whose link names them.

        Raises KeyDestroyedError when the subject's record key is gone: nobody can tell then which are theirs.
        """
        if subject is not None and not self._keys.holds(_record_key(subject)):
            raise KeyDestroyedError(
                "This person's record key was destroyed, so nobody can tell which entries are about them.",
                "Entries stay readable for the overseer, without the link.",
            )
        statement = select(LedgerEntry.body).where(LedgerEntry.idx >= start).order_by(LedgerEntry.idx)
        if subject is None:
            return [from_body(body) for body in session.scalars(statement.limit(limit))]
        found: list[Entry] = []
        for body in session.scalars(statement.execution_options(yield_per=_AT_ONCE)):
            if limit is not None and len(found) >= limit:
                break
            entry = from_body(body)
            if any(self._names(link, subject) for link in entry.subjects_sealed):
                found.append(entry)
        return found

    def last(self, session: Session) -> Entry | None:
        """The newest entry; None in an empty ledger."""
        size, _ = self._head(session)
        return self.entries(session, start=size - 1)[0] if size else None

    def proof(self, session: Session, index: int) -> InclusionProof:
        """That entry ``index`` is under the newest checkpoint. Hand it out after the commit only.

        Raises UsageError when there is no such entry, LedgerError when the newest entries have no checkpoint.
        """
        size, note = self._head(session)
        body = session.scalar(select(LedgerEntry.body).where(LedgerEntry.idx == index))
        if body is None or not 0 <= index < size:
            raise UnknownError(f"The ledger has no entry {index}.", f"It has {size} entries, counted from 0.")
        hashes = merkle.inclusion_proof(index, size, node_reader(session))
        return InclusionProof(index, tuple(hashes), note, body)

    def checkpoint(self, session: Session) -> str:
        """The newest signed checkpoint, with the lines of the witnesses that signed it. Hand it out after the commit.

        Raises LedgerError when the newest entries have none.
        """
        size, note = self._head(session)
        return cosigned_note(session, size, note)

    def consistency(self, session: Session, old_size: int) -> list[bytes]:
        """The RFC 9162 proof that the log of ``old_size`` entries is the beginning of today's.

        Raises UsageError when the log never had that size.
        """
        size = self._pending(session).tail.size if self in session.info else stored_size(session)
        if not 0 <= old_size <= size:
            raise UsageError(f"The ledger has {size} entries, not {old_size} or more.", "Name an earlier size.")
        return merkle.consistency_proof(old_size, size, node_reader(session))

    def verify(self, session: Session) -> Verified:
        """Check every entry, hash and checkpoint, and the checkpoint that is remembered beside the keys.

        Raises LedgerError, naming the first entry that was changed, removed, added or reordered. What was never
        logged, and a tree that the holder of the signing key signed anew, it cannot see: that takes witnesses.
        """
        if self in session.info:
            self._publish(session)
        return verify_ledger(session, self.verifier_key, self._keys.recall(REMEMBERED))

    def restores(self, session: Session) -> list[Restored]:
        """What the entries tell of restores, oldest first."""
        session.flush()
        bodies = session.scalars(
            select(LedgerEntry.body).order_by(LedgerEntry.idx).execution_options(yield_per=_AT_ONCE)
        )
        return [told for body in bodies if (told := read_restored(body)) is not None]

    def lost(self, session: Session) -> Checkpoint | None:
        """The checkpoint remembered beside the keys, if this log neither contains it nor tells of its loss.

        Raises LedgerError when what is remembered is no checkpoint of this log.
        """
        note = self._keys.recall(REMEMBERED)
        if note is None:
            return None
        known = open_checkpoint(note, self.verifier_key)
        size = self._pending(session).tail.size
        return None if self._begins_with(session, known, size) or self._tells_of(session, known) else known

    def publish(self, session: Session, folder: Path) -> Published:
        """Write the newest checkpoint, and the proof that it grew out of the one published before, as static files.

        Raises as ``publish.publish``.
        """
        _, note = self._head(session)
        return publish(
            session, folder, self.verifier_key, note, self.restores(session), lambda index: self.proof(session, index)
        )

    def _sealed_link(self, subject: str) -> str:
        sealed = self._keys.seal(_record_key(subject), subject.encode(), _LINK_CONTEXT)
        return base64.b64encode(sealed).decode()

    def _names(self, link: str, subject: str) -> bool:
        try:
            named = self._keys.unseal(_record_key(subject), base64.b64decode(link), _LINK_CONTEXT)
        except KeyDestroyedError:
            raise
        except (KeyStoreError, ValueError):
            return False
        return named == subject.encode()

    def _head(self, session: Session) -> tuple[int, str]:
        if self in session.info:
            self._publish(session)
        size = stored_size(session)
        note = stored_note(session, size)
        if note is None:
            raise LedgerError("The newest entries have no signed checkpoint.", "Run `sayso ledger verify`.")
        return size, note

    def _pending(self, session: Session) -> _Pending:
        pending: _Pending | None = session.info.get(self)
        if pending is None:
            # The first entry's row is the lock that appending transactions queue at, where the database has such locks.
            session.execute(select(LedgerEntry.idx).where(LedgerEntry.idx == 0).with_for_update())
            tail = merkle.Tail.read(stored_size(session), node_reader(session))
            covered = session.scalar(select(func.max(LedgerCheckpoint.size))) or 0
            pending = session.info[self] = _Pending(tail, tail.size, tail.root(), covered)
        if not event.contains(session, "before_commit", self._publish):
            event.listen(session, "before_commit", self._publish)
            event.listen(session, "after_commit", self._remember)
            event.listen(session, "after_soft_rollback", self._forget)
        return pending

    def _publish(self, session: Session) -> None:
        """Sign one checkpoint for all that this transaction appended so far."""
        if self not in session.info:
            return
        pending = self._pending(session)
        size = pending.tail.size
        if size == pending.covered:
            # After a savepoint was rolled back the tail was read again, and the checkpoint may be there already.
            note = None if pending.to_remember else stored_note(session, size)
        else:
            if pending.own_checkpoint is not None:
                session.execute(delete(LedgerCheckpoint).where(LedgerCheckpoint.size == pending.own_checkpoint))
            head = Checkpoint(self.origin, size, pending.tail.root())
            note = head.sign(self.verifier_key, lambda text: self._keys.sign(self._signing_key, text))
            session.execute(insert(LedgerCheckpoint).values(size=size, note=note))
            pending.covered = pending.own_checkpoint = size
        if note is not None:
            pending.to_remember = note if self._continues_the_remembered(session, pending) else None

    def _continues_the_remembered(self, session: Session, pending: _Pending) -> bool:
        """Whether the log still begins with the remembered checkpoint, or tells of its loss.

        If neither, that one must stay, for ``verify``.
        """
        note = self._keys.recall(REMEMBERED)
        if note is None:
            return True
        try:
            known = open_checkpoint(note, self.verifier_key)
            if known.size == pending.first_size and known.root == pending.first_root:
                return True
            return self._begins_with(session, known, pending.tail.size) or self._tells_of(session, known)
        except LedgerError:
            return False

    def _begins_with(self, session: Session, known: Checkpoint, size: int) -> bool:
        return known.size <= size and merkle.root(known.size, node_reader(session)) == known.root

    def _tells_of(self, session: Session, lost: Checkpoint) -> bool:
        return any(one.names(lost) for one in self.restores(session))

    def _remember(self, session: Session) -> None:
        if session.in_nested_transaction():
            return
        pending: _Pending | None = session.info.pop(self, None)
        if pending is not None and pending.to_remember is not None:
            self._keys.remember(REMEMBERED, pending.to_remember)

    def _forget(self, session: Session, _ended: SessionTransaction) -> None:
        """After a rollback, also of a savepoint, the tail is read again."""
        if self in session.info:
            session.info[self] = None


def _record_key(subject: str) -> str:
    return f"record-{subject}"
