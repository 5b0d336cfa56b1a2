"""What was said stands although an album is being written or a file resists, and no such thing keeps anybody out."""

from __future__ import annotations

import hashlib
import importlib
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
from filelock import FileLock

from sayso.archive import Archive
from sayso.lifecycle import UnfinishedError
from sayso.values import Box, FrozenBy, Purpose
from tests.house import COLLECTION, SECOND, WREN, House


class Hasty(FileLock):
    """A lock that does not wait, and tells how long it should have."""

    waits: ClassVar[list[float]] = []

    def acquire(self, timeout: float | None = None, **options: object) -> object:  # type: ignore[override]
        self.waits.append(-1 if timeout is None else timeout)
        return super().acquire(timeout=0, **options)  # type: ignore[arg-type]


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long albums would have been waited for."""
    Hasty.waits.clear()
    monkeypatch.setattr(importlib.import_module("sayso.delivery.issue"), "FileLock", Hasty)
    return Hasty.waits


def _state(folder: Path) -> dict[str, str]:
    return {str(one): hashlib.sha256(one.read_bytes()).hexdigest() for one in folder.rglob("*.jpg")}


def _own(archive: Archive) -> tuple[int, int]:
    first = archive.people.photos(WREN)[0]
    faces = archive.photos.faces(first.photo.id)
    return first.photo.id, next(one.number for one in faces if one.box == first.own)


def _change(house: House, statement: str) -> None:
    with closing(sqlite3.connect(house.database)) as raw, raw:
        raw.execute(statement)


def _writing(house: House) -> FileLock:
    """Another process that writes an album."""
    (folder,) = house.keys.iterdir()
    return FileLock(folder / "albums.lock")


ACTS: dict[str, tuple[str, Callable[[Archive, int, int], object]]] = {
    "hide": ("face is marked", lambda archive, photo, face: archive.photos.hide(photo, face)),
    "redact": ("place is closed", lambda archive, photo, _: archive.photos.redact(photo, Box(200, 200, 300, 300))),
    "disown": ("decision stands", lambda archive, photo, face: archive.people.disown(WREN, photo_id=photo, face=face)),
    "delete": ("photos are gone", lambda archive, photo, _: archive.photos.delete([photo])),
    "freeze": ("Frozen", lambda archive, *_: archive.people.freeze(WREN, by=FrozenBy.SUBJECT)),
    "withdraw": ("refusal stands", lambda archive, *_: archive.people.withdraw(WREN)),
    "cease": ("has ceased", lambda archive, *_: archive.cease()),
}


@pytest.mark.parametrize("act", ACTS)
def test_it_stands_while_another_album_is_written_and_is_finished_at_the_next_opening(
    found: House, tmp_path: Path, hasty: list[float], act: str
) -> None:
    says, do = ACTS[act]
    with found.open(SECOND) as archive:
        archive.people.album(WREN, tmp_path / "album")
        photo_id, number = _own(archive)
        if act == "cease":
            archive.cease()
    before = _state(tmp_path / "album")
    hasty.clear()
    with _writing(found):
        with found.open() as archive, pytest.raises(UnfinishedError, match=says) as unfinished:
            do(archive, photo_id, number)
        assert "Run the command again" not in str(unfinished.value)
        if act == "hide":
            assert max(hasty) < 60
        hasty.clear()
        found.open().close()
        assert set(hasty) == {0}
        assert _state(tmp_path / "album") == before
    found.open().close()
    assert _state(tmp_path / "album") != before
    assert found.rows("SELECT count(*) FROM removals") == [(0,)]
    assert found.rows("SELECT count(*) FROM hidden_faces WHERE closed_at IS NULL") == [(0,)]
    assert found.rows("SELECT count(*) FROM withdrawals") == [(0,)]


@pytest.mark.usefixtures("hasty")
def test_a_face_that_is_opened_again_waits_for_no_second_command(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        photo_id, number = _own(archive)
        archive.photos.hide(photo_id, number)
        closed = _state(tmp_path / "album")
        with _writing(found), pytest.raises(UnfinishedError, match="mark is taken back"):
            archive.photos.unhide(photo_id, number)
        assert not archive.photos.hidden()
        assert _state(tmp_path / "album") == closed
    found.open().close()
    assert _state(tmp_path / "album") != closed


@pytest.mark.usefixtures("hasty")
def test_the_daily_run_finishes_it_too_in_an_archive_that_stays_open(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        photo_id, number = _own(archive)
        open_ = _state(tmp_path / "album")
        with _writing(found), pytest.raises(UnfinishedError):
            archive.photos.hide(photo_id, number)
        archive.tend()
        assert _state(tmp_path / "album") != open_


@pytest.mark.usefixtures("hasty")
def test_a_day_does_its_other_work_while_an_album_is_written(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        archive.people.invite("finch@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
        _change(found, "UPDATE collections SET retention_until = '2001-01-01 00:00:00.000000'")
        _change(found, "UPDATE invites SET expires_at = '2001-01-01 00:00:00.000000' WHERE used_at IS NULL")
        with _writing(found):
            done = archive.tend()
    assert done.collections_deleted == [COLLECTION]
    assert done.invites_deleted == 1
    assert len(_state(tmp_path / "album")) > 0
    found.open().close()
    assert _state(tmp_path / "album") == {}


def test_a_file_that_cannot_be_deleted_keeps_nobody_out_and_is_deleted_later(found: House) -> None:
    stuck = found.archive / "photos" / "ab" / "cd.jpg"
    (stuck / "in the way").mkdir(parents=True)
    free = stuck.with_name("ef.jpg")
    free.write_bytes(b"a photo")
    _change(found, """INSERT INTO removals (rest) VALUES ('[["ab/cd.jpg", "ab/ef.jpg"], [], []]')""")
    with found.open() as archive:
        assert not free.exists()
        assert stuck.exists()
        with pytest.raises(UnfinishedError, match="photos are gone, but a file"):
            archive.photos.delete([archive.photos.list()[0].photo.id])
    (stuck / "in the way").rmdir()
    stuck.rmdir()
    stuck.write_bytes(b"a photo")
    found.open().close()
    assert not stuck.exists()
    assert found.rows("SELECT count(*) FROM removals") == [(0,)]
