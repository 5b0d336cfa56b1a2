"""Files that somebody uploads, until all are there and are added: in a folder of the archive, a batch in a folder each.

May know: bytes, the names that files had elsewhere. Must not know: people, tables.
Must not do: use such a name as a path, put a file anywhere else (no temporary folder of the system).
"""

from __future__ import annotations

import errno
import json
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ..errors import ArchiveError, ImageError, UsageError
from ..storage import FolderBlobs
from ..values import Skipped
from ..vision.formats import kind_of
from .reading import MOST_BYTES, too_large
from .sources import printable

#: Where batches lie among the archive's files.
UPLOADS = "uploads"
#: How long a batch to which nothing comes any more is kept.
KEPT = timedelta(days=7)
#: Bytes of a zip archive; a larger one is put into a folder of the server.
MOST_ZIP_BYTES = 512 << 20

#: What a kind of picture is judged by, at most.
_FIRST = 512
#: Bytes of the disk that an upload leaves alone: the database and the ledger need room to write.
_SPARE = 256 << 20
_ID, _KEY = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{64}")
_LONGEST_NAME = 400
_FACTS, _LIST, _CLOSED = ".batch", ".files", ".closed"
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True, slots=True)
class Batch:
    """An upload into one collection. ``arrived`` and ``refused`` are by key, under which whoever sends a file knows it
    again. ``closed``: nothing more comes. ``names``: the names of files as they were, by their paths here."""

    id: str
    collection_id: int
    opened_by: str
    folder: Path
    closed: bool
    arrived: frozenset[str]
    refused: Mapping[str, Skipped]
    names: Mapping[str, str]
    size: int


def staging(blobs: FolderBlobs) -> Staging:
    """The batches of the archive whose files these are."""
    return Staging(blobs.root / UPLOADS)


