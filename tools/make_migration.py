"""Write the next migration from the difference between the rooms' tables and the newest one.

Run it after changing a table: ``.venv/bin/python tools/make_migration.py "say what changed"``; then read the result.
``--first`` writes the very first one anew instead: only until a version with these tables has been released.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic.command import revision
from alembic.config import Config
from filelock import FileLock

import sayso.archive  # noqa: F401 - brings every room's tables into the metadata
from sayso import ledger, vault
from sayso.storage.database import Database

MIGRATIONS = Path(__file__).parent.parent / "src/sayso/storage/migrations"
VERSIONS = MIGRATIONS / "versions"


def main(message: str, first: bool) -> None:
    if first:
        for old in VERSIONS.glob("*.py"):
            old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "empty.db")
        config = Config(stdout=sys.stderr)
        config.set_main_option("script_location", str(MIGRATIONS))
        if any(VERSIONS.glob("*.py")):
            database.migrate()
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            number = len(list(VERSIONS.glob("*.py"))) + 1
            made = revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        database.close()
    path = Path(made.path)
    text = path.read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.strip().startswith("# ###")]
    if first:
        lines = _with_triggers(lines)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    for command in (["check", "--fix", "-q"], ["format", "-q"]):
        subprocess.run([Path(sys.executable).parent / "ruff", *command, str(path)], check=True)
    print(path)


def _with_triggers(lines: list[str]) -> list[str]:
    """Append the triggers of the rooms, as they read today, for SQLite."""
    start = next(number for number, line in enumerate(lines) if line.startswith("def upgrade"))
    triggers = [f'    """{trigger}""",' for trigger in (*ledger.TRIGGERS, *vault.TRIGGERS)]
    end = ['    if op.get_bind().dialect.name == "sqlite":', "        for trigger in _TRIGGERS:"]
    return [
        *lines[:start],
        "_TRIGGERS = (",
        *triggers,
        ")",
        "",
        "",
        *lines[start:],
        *end,
        "            op.execute(trigger)",
    ]


if __name__ == "__main__":
    with FileLock(MIGRATIONS / ".lock"):
        main(next((word for word in sys.argv[1:] if word != "--first"), "first tables"), "--first" in sys.argv)
    (MIGRATIONS / ".lock").unlink(missing_ok=True)
