"""Opens the archive that a command works on, as the person who runs it.

May know: the front door. Must not know: what the command does.
"""

from __future__ import annotations

from pathlib import Path

from ..archive import Archive, open_archive
from ..values import Route


def opened(archive: Path, name: str) -> Archive:
    """The archive, to be used in a ``with``. Raises ArchiveError, KeyStoreError."""
    return open_archive(archive, name=name, route=Route.CLI)
