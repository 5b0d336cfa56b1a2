"""Files of an archive in one folder, each under a key like ``ab/cdef.jpg``.

May know: folders and bytes. Must not know: what a file shows or to whom it belongs.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from ..errors import ArchiveError


class FolderBlobs:
    """A folder of files. Writing is all or nothing: a file appears complete or not at all."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, key: str) -> Path:
        """Where ``key`` lies. Raises ValueError for a key that would leave the folder."""
        parts = PurePosixPath(key).parts
        if not parts or key.startswith("/") or ".." in parts:
            raise ValueError(f"not a key: {key!r}")
        return self.root.joinpath(*parts)

    def delete(self, key: str) -> None:
        """Remove ``key`` and the folders that it leaves empty; no error when it is gone already."""
        path = self.path(key)
        path.unlink(missing_ok=True)
        for parent in path.parents:
            if parent == self.root or not parent.is_relative_to(self.root):
                break
            try:
                parent.rmdir()
            except OSError:
                break

    def delete_below(self, key: str) -> None:
        """Remove everything whose key begins with ``key`` and a slash; no error when there is nothing.

        Raises ArchiveError when something cannot be removed.
        """
        try:
            shutil.rmtree(self.path(key))
        except FileNotFoundError:
            return
        except OSError as error:
            raise ArchiveError(
                f"Files in {self.path(key)} cannot be deleted: {error.strerror}.",
                "Check the folder's permissions and run the command again.",
            ) from None

    def put(self, data: bytes, key: str) -> Path:
        """Write ``data`` to ``key``. Raises ArchiveError when it cannot be written."""
        target = self.path(key)
        unfinished: Path | None = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".unfinished-", dir=target.parent)
            unfinished = Path(name)
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(target)
        except OSError as error:
            if unfinished is not None:
                unfinished.unlink(missing_ok=True)
            if error.errno == errno.ENOSPC:
                raise ArchiveError("The disk is full.", "Free some space and run the command again.") from None
            raise ArchiveError(
                f"The file could not be written to {target.parent}: {error.strerror}.",
                "Check the folder's permissions.",
            ) from None
        return target
