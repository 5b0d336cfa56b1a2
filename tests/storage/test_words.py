"""What the database says when it refuses: what to do next, and nothing of what somebody stored or asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from sayso.errors import ArchiveError
from sayso.storage import Database

SECRET = "wren@example.org"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "archive.db")
    with made.begin() as session:
        session.execute(text("CREATE TABLE people (id INTEGER PRIMARY KEY, label TEXT UNIQUE CHECK (label <> ''))"))
        session.execute(text("CREATE TABLE strictly (number INTEGER NOT NULL) STRICT"))
        session.execute(
            text(
                "CREATE TRIGGER no_change BEFORE UPDATE ON people "
                "BEGIN SELECT RAISE(ABORT, 'the people are append-only'); END"
            )
        )
        session.execute(text("INSERT INTO people (label) VALUES (:label)"), {"label": SECRET})
    yield made
    made.close()


@pytest.mark.parametrize(
    "statement",
    [
        f"INSERT INTO people (label) VALUES ('{SECRET}')",
        f"INSERT INTO strictly VALUES ('{SECRET}')",
        f'SELECT "{SECRET}" FROM nowhere',
        f"SELECT {SECRET.replace('@', '_').replace('.', '_')} FROM people",
        f"SELEC '{SECRET}'",
        f"SELECT json('{SECRET}')",
        f"INSERT INTO people (id, label) VALUES ('{SECRET}', 'x')",
        f"SELECT load_extension('{SECRET}')",
        f"ATTACH DATABASE '/nowhere/{SECRET}/full/locked' AS other",
    ],
)
def test_no_text_of_a_row_or_a_statement_is_repeated(database: Database, statement: str) -> None:
    with pytest.raises(ArchiveError) as refused, database.begin() as session:
        session.execute(text(statement))
    for form in (SECRET, "wren", "example"):
        assert form not in str(refused.value).lower()
    assert refused.value.next_step
    assert "in use by another" not in str(refused.value)
    assert "disk is full" not in str(refused.value)


def test_what_the_tables_own_rules_say_is_passed_on(database: Database) -> None:
    with pytest.raises(ArchiveError, match="the people are append-only"), database.begin() as session:
        session.execute(text("UPDATE people SET label = 'x'"))


def run(database: Database, *statements: str) -> None:
    with database.begin() as session:
        for statement in statements:
            session.execute(text(statement))


def test_a_locked_a_read_only_a_full_and_a_damaged_database_are_told_apart(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sayso.storage.database._BUSY_SECONDS", 0)
    other = Database(tmp_path / "archive.db")
    with database.begin() as session:
        session.execute(text("DELETE FROM people"))
        with pytest.raises(ArchiveError, match="in use"):
            run(other, "DELETE FROM people")
    other.close()
    with pytest.raises(ArchiveError, match="cannot be opened"):
        run(Database(tmp_path / "no" / "folder.db"), "SELECT 1")
    (tmp_path / "noise.db").write_bytes(b"noise" * 1000)
    with pytest.raises(ArchiveError, match="damaged"):
        run(Database(tmp_path / "noise.db"), "SELECT 1")
    run(database, "CREATE TABLE large (content BLOB)", "PRAGMA max_page_count = 1")
    with pytest.raises(ArchiveError, match="disk is full"):
        run(database, "INSERT INTO large VALUES (zeroblob(1000000))")
    with pytest.raises(ArchiveError, match="cannot be written"):
        run(database, "PRAGMA query_only = ON", "DELETE FROM people")
