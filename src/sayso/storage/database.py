"""One database: open it, migrate it, begin transactions, and leave nothing of deleted rows behind.

May know: SQLAlchemy, Alembic, SQLite's pragmas. Must not know: what any table means.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import Any

from alembic.command import upgrade
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from ..errors import ArchiveError, UsageError

__all__ = ["RESTORE", "Database", "Session"]

#: What to do when a database is damaged.
RESTORE = (
    "Restore it from a backup; withdrawals are replayed. What the ledger then lacks, two operators accept with "
    "`sayso ledger accept-restore`."
)

_BUSY_SECONDS = 20
_READS = "sayso_reads"


class Database:
    """The archive's database.

    ``begin()`` and ``read()`` are the only ways to a session: everything inside one ``with`` of ``begin`` happens
    together or not at all, and nothing inside one of ``read`` changes anything.
    """

    def __init__(self, url: str | Path) -> None:
        self.path = url if isinstance(url, Path) else None
        # As an address made of parts: signs such as ? and % in a folder's name mean nothing in it.
        address = URL.create("sqlite", database=str(url)) if isinstance(url, Path) else url
        self.engine = create_engine(address, pool_size=10, max_overflow=50, pool_timeout=_BUSY_SECONDS)
        self._reading = self.engine.execution_options(**{_READS: True})
        # One of this process writes at a time, each in turn: SQLite alone lets them try again now and then, and
        # whoever is unlucky waits for seconds.
        self._turn = Lock() if self.engine.dialect.name == "sqlite" else nullcontext()
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "begin", _begin)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in one transaction; commits at the end, rolls back on any error.

        Raises ArchiveError when the database is locked, full, read-only or damaged.
        """
        with _plain_words():
            session = Session(self.engine, expire_on_commit=False)
            with self._writing(), session, session.begin():
                yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session to look with: it waits for nobody who writes, and sees one state from beginning to end. Nothing
        that is changed in it is kept. Raises ArchiveError when the database is damaged."""
        with _plain_words(), Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            yield session

    @contextmanager
    def _writing(self) -> Iterator[None]:
        if isinstance(self._turn, nullcontext):
            yield
            return
        if not self._turn.acquire(timeout=_BUSY_SECONDS):
            raise _busy()
        try:
            yield
        finally:
            self._turn.release()

    def migrate(self) -> None:
        """Bring the tables up to this program's version.

        Raises ArchiveError when the archive was written by a newer version.
        """
        config = _migrations()
        with _plain_words(), self.engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_heads()
            connection.rollback()
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if not set(present) <= known:
                raise ArchiveError(
                    "This archive was written by a newer version of Sayso.", "Update Sayso, then open it again."
                )
            if set(present) != set(ScriptDirectory.from_config(config).get_heads()):
                config.attributes["connection"] = connection
                upgrade(config, "head")
                connection.commit()

    def scrub(self) -> None:
        """Make deleted rows unreadable: fold the write-ahead log back, empty it, and rewrite the file.

        ``secure_delete`` has already overwritten freed cells; this takes care of log and free pages.
        """
        if self.engine.dialect.name != "sqlite":
            return
        self.engine.dispose()
        with _plain_words(), self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    def close(self) -> None:
        """Release every connection."""
        self.engine.dispose()


def _migrations() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver must not open transactions on its own: _begin_immediate does.
    connection.isolation_level = None
    cursor = connection.cursor()
    try:
        for pragma in (
            f"busy_timeout={_BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "secure_delete=ON",
            "foreign_keys=ON",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get("isolation_level") != "AUTOCOMMIT":
        # Whoever may write says so at once: two who find out later that they both want to would both fail.
        connection.exec_driver_sql("BEGIN DEFERRED" if options.get(_READS) else "BEGIN IMMEDIATE")


@contextmanager
def _plain_words() -> Iterator[None]:
    """Turn the database's own failures into errors that say what to do; parameters never reach the message."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        original = error.orig if isinstance(error, DBAPIError) else error
        raise _explain(original) from None
    except PoolTimeoutError:
        raise _busy() from None
    except UnicodeEncodeError:
        raise UsageError("A text holds signs that no text can hold.", "Write it again.") from None
    except OverflowError:
        raise UsageError("A number is larger than any id or count can be.", "Check the ids that you gave.") from None


def _busy() -> ArchiveError:
    what, next_step = next((what, next_step) for codes, what, next_step in _MEANINGS if "SQLITE_BUSY" in codes)
    return ArchiveError(what, next_step)


def _explain(error: BaseException | None) -> ArchiveError:
    """What a database's failure means, by its code: its own words may repeat what somebody stored or asked for."""
    code = getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None) or type(error).__name__
    for codes, what, next_step in _MEANINGS:
        if code.startswith(codes):
            return ArchiveError(what, next_step)
    if code in _OWN_WORDS:
        # A trigger of the rooms' own speaks: a fixed sentence, with nothing of the row in it.
        return ArchiveError(f"The database refused: {str(error).splitlines()[0]}", "Nothing was written.")
    return ArchiveError(f"The database refused ({code}).", "Nothing was written.")


#: Codes of SQLite and, by SQLSTATE, of PostgreSQL; what they mean; what to do.
_MEANINGS = (
    (
        ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03", "40P01"),
        "The archive is in use by another process.",
        "Wait until it has finished, then try again.",
    ),
    (
        ("SQLITE_FULL", "53100"),
        "The disk is full.",
        "Free some space and run the command again; nothing was half-written.",
    ),
    (("SQLITE_READONLY", "25006"), "The archive cannot be written to.", "Check the folder's permissions."),
    (
        ("SQLITE_CANTOPEN", "08"),
        "The archive's database cannot be opened.",
        "Check the path and the folder's permissions.",
    ),
    (
        ("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_IOERR", "XX001", "XX002"),
        "The archive's database is damaged.",
        RESTORE,
    ),
)
_OWN_WORDS = frozenset({"SQLITE_CONSTRAINT_TRIGGER", "P0001"})
