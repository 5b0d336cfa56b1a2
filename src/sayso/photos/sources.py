"""Which files a run has to look at: folders, single files and zip archives of this machine, and nothing else (F3).

May know: the file system's names and facts. Must not know: what the files hold, tables.
Must not do: follow links that lie inside a folder, so that no loop and no foreign folder is ever entered.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import ImageError, RefusedError, UsageError
from ..values import Skipped
from .zips import Member, list_members

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:/")

# What Python puts in place of bytes in a file's name that are no UTF-8; a database cannot keep it.
_ADRIFT = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """One file, or one member of a zip archive. ``label`` is its absolute path, with ``!/member`` for a member;
    ``root`` the folder that was named, or that holds the file that was named."""

    label: str
    path: Path
    root: Path
    size: int
    mtime_ns: int
    member: Member | None = None


@dataclass(slots=True)
class Found:
    """What there is to look at, in a stable order, and what is left out."""

    sources: dict[str, Source] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)


def find_sources(paths: Sequence[Path | str]) -> Found:
    """List every file below ``paths``; hidden files are passed over.

    Raises RefusedError (F3) for an address, UsageError for a path that is not there.
    """
    found = Found()
    starts = [_start(path) for path in paths]
    for start in starts:
        if start.is_dir():
            for path in _below(start, found):
                _add(path, start, found)
        else:
            _add(start, start.parent, found)
    return found


def printable(name: str) -> str:
    """``name`` as it can be shown and kept: control characters and undecodable bytes are written out."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in name)


def _start(path: Path | str) -> Path:
    text = str(path)
    if _ADDRESS.match(text):
        raise RefusedError.because(
            "F3",
            "Sayso reads folders, files and zip archives of this machine; it fetches nothing from an address.",
            "Copy photos that you may use into a folder, then add that folder.",
        )
    start = Path(path).expanduser().absolute()
    if not start.exists():
        raise UsageError(f"There is nothing at {printable(text)}.", "Check the path.")
    return start.resolve()


def _below(folder: Path, found: Found) -> Iterator[Path]:
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            with os.scandir(path) as entries:
                inside = sorted((entry for entry in entries if not entry.name.startswith(".")), key=lambda e: e.name)
                folders = [Path(entry.path) for entry in inside if entry.is_dir(follow_symlinks=False)]
                files = [Path(entry.path) for entry in inside if not entry.is_dir(follow_symlinks=False)]
        except OSError as error:
            found.skipped.append(Skipped(printable(str(path)), f"This folder cannot be read ({error.strerror})."))
            continue
        yield from files
        waiting.extend(reversed(folders))


def _add(path: Path, root: Path, found: Found) -> None:
    label = printable(str(path))
    try:
        facts = path.lstat()
    except OSError as error:
        found.skipped.append(Skipped(label, f"This file cannot be read ({error.strerror})."))
        return
    if stat.S_ISLNK(facts.st_mode):
        found.skipped.append(Skipped(label, "This is a link. Give the file or folder that it points to."))
    elif not stat.S_ISREG(facts.st_mode):
        found.skipped.append(Skipped(label, "This is a pipe or a device, not a picture."))
    elif _ADRIFT.search(str(path)):
        found.skipped.append(Skipped(label, "Its name is not valid text. Rename the file."))
    elif path.suffix.lower() == ".zip":
        _add_members(path, root, label, facts, found)
    else:
        found.sources.setdefault(label, Source(label, path, root, facts.st_size, facts.st_mtime_ns))


def _add_members(path: Path, root: Path, label: str, facts: os.stat_result, found: Found) -> None:
    try:
        members, skipped = list_members(path)
    except ImageError as error:
        found.skipped.append(Skipped(label, str(error)))
        return
    found.skipped.extend(Skipped(f"{label}!/{printable(one.name)}", one.reason) for one in skipped)
    for member in members:
        own = f"{label}!/{printable(member.name)}"
        found.sources.setdefault(own, Source(own, path, root, member.size, facts.st_mtime_ns, member))
