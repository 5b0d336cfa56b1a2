"""What a command prints: text for people, JSON for programs, progress while one waits, errors that say what to do.

May know: Rich, plain values. Must not know: the archive's inside.
"""

from __future__ import annotations

import csv
import dataclasses
import json
import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

from ..errors import SaysoError, UsageError
from ..values import Skipped

if TYPE_CHECKING:
    from ..archive import Document
    from ..engine import Progress

# Into a file or a pipe, a table keeps its full width.
_WIDE = None if sys.stdout.isatty() else 240

console = Console(highlight=False, soft_wrap=True, width=_WIDE)
notes = Console(stderr=True, highlight=False, soft_wrap=True)

EXIT_SKIPPED = 4

#: What ``progress`` says of a command that keeps nothing of a part.
NOTHING_KEPT = "Stopped. Nothing was kept; run the same command again."


def plain(value: object) -> Any:
    """A value as JSON knows it: dataclasses become objects, enums and dates text. Bytes are never printed."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        shown = (field for field in dataclasses.fields(value) if field.repr)
        return {field.name: plain(getattr(value, field.name)) for field in shown}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(part) for part in value]
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def show(as_json: bool, value: object, text: str | Table) -> None:
    """Print ``value`` as JSON or ``text`` for people."""
    if as_json:
        sys.stdout.write(json.dumps(plain(value), ensure_ascii=False, indent=1) + "\n")
    else:
        console.print(text, markup=False) if isinstance(text, str) else console.print(text)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Table:
    """A quiet table; columns whose name begins with ``#`` hold numbers and stand right."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(
            column.removeprefix("#"), justify="right" if column.startswith("#") else "left", overflow="fold"
        )
    for row in rows:
        made.add_row(*(_escaped(cell) for cell in row))
    return made


def writable(*paths: Path | None) -> None:
    """Raise UsageError now for a file that could not be written after minutes of work; None is no file."""
    for path in paths:
        if path is None:
            continue
        folder = path.absolute().parent
        if not folder.is_dir():
            reason = f"there is no folder {folder}"
        elif path.is_dir():
            reason = "it is a folder"
        elif not os.access(path if path.exists() else folder, os.W_OK):
            reason = "you may not write there"
        else:
            continue
        raise UsageError(f"{path} cannot be written: {reason}.", "Choose another file.")


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file that somebody asked for. Raises UsageError when it cannot be written."""
    try:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Choose another file.") from None


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """Write a table that somebody asked for, its header first. Raises UsageError when it cannot be written."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Choose another file.") from None


def page_in(made: Document, ending: str) -> str | bytes:
    """A document in the form that a file's ending names: .pdf, .html, or Markdown for any other."""
    if ending == ".pdf":
        return made.pdf()
    return made.html if ending in (".html", ".htm") else made.markdown


def fields(rows: Sequence[tuple[str, object]]) -> Table:
    """One thing's facts, a line each: what it is, and its value."""
    made = table(["", ""], rows)
    made.show_header = False
    return made


def counted(number: int, one: str, many: str = "") -> str:
    """``1 photo``, ``2 photos``; ``many`` where an s does not do."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def minute(moment: datetime) -> str:
    """A moment to the minute; the column or sentence around it says in which zone."""
    return f"{moment:%Y-%m-%d %H:%M}"


def complain(error: SaysoError, as_json: bool = False) -> None:
    """Say on the error stream what happened and what to do."""
    if as_json:
        reasons = plain(getattr(error, "reasons", ()))
        body = {"error": error.what, "next_step": error.next_step, "exit_code": error.exit_code, "reasons": reasons}
        sys.stderr.write(json.dumps(body, ensure_ascii=False) + "\n")
        return
    notes.print(error.what, markup=False)
    if error.next_step:
        notes.print(f"→ {error.next_step}", markup=False)


def show_run(
    as_json: bool, value: object, text: str | Table, skipped: Sequence[Skipped], *, stopped: bool = False
) -> None:
    """Print how a run over many items ended. What was left out is named with its reason, and the exit code is 4.

    stopped: somebody pressed ctrl-C and ``value`` is of what was finished; that is said last, and the exit code is 1.
    """
    if not as_json:
        for one in skipped:
            notes.print(f"Skipped {one.name}: {one.reason}", markup=False)
    show(as_json, value, text)
    if skipped:
        if not as_json:
            notes.print(f"{counted(len(skipped), 'item')} skipped, named above.")
        if not stopped:
            raise typer.Exit(EXIT_SKIPPED)
    if stopped:
        if not as_json:
            notes.print("Stopped. This holds for what was finished; run the same command again for the whole.")
        raise typer.Exit(1)


@contextmanager
def progress(
    as_json: bool,
    what: str,
    stopped: str = "Stopped. What was finished is kept; run the same command again to go on.",
) -> Iterator[Callable[[Progress], None]]:
    """A line with count, rate and time left while a person waits; silent in JSON or without a terminal.

    stopped: what is said after ctrl-C; the command then exits with 1.
    """
    try:
        if as_json or not notes.is_terminal:
            yield lambda _: None
            return
        with notes.status(what) as status:

            def update(now: Progress) -> None:
                rate = f" · {now.per_second:.1f}/s" if now.per_second else ""
                left = f" · {_span(now.seconds_left)} left" if now.seconds_left is not None else ""
                status.update(f"{what} {now.done}/{now.total}{rate}{left}")

            yield update
    except KeyboardInterrupt:
        notes.print(stopped)
        raise typer.Exit(1) from None


def _span(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds))).removeprefix("0:")


def _escaped(cell: object) -> str:
    return str(cell).replace("[", "\\[")
