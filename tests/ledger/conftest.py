"""A real database with the ledger's tables, a real key store, and acts to log."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from sayso.errors import LedgerError
from sayso.keys import KeyStore, MasterKey
from sayso.ledger import TABLES, Ledger
from sayso.storage import Base, Database
from sayso.values import Act, Actor, Role

START = datetime(2026, 5, 1, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Log:
    """A ledger with the database and the keys that it lives on."""

    ledger: Ledger
    database: Database
    keys: KeyStore

    def append(self, *acts: Act) -> list[int]:
        """Append acts in one transaction, a minute apart."""
        with self.database.begin() as session:
            return [self.ledger.append(session, act, START + timedelta(minutes=n)) for n, act in enumerate(acts)]

    def attack(self, *statements: str, **values: object) -> None:
        """Change the database as its owner could, with the triggers out of the way."""
        with self.database.begin() as session:
            for act in ("update", "delete"):
                session.execute(text(f"DROP TRIGGER IF EXISTS ledger_entries_no_{act}"))
            for statement in statements:
                session.execute(text(statement), values)

    def verify(self) -> int:
        """The size of a ledger that verifies. Raises LedgerError."""
        with self.database.begin() as session:
            return self.ledger.verify(session).size

    def finding(self) -> str:
        """What verifying complains of."""
        with pytest.raises(LedgerError) as found:
            self.verify()
        return found.value.what


def act(verb: str, *subjects: str) -> Act:
    return Act(verb, Actor("ada", Role.OPERATOR), subjects)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    keys = KeyStore.create(tmp_path / "keys", tmp_path / "state" / "a.seal", MasterKey(bytes(range(32)), "the test"))
    for key_id in ("signing", "record-s1", "record-s2"):
        keys.new(key_id)
    database = Database(tmp_path / "archive.db")
    Base.metadata.create_all(database.engine, tables=TABLES)
    yield Log(Ledger(keys, "example.org/archive"), database, keys)
    database.close()
    keys.close()
