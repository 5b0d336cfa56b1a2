"""Files of an archive: what cannot be deleted is said, and what is gone already is no failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.errors import ArchiveError
from sayso.storage import FolderBlobs


def test_everything_below_a_key_goes_and_twice_is_no_failure(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    blobs.put(b"one", "chips/1/a")
    blobs.put(b"two", "chips/2/b")
    for _ in range(2):
        blobs.delete_below("chips/1")
        assert [path.name for path in (tmp_path / "chips").iterdir()] == ["2"]


def test_what_cannot_be_deleted_is_said(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path)
    # A file where a folder should be: no folder's content can be deleted there.
    blobs.put(b"in the way", "chips")
    with pytest.raises(ArchiveError, match="cannot be deleted"):
        blobs.delete_below("chips")
