"""The list of an album's files, kept beside them, so that exactly these can be replaced or deleted later.

May know: relative file names, their hashes, and what each was made of, as a hash. Must not know: whose album it is,
where the photos came from.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from ..errors import ArchiveError, UsageError

NAME = "album.json"
_KIND = "sayso album"
_OURS = re.compile(r"(photos|thumbs)/\d+\.jpg|index\.html")

#: Names of the folders inside an album.
FOLDERS = ("photos", "thumbs")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an album. ``sha256`` is None while it is about to be written.

    For a photo and its thumbnail: ``photo`` is the number under which the photo's holder knows it, ``recipe`` a hash of
    everything that the file was made of, ``others_open`` and ``others_closed`` who can be seen besides the owner.
    """

    sha256: str | None = None
    photo: int = 0
    recipe: str = ""
    width: int = 0
    height: int = 0
    owner_open: bool = False
    others_open: int = 0
    others_closed: int = 0


_KINDS: dict[str, type] = {"sha256": str, "recipe": str} | dict.fromkeys(
    ("photo", "width", "height", "owner_open", "others_open", "others_closed"), int
)


def digest(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def render(files: Mapping[str, Entry], made_at: datetime) -> bytes:
    """The manifest. files: what is to be said of each, by its relative path."""
    listed = [
        {"path": path} | (asdict(one) if one.photo else {"sha256": one.sha256}) for path, one in sorted(files.items())
    ]
    facts = {"kind": _KIND, "version": 1, "made_at": made_at.isoformat(timespec="seconds"), "files": listed}
    return (json.dumps(facts, indent=1) + "\n").encode()


def read(folder: Path) -> tuple[str, ...] | None:
    """The files that an album in ``folder`` lists; None when there is no manifest of ours.

    Raises UsageError when the manifest names a file that no album has, or when a folder of the album is a link:
    deleting by it could then reach other files.
    """
    entries = read_entries(folder)
    return None if entries is None else tuple(entries)


def read_entries(folder: Path) -> dict[str, Entry] | None:
    """As ``read``, with what the manifest says of each file; an entry that says nonsense says nothing."""
    path = folder / NAME
    try:
        facts = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ArchiveError(
            f"The album in {folder} cannot be read: {error.strerror}.", "Check the folder's permissions."
        ) from None
    except ValueError:
        return None
    if not isinstance(facts, dict) or facts.get("kind") != _KIND:
        return None
    listed = facts.get("files")
    names = [entry.get("path") if isinstance(entry, dict) else None for entry in listed or ()]
    if not isinstance(listed, list) or not all(isinstance(name, str) and _OURS.fullmatch(name) for name in names):
        raise UsageError(f"The list of files in {path} was changed and cannot be trusted.", "Delete the album by hand.")
    if any((folder / inner).is_symlink() for inner in FOLDERS):
        raise UsageError(f"A folder of the album in {folder} is a link.", "Delete the album by hand.")
    return {str(name): _entry(one) for name, one in zip(names, listed, strict=True)}


def _entry(told: dict[str, Any]) -> Entry:
    facts = {one.name: told.get(one.name, one.default) for one in fields(Entry)}
    sound = all(
        value is None if one == "sha256" and value is None else isinstance(value, _KINDS[one])
        for one, value in facts.items()
    )
    return Entry(**facts) if sound else Entry()


def is_whole(folder: Path) -> bool:
    """Whether an album in ``folder`` is finished, and every file of it is there as it was written."""
    if read(folder) is None:
        return False
    listed = json.loads((folder / NAME).read_bytes())["files"]
    try:
        return all(one.get("sha256") == digest((folder / one["path"]).read_bytes()) for one in listed)
    except OSError:
        return False
