"""The list of an album's files, kept beside them, so that exactly these can be replaced or deleted later.

May know: relative file names and their hashes. Must not know: whose album it is, where the photos came from.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from ..errors import ArchiveError, UsageError

NAME = "album.json"
_KIND = "sayso album"
_OURS = re.compile(r"(photos|thumbs)/\d+\.jpg|index\.html")

#: Names of the folders inside an album.
FOLDERS = ("photos", "thumbs")


def digest(data: bytes) -> str:
    """SHA-256 as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def render(files: Mapping[str, str | None], made_at: datetime) -> bytes:
    """The manifest. files: relative path to SHA-256, or None for a file that is about to be written."""
    listed = [{"path": path, "sha256": sha256} for path, sha256 in sorted(files.items())]
    facts = {"kind": _KIND, "version": 1, "made_at": made_at.isoformat(timespec="seconds"), "files": listed}
    return (json.dumps(facts, indent=1) + "\n").encode()


def read(folder: Path) -> tuple[str, ...] | None:
    """The files that an album in ``folder`` lists; None when there is no manifest of ours.

    Raises UsageError when the manifest names a file that no album has, or when a folder of the album is a link:
    deleting by it could then reach other files.
    """
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
    return tuple(str(name) for name in names)


def is_whole(folder: Path) -> bool:
    """Whether an album in ``folder`` is finished, and every file of it is there as it was written."""
    if read(folder) is None:
        return False
    listed = json.loads((folder / NAME).read_bytes())["files"]
    try:
        return all(one.get("sha256") == digest((folder / one["path"]).read_bytes()) for one in listed)
    except OSError:
        return False