class Staging:
    """Every batch that is not added yet, below one folder that only this account of the machine can read."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def open(self, collection_id: int, opened_by: str, now: datetime) -> Batch:
        """The batch into this collection that this account began and did not close, or a new one."""
        for one in self.waiting(collection_id):
            if one.opened_by == opened_by and not one.closed:
                return one
        folder = self._root / secrets.token_hex(16)
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700)
            facts = {"collection": collection_id, "by": opened_by, "at": now.isoformat()}
            (folder / _FACTS).write_text(json.dumps(facts), "utf-8")
        except OSError as error:
            raise _cannot_write(error) from None
        return self.get(folder.name)

    def get(self, batch_id: str) -> Batch:
        """One batch and what is there of it. Raises UsageError."""
        folder = self._root / batch_id
        if not _ID.fullmatch(batch_id) or not (folder / _FACTS).is_file():
            raise UsageError(
                "This upload is not here any more.", "It was added, thrown away, or too old. Begin a new one."
            )
        facts = json.loads((folder / _FACTS).read_text("utf-8"))
        arrived, names, refused, size = set(), {}, {}, 0
        for one in _lines(folder / _LIST):
            path = folder / one["file"] if one["file"] else None
            if path is None:
                refused[one["key"]] = Skipped(one["name"], one["reason"])
            # What is shorter than was written down was cut off with the power, and has to come again.
            elif path.is_file() and path.stat().st_size == one["size"] and one["key"] not in arrived:
                arrived.add(one["key"])
                names[str(path)] = one["name"]
                size += one["size"]
        closed = (folder / _CLOSED).exists()
        return Batch(
            batch_id, facts["collection"], facts["by"], folder, closed, frozenset(arrived), refused, names, size
        )

    def waiting(self, collection_id: int | None = None) -> list[Batch]:
        """Batches that wait, of one collection or of all."""
        if not self._root.is_dir():
            return []
        found = [self.get(one.name) for one in sorted(self._root.iterdir()) if (one / _FACTS).is_file()]
        return [one for one in found if collection_id in (None, one.collection_id)]

    def receive(self, batch_id: str, key: str, name: str, size: int) -> Arriving:
        """Take a file in; use the answer in a ``with``, and ``write`` to it what comes.

        key: 64 hex digits by which the sender knows the file again. name: what it is called there.
        Raises UsageError for a batch that is closed, ImageError for a file that is too large, ArchiveError when the
        disk is nearly full.
        """
        batch = self.get(batch_id)
        if batch.closed:
            raise UsageError("This upload is finished; nothing more can be put into it.", "Begin a new one.")
        if not _KEY.fullmatch(key):
            raise UsageError("A file came without a proper key.", "Reload the page and choose the files again.")
        arriving = Arriving(batch.folder, key, printable(name)[:_LONGEST_NAME], size)
        if size > MOST_ZIP_BYTES:
            raise arriving.refused(
                ImageError(
                    f"This file is larger than {MOST_ZIP_BYTES >> 20} MB.",
                    "Make smaller archives, or put it into a folder of the server and name that.",
                )
            )
        if shutil.disk_usage(batch.folder).free < size + _SPARE:
            raise ArchiveError("The disk is nearly full.", "Free some space, then choose the same files again.")
        return arriving

    def close(self, batch_id: str) -> Batch:
        """Let nothing more come. Raises UsageError."""
        batch = self.get(batch_id)
        try:
            (batch.folder / _CLOSED).touch()
        except OSError as error:
            raise _cannot_write(error) from None
        return self.get(batch_id)

    def discard(self, batch_id: str) -> None:
        """Delete a batch with everything in it; no error when it is gone already."""
        if _ID.fullmatch(batch_id):
            # Without its facts a batch is none any more, whatever happens before the rest has gone.
            (self._root / batch_id / _FACTS).unlink(missing_ok=True)
            shutil.rmtree(self._root / batch_id, ignore_errors=True)

    def files(self, collection_id: int) -> list[str]:
        """Every file of the batches into one collection, below the folder of all batches; what makes it one first."""
        found = []
        for one in self.waiting(collection_id):
            inside = sorted(one.folder.iterdir(), key=lambda path: path.name != _FACTS)
            found += [f"{one.id}/{path.name}" for path in inside]
        return found

    def sweep(self, now: datetime, busy: frozenset[str] = frozenset()) -> int:
        """Delete what nobody has touched for a week, and what a killed process left; how many. busy: to be kept."""
        gone = 0
        for one in self._root.iterdir() if self._root.is_dir() else ():
            touched = max((path.stat().st_mtime for path in (one, *one.glob(".*"))), default=0.0)
            whole = (one / _FACTS).is_file()
            if one.name not in busy and (not whole or datetime.fromtimestamp(touched, UTC) + KEPT <= now):
                (one / _FACTS).unlink(missing_ok=True)
                shutil.rmtree(one, ignore_errors=True)
                gone += 1
        return gone


class Arriving:
    """One file that is coming in. Leaving the ``with`` without ``done`` leaves nothing behind."""

    def __init__(self, folder: Path, key: str, name: str, size: int) -> None:
        self._folder, self._key, self._name, self._size = folder, key, name, size
        self._part = folder / f".part-{secrets.token_hex(8)}"
        self._first = b""
        self._suffix = ""
        self._got = 0

    def __enter__(self) -> Self:
        try:
            self._file = self._part.open("xb")
        except OSError as error:
            raise _cannot_write(error) from None
        return self

    def write(self, data: bytes) -> None:
        """Take the next bytes. Raises ImageError as soon as they show that the file is nothing that can be used, and
        notes that; ArchiveError when they cannot be written."""
        self._got += len(data)
        if len(self._first) < _FIRST:
            self._first += data[: _FIRST - len(self._first)]
        if not self._suffix and len(self._first) >= _FIRST:
            self._judge()
        if self._got > self._size or self._got > (MOST_ZIP_BYTES if self._suffix == "zip" else MOST_BYTES):
            raise self.refused(too_large())
        try:
            self._file.write(data)
        except OSError as error:
            raise _cannot_write(error) from None

    def done(self) -> None:
        """Everything has come. Raises ImageError when it is nothing that can be used, UsageError when it is less than
        was announced."""
        if self._got != self._size:
            raise UsageError("The file did not come whole.", "Send it again.")
        if not self._suffix:
            self._judge()
        try:
            self._file.close()
            target = f"{self._key}.{self._suffix}"
            self._part.replace(self._folder / target)
        except OSError as error:
            raise _cannot_write(error) from None
        self._note(file=target)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _judge(self) -> None:
        kind = kind_of(self._first)
        if kind is not None:
            self._suffix = kind.value.lower()
        elif self._first.startswith(_ZIP_SIGNATURES):
            self._suffix = "zip"
        else:
            raise self.refused(
                ImageError(
                    "This is no picture that can be read, and no zip archive.",
                    "Pictures are JPEG, PNG, WebP, TIFF, HEIC and AVIF.",
                )
            )

    def refused(self, error: ImageError) -> ImageError:
        """Note why the file is not taken; gives the error back."""
        self._note(reason=str(error))
        return error

    def _note(self, *, file: str = "", reason: str = "") -> None:
        line = {"key": self._key, "name": self._name, "size": self._size, "file": file, "reason": reason}
        try:
            # One write at the end of the file: several that come at once do not mix.
            out = os.open(self._folder / _LIST, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(out, "ab", buffering=0) as listed:
                listed.write(json.dumps(line).encode() + b"\n")
        except OSError as error:
            raise _cannot_write(error) from None


def _lines(path: Path) -> list[dict[str, Any]]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return []
    # The last line may have been cut off with the power.
    whole = text[: text.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines() if line.strip()]


def _cannot_write(error: OSError) -> ArchiveError:
    if error.errno == errno.ENOSPC:
        return ArchiveError("The disk is full.", "Free some space, then choose the same files again.")
    return ArchiveError(
        f"The upload could not be written ({error.strerror}).", "Ask whoever runs the server to look at the disk."
    )
