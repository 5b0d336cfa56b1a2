"""Checking a whole ledger: every entry, every stored hash, every checkpoint, and the one remembered elsewhere.

May know: the tables, checkpoints, a public key. Must not know: private keys, or what an entry says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..errors import LedgerError
from .checkpoint import Checkpoint, open_checkpoint
from .merkle import Tail, leaf_hash
from .note import VerifierKey
from .reading import is_blob
from .restored import Restored, read_restored
from .tables import LedgerCheckpoint, LedgerEntry, LedgerNode
from .witnesses import Cosigned, check_cosignatures

_AT_ONCE = 4096
_BEFORE_ALL = -(1 << 62)
_ADVICE = (
    "Keep the archive as it is, compare it with an older copy, and tell the overseer. If an older copy was put back on "
    "purpose, two operators say so with `sayso ledger accept-restore`."
)


@dataclass(frozen=True, slots=True)
class Verified:
    """A ledger that verified: its size, its root in hex, and the newest signed checkpoint (empty for an empty one).

    ``restored``: each entry that tells of a checkpoint that was lost when an older copy was put back. ``witnesses``:
    each known outside witness, with the newest checkpoint that it signed.
    """

    size: int
    root_hex: str
    checkpoint_note: str
    restored: tuple[Restored, ...] = ()
    witnesses: tuple[Cosigned, ...] = ()


def verify_ledger(session: Session, key: VerifierKey, remembered: str | None) -> Verified:
    """Check the ledger against itself, against ``key``, and against the ``remembered`` checkpoint, if there is one.

    Raises LedgerError at the first thing that is wrong, from the oldest entry to the newest.
    """
    walk = _Walk(session, key, _opened(remembered, key))
    for rows in _batches(session):
        walk.over(rows)
    walk.finish()
    cosigned = check_cosignatures(session)
    return Verified(walk.tail.size, walk.tail.root().hex(), walk.newest_note, tuple(walk.restored), tuple(cosigned))


class _Walk:
    """One pass over the ledger, oldest entry first, with the tree rebuilt alongside."""

    def __init__(self, session: Session, key: VerifierKey, remembered: Checkpoint | None) -> None:
        self._session = session
        self._key = key
        self._remembered = remembered
        self._good = 0
        self._checkpoints = 0
        self._nodes = 0
        self._bad_node: str | None = None
        self._rewritten = False
        self.restored: list[Restored] = []
        self.tail = Tail()
        self.newest_note = ""

    def over(self, rows: list[tuple[int, bytes, bytes]]) -> None:
        """Check the next entries, given as (index, body, leaf hash) in order of the index."""
        nodes = self._stored_nodes(self.tail.size, self.tail.size + len(rows))
        notes = self._stored_notes(self.tail.size, self.tail.size + len(rows))
        for index, body, leaf in rows:
            _check_place(index, self.tail.size)
            _check_body(index, body, leaf)
            told = read_restored(body)
            if told is not None:
                self.restored.append(told)
            completed = list(self.tail.append(leaf))
            if self.tail.size in notes:
                self._check_note(notes[self.tail.size])
            for level, position, node in completed:
                if nodes.get((level, position)) != node and self._bad_node is None:
                    # Entries or node: which of the two is wrong the next checkpoint tells.
                    self._bad_node = f"A stored hash over the entries {position << level} to {index} was changed."
            self._nodes += len(completed)
            if self._remembered and self._remembered.size == self.tail.size:
                self._rewritten = self._remembered.root != self.tail.root()

    def finish(self) -> None:
        """What can only be said when the last entry is known."""
        size = self.tail.size
        last = self._session.scalar(select(func.max(LedgerCheckpoint.size))) or 0
        if last > size:
            raise _wrong(f"The entries {size} to {last - 1} were removed: a checkpoint for {last} entries is there.")
        if self._remembered and not any(one.names(self._remembered) for one in self.restored):
            self._check_remembered(self._remembered)
        if self._good != size:
            raise _wrong(f"The entries {self._good} to {size - 1} have no signed checkpoint.")
        if self._checkpoints != self._session.scalar(select(func.count()).select_from(LedgerCheckpoint)):
            raise _wrong("There is a checkpoint for a size that the ledger never had.")
        if self._nodes != self._session.scalar(select(func.count()).select_from(LedgerNode)):
            raise _wrong("There are stored hashes for entries that the ledger does not have.")

    def _check_note(self, note: str) -> None:
        size = self.tail.size
        try:
            checkpoint = open_checkpoint(str(note), self._key)
        except LedgerError as error:
            raise _wrong(f"The checkpoint for {size} entries cannot be trusted. {error.what}") from None
        if checkpoint.size != size or checkpoint.root != self.tail.root():
            entries = (
                f"Entry {size - 1}" if self._good == size - 1 else f"One of the entries {self._good} to {size - 1}"
            )
            raise _wrong(f"{entries} was changed: the signed checkpoint for {size} entries has another root.")
        if self._bad_node is not None:
            raise _wrong(self._bad_node)
        self._good = size
        self._checkpoints += 1
        self.newest_note = note

    def _check_remembered(self, remembered: Checkpoint) -> None:
        if remembered.size > self.tail.size:
            raise _wrong(
                f"The ledger has {self.tail.size} entries, but the checkpoint kept outside the archive counts "
                f"{remembered.size}: the newest were removed, or an older copy was put back.",
            )
        if self._rewritten:
            raise _wrong(
                f"The first {remembered.size} entries are not the ones that the checkpoint kept outside the archive "
                "was signed for: the ledger was rewritten, or went on from an older copy."
            )

    def _stored_nodes(self, start: int, end: int) -> dict[tuple[int, int], bytes]:
        """The stored nodes that the entries from ``start`` up to, and without, ``end`` complete."""
        found: dict[tuple[int, int], bytes] = {}
        for level in range(1, end.bit_length()):
            rows = self._session.execute(
                select(LedgerNode.position, LedgerNode.hash).where(
                    LedgerNode.level == level,
                    LedgerNode.position >= start >> level,
                    LedgerNode.position < end >> level,
                )
            )
            found.update({(level, position): node for position, node in rows})
        return found

    def _stored_notes(self, start: int, end: int) -> dict[int, str]:
        """The checkpoints for sizes above ``start`` up to ``end``."""
        rows = self._session.execute(
            select(LedgerCheckpoint.size, LedgerCheckpoint.note).where(
                LedgerCheckpoint.size > start, LedgerCheckpoint.size <= end
            )
        )
        return {size: note for size, note in rows}  # noqa: C416 - rows are no plain tuples to the type checker


def _batches(session: Session) -> Iterator[list[tuple[int, bytes, bytes]]]:
    last = _BEFORE_ALL
    while True:
        rows = session.execute(
            select(LedgerEntry.idx, LedgerEntry.body, LedgerEntry.leaf)
            .where(LedgerEntry.idx > last)
            .order_by(LedgerEntry.idx)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        yield [(index, body, leaf) for index, body, leaf in rows]
        last = rows[-1][0]


def _check_place(index: int, expected: int) -> None:
    if index > expected:
        raise _wrong(f"Entry {expected} was removed.")
    if index < expected:
        raise _wrong(f"Entry {index} does not belong to the ledger.")


def _check_body(index: int, body: bytes, leaf: bytes) -> None:
    if not is_blob(body) or leaf_hash(body) != leaf:
        raise _wrong(f"Entry {index} was changed.")
    try:
        says = json.loads(body)["i"]
    except (KeyError, RecursionError, TypeError, ValueError):
        raise _wrong(f"Entry {index} was changed: it cannot be read.") from None
    if says != index:
        raise _wrong(f"Entry {index} was changed: it says that it is entry {says}, so entries were reordered or added.")


def _opened(remembered: str | None, key: VerifierKey) -> Checkpoint | None:
    if remembered is None:
        return None
    try:
        return open_checkpoint(remembered, key)
    except LedgerError as error:
        raise _wrong(f"The checkpoint kept outside the archive cannot be trusted. {error.what}") from None


def _wrong(what: str) -> LedgerError:
    return LedgerError(what, _ADVICE)
