"""Reading the ledger's tables: sizes, nodes and checkpoints as the tree arithmetic wants them.

May know: the tables. Must not know: keys, or what an entry says.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..errors import LedgerError
from .merkle import ReadNode
from .tables import LedgerCheckpoint, LedgerEntry, LedgerNode


def stored_size(session: Session) -> int:
    """One more than the last entry's place; 0 for an empty ledger."""
    last = session.scalar(select(func.max(LedgerEntry.idx)))
    return 0 if last is None else last + 1


def stored_note(session: Session, size: int) -> str | None:
    """The signed checkpoint for ``size`` entries, if there is one."""
    return session.scalar(select(LedgerCheckpoint.note).where(LedgerCheckpoint.size == size))


def is_blob(value: object) -> bool:
    """Whether a column gave bytes, as it should: SQLite lets whoever writes to it put text or numbers there."""
    return isinstance(value, bytes)


def node_reader(session: Session) -> ReadNode:
    """Gives the stored hash at (level, position); it raises LedgerError when that is missing."""

    def read(level: int, position: int) -> bytes:
        if level == 0:
            found = session.scalar(select(LedgerEntry.leaf).where(LedgerEntry.idx == position))
        else:
            found = session.scalar(
                select(LedgerNode.hash).where(LedgerNode.level == level, LedgerNode.position == position)
            )
        if found is None or not is_blob(found):
            raise LedgerError(
                "The ledger has a gap: a stored hash is missing or damaged.", "Run `sayso ledger verify`."
            )
        return found

    return read
