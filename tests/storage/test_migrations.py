"""The migrations make exactly the tables, indexes and triggers that the rooms describe."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

import sayso.archive  # noqa: F401 - brings every room's tables into the metadata
from sayso.errors import ArchiveError
from sayso.storage import Base, Database


def schema(path: Path) -> dict[str, str]:
    """Every object of a database by name, with its statement in one spelling."""
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.replace('"', "").split()) for name, sql in rows if name != "alembic_version"}


def columns(path: Path) -> dict[str, set[tuple[object, ...]]]:
    """Name, type, null and key of every column."""
    with sqlite3.connect(path) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: {(row[1], row[2], row[3], row[5]) for row in connection.execute(f"PRAGMA table_info({name})")}
            for name in names
            if name != "alembic_version"
        }


def test_a_migrated_archive_has_the_tables_that_the_rooms_describe(tmp_path: Path) -> None:
    migrated, described = tmp_path / "migrated.db", tmp_path / "described.db"
    Database(migrated).migrate()
    Base.metadata.create_all(Database(described).engine)
    assert columns(migrated) == columns(described)
    by_migration, by_rooms = schema(migrated), schema(described)
    assert by_migration.keys() == by_rooms.keys()
    for name, statement in by_rooms.items():
        if "TRIGGER" in statement or "INDEX" in statement:
            assert by_migration[name] == statement


def test_migrating_twice_changes_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    database.migrate()
    before = schema(tmp_path / "a.db")
    database.migrate()
    assert schema(tmp_path / "a.db") == before


def test_an_archive_from_a_newer_version_is_refused_with_advice(tmp_path: Path) -> None:
    database = Database(tmp_path / "a.db")
    database.migrate()
    database.close()
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ArchiveError, match=r"newer version.*Update Sayso"):
        Database(tmp_path / "a.db").migrate()
