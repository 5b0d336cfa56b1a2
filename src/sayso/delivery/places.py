"""Where albums lie: those for people's own pages in one folder of the archive, the others wherever they were put.

May know: folders. Must not know: whose album lies where.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from ..ground import Ground


def own_root(ground: Ground) -> Path:
    """The folder, beside that of the photos, in which the albums for people's own pages lie."""
    return ground.blobs.root.with_name("albums")


def new_own(ground: Ground) -> Path:
    """A place for one more of them; its name says nothing."""
    root = own_root(ground)
    root.mkdir(mode=0o700, exist_ok=True)
    return root / secrets.token_hex(16)


def written(ground: Ground, folder: Path) -> str:
    """A folder as it is noted: one inside the archive by its name, because an archive may be moved or put back."""
    return folder.name if folder.parent == own_root(ground) else str(folder)


def read(ground: Ground, noted: str) -> Path:
    """The folder that was noted."""
    return own_root(ground) / noted
