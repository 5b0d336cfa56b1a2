"""The ledger's tables. Entries are append-only, and the database itself refuses to change them.

May know: columns and triggers. Must not know: what an entry says.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, LargeBinary, String, Table, Text, event
from sqlalchemy.orm import Mapped, mapped_column

from ..storage import Base, BigId, Utc

_REFUSAL = "the ledger is append-only"

#: SQL that a migration runs on SQLite after it has made ``ledger_entries``.
TRIGGERS = [
    f"CREATE TRIGGER ledger_entries_no_{act} BEFORE {act.upper()} ON ledger_entries "
    f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    for act in ("update", "delete")
]


class LedgerEntry(Base):
    """One act: its place (from 0), the canonical JSON, and the leaf hash over it (32 bytes)."""

    __tablename__ = "ledger_entries"

    idx: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    leaf: Mapped[bytes] = mapped_column(LargeBinary(32))


class LedgerNode(Base):
    """The root of a complete subtree above the leaves (level 1 and up), as ``merkle`` counts them."""

    __tablename__ = "ledger_nodes"

    level: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class LedgerCheckpoint(Base):
    """The signed note for the first ``size`` entries: one for each transaction that appended."""

    __tablename__ = "ledger_checkpoints"

    size: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(Text)


class LedgerWitness(Base):
    """An outside witness whose cosignatures count, under the name that stands in its key."""

    __tablename__ = "ledger_witnesses"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(Utc)


class LedgerCosignature(Base):
    """A witness' signature line for the checkpoint over ``size`` entries."""

    __tablename__ = "ledger_cosignatures"

    size: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    witness: Mapped[str] = mapped_column(String(200), primary_key=True)
    line: Mapped[str] = mapped_column(Text)


_NAMES = ("ledger_entries", "ledger_nodes", "ledger_checkpoints", "ledger_witnesses", "ledger_cosignatures")
TABLES: list[Table] = [Base.metadata.tables[name] for name in _NAMES]

for _trigger in TRIGGERS:
    _statement = DDL(_trigger)  # type: ignore[no-untyped-call]
    event.listen(Base.metadata.tables["ledger_entries"], "after_create", _statement.execute_if(dialect="sqlite"))
