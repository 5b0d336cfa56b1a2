"""Write the next migration from the difference between the rooms' tables and the newest one.

Run it after changing a table: ``.venv/bin/python tools/make_migration.py "say what changed"``; then read the result.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic.command import revision
from alembic.config import Config

import sayso.archive  # noqa: F401 - brings every room's tables into the metadata
from sayso.storage.database import Database

MIGRATIONS = Path(__file__).parent.parent / "src/sayso/storage/migrations"


def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "empty.db")
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        if any((MIGRATIONS / "versions").glob("*.py")):
            database.migrate()
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            number = len(list((MIGRATIONS / "versions").glob("*.py"))) + 1
            revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.close()


if __name__ == "__main__":
    main(sys.argv[1])
