"""The demo's own folder: replaced when it is an earlier demo, refused when it is anything else.

May know: files, two environment variables. Must not know: what is written into the folder.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ...errors import ArchiveError, UsageError

_MARK = "sayso-demo.txt"
_WORDS = "This folder was written by `sayso demo` and is replaced when the demo runs again.\n"
_OURS = ("archive", "keys", "state", "photos", "albums", "index.html", "assessment.txt", "receipt.tlog-proof")


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where each part of a demo lies."""

    root: Path

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def photos(self) -> Path:
        return self.root / "photos"

    @property
    def albums(self) -> Path:
        return self.root / "albums"

    @property
    def page(self) -> Path:
        return self.root / "index.html"

    @property
    def assessment(self) -> Path:
        return self.root / "assessment.txt"

    @property
    def receipt(self) -> Path:
        return self.root / "receipt.tlog-proof"

    @contextmanager
    def fresh(self) -> Iterator[Self]:
        """The folder without an earlier demo; while it is used, keys and seals are kept in it and nowhere else.

        Raises UsageError when it holds something that is no demo, ArchiveError when it cannot be written.
        """
        root = self.root.absolute()
        try:
            _clear(root)
        except OSError as error:
            raise ArchiveError(
                f"The folder {root} cannot be written: {error.strerror}.", "Choose another one with --to."
            ) from None
        places = {"SAYSO_KEYS": root / "keys", "SAYSO_STATE": root / "state"}
        before = {name: os.environ.get(name) for name in places}
        os.environ.update({name: str(path) for name, path in places.items()})
        try:
            yield type(self)(root)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def _clear(root: Path) -> None:
    mark = root / _MARK
    foreign = root.exists() and (not root.is_dir() or any(root.iterdir())) and not _is_mark(mark)
    if foreign or root.is_symlink():
        raise UsageError(f"{root} holds something that is no demo.", "Choose an empty or a new folder with --to.")
    root.mkdir(parents=True, exist_ok=True)
    for name in _OURS:
        path = root / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    mark.write_text(_WORDS, "utf-8")


def _is_mark(path: Path) -> bool:
    return path.is_file() and path.read_text("utf-8", "replace") == _WORDS
