"""Opens the archive that a command works on, as the person who runs it.

May know: the front door. Must not know: what the command does.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..values import Route
from .proving import own_proof

if TYPE_CHECKING:
    from ..archive import Archive


def opened(archive: Path, name: str) -> Archive:
    """The archive, to be used in a ``with``; an account that has a password must prove it.

    Raises ArchiveError, KeyStoreError, RefusedError (F10).
    """
    # The front door loads the database and picture libraries; a page of help must not wait for them.
    from ..archive import open_archive

    return open_archive(archive, name=name, route=Route.CLI, password=own_proof(name))
