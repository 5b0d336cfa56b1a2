"""Where an archive's keys and their seal lie when nobody says otherwise.

May know: the system's folders and two environment variables. Must not know: keys.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from platformdirs import user_data_path, user_state_path

_ARCHIVE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def default_places(archive_id: str) -> tuple[Path, Path]:
    """The key store's folder and the seal's file for an archive, both outside the archive.

    ``SAYSO_KEYS`` (parent of the folders) and ``SAYSO_STATE`` (folder of the seals) take the place of the system's
    folders for data and state. Neither belongs in a backup: who restores an old folder *and* its old seal can open
    what was destroyed since. Raises ValueError for an id that is no plain file name.
    """
    if not _ARCHIVE_ID.fullmatch(archive_id):
        raise ValueError("an archive id is letters, digits, dots, dashes and underscores")
    keys = os.environ.get("SAYSO_KEYS")
    state = os.environ.get("SAYSO_STATE")
    folder = Path(keys) if keys else user_data_path("sayso") / "keys"
    seals = Path(state) if state else user_state_path("sayso")
    return folder / archive_id, seals / f"{archive_id}.seal"
