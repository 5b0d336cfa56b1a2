"""A real database with one operator's account per test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sayso.access import accounts
from sayso.storage import Base, Database
from sayso.values import Role

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "archive.db")
    Base.metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def database(empty: Database) -> Database:
    with empty.begin() as session:
        accounts.new(session, "Olga", Role.OPERATOR, "Olga", NOW)
        accounts.new(session, "Otto", Role.OPERATOR, "Olga", NOW)
        accounts.new(session, "Rita", Role.REVIEWER, "Olga", NOW)
        accounts.new(session, "Vito", Role.OVERSEER, "Olga", NOW)
    return empty
