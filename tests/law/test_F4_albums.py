"""F4: an album that was being written when the process died is deleted whole by a withdrawal."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import pytest

from sayso import consent
from sayso.ground import Ground
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


def test_F4_an_album_that_the_person_moved_is_counted(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        (tmp_path / "album").rename(tmp_path / "moved")
        assert archive.people.withdraw(WREN).albums_out_of_reach == 1
    assert list((tmp_path / "moved").rglob("*.jpg"))


def test_F4_an_album_whose_first_file_comes_after_the_no_is_deleted(
    found: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = importlib.import_module("sayso.lifecycle.withdraw")
    real = room._refuse_durably

    def refuse(*given: Any) -> Any:
        row = real(*given)
        (tmp_path / "moved").rename(tmp_path / "album")
        return row

    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        (tmp_path / "album").rename(tmp_path / "moved")
        monkeypatch.setattr(room, "_refuse_durably", refuse)
        assert archive.people.withdraw(WREN).albums_out_of_reach == 0
    assert not (tmp_path / "album").exists()


def test_F4_an_album_that_is_deleted_since_its_owner_was_frozen_meanwhile_is_not_out_of_reach(
    found: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = importlib.import_module("sayso.delivery.issue")
    real = room._write
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        photo_id = archive.people.photos(WREN)[0].photo.id

        def write(ground: Ground, *given: Any) -> Any:
            report = real(ground, *given)
            with ground.database.begin() as session:
                consent.subjects.freeze(session, found_id, ground.clock())
            return report

        found_id = next(one.id for one in archive.people.list() if one.label == WREN)
        monkeypatch.setattr(room, "_write", write)
        assert archive.photos.hide(photo_id, 1).out_of_reach == 0
    assert not (tmp_path / "album").exists()
