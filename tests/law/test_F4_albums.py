"""F4: an album that was being written when the process died is deleted whole by a withdrawal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import WREN, House, child

from .killed import KILLED

_KILLED = """
import sys
from pathlib import Path
import sayso
from tests.law.killed import arm

with sayso.open(sys.argv[1], name="anna") as archive:
    arm(sys.argv[3])
    archive.people.album("wren@example.org", Path(sys.argv[2]))
"""


@pytest.mark.parametrize("step", [f"before sync {number}" for number in (3, 4, 5, 6)])
def test_F4_an_album_that_was_cut_off_leaves_no_picture_behind(found: House, tmp_path: Path, step: str) -> None:
    album = tmp_path / "album"
    done = child("-c", _KILLED, str(found.archive), str(album), step, environment=found.environment())
    assert done.returncode == KILLED, done.stderr
    assert [path for path in album.rglob("*") if path.is_file()], "the step must leave something"
    with found.open() as archive:
        archive.people.withdraw(WREN)
    left = [path for path in album.rglob("*") if path.is_file()] if album.exists() else []
    assert left == []


def test_F4_a_foreign_file_in_the_albums_folder_is_left_alone(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        (tmp_path / "album" / "mine.txt").write_text("not yours")
        archive.people.withdraw(WREN)
    assert [path.name for path in (tmp_path / "album").rglob("*") if path.is_file()] == ["mine.txt"]
