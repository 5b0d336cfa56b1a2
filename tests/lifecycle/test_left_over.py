"""What an act leaves when an album resists, a process dies half-way, or somebody else is at work."""

from __future__ import annotations

import importlib
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image

from sayso import delivery
from sayso.errors import ArchiveError, RefusedError
from sayso.values import FrozenBy, Purpose
from tests.house import COLLECTION, ENROLLED, EVENT, ROBIN, WREN, House, boxes

_BOTH = (Purpose.FIND, Purpose.SHARE)


class _KilledError(BaseException):
    """Stands for the end of the process: nothing catches it."""


def _kill(*_: Any, **__: Any) -> None:
    raise _KilledError


def _edited(album: Path) -> None:
    (album / "album.json").write_text('{"kind": "sayso album", "files": [{"path": "../x"}]}')


def _linked(album: Path) -> None:
    (album / "thumbs").rename(album / "elsewhere")
    (album / "thumbs").symlink_to(album / "elsewhere")


@pytest.fixture
def sharing(house: House) -> House:
    for label, person in ENROLLED.items():
        house.enrol(label, person, purposes=_BOTH)
    with house.open() as archive:
        archive.people.find()
    return house


def _sees_wren(house: House, album: Path) -> bool:
    """Whether the face is as it was taken in some photo of the album."""
    for path in (album / "photos").iterdir():
        with Image.open(path) as opened:
            now = np.asarray(opened.convert("RGB"), np.float32)
        for name in EVENT:
            with Image.open(house.photos / f"{name}.jpg") as opened:
                was = np.asarray(opened.convert("RGB"), np.float32)
            if "P10" not in boxes(name) or "P26" not in boxes(name) or was.shape != now.shape:
                continue
            left, top, right, bottom = map(round, boxes(name)["P10"])
            if np.abs(was - now)[top:bottom, left:right].mean() < 8:
                return True
    return False


def _open_owners(house: House) -> int:
    return int(house.rows("SELECT count(DISTINCT owner) FROM issued_faces")[0][0])


@pytest.mark.parametrize("spoil", [_edited, _linked])
@pytest.mark.parametrize("whose", [WREN, ROBIN])
def test_F4_an_album_that_cannot_be_trusted_is_out_of_reach_and_stops_nothing(
    sharing: House, tmp_path: Path, spoil: Callable[[Path], None], whose: str
) -> None:
    with sharing.open() as archive:
        archive.people.album(whose, tmp_path / "album")
        spoil(tmp_path / "album")
        assert archive.people.withdraw(WREN).albums_out_of_reach == 1
    with sharing.open() as archive:
        entry = next(one for one in archive.ledger.list() if one.verb == "withdraw")
    assert dict(entry.facts)["albums_out_of_reach"] == 1
    assert sharing.rows("SELECT count(*) FROM withdrawals") == [(0,)]


@pytest.mark.parametrize("freeze", [False, True])
def test_F4_killed_before_the_files_are_anew_the_face_closes_at_the_next_opening(
    sharing: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, freeze: bool
) -> None:
    album = tmp_path / "album"
    with sharing.open() as archive:
        archive.people.album(ROBIN, album)
        assert _sees_wren(sharing, album)
        say_no = partial(archive.people.freeze, by=FrozenBy.SAFEGUARDING) if freeze else archive.people.withdraw
        with monkeypatch.context() as patch:
            patch.setattr(importlib.import_module("sayso.delivery.issue"), "_write", _kill)
            with pytest.raises(_KilledError):
                say_no(WREN)
    sharing.open().close()
    assert not _sees_wren(sharing, album)
    assert _open_owners(sharing) == 1


@pytest.mark.parametrize("who", [ROBIN, WREN])
def test_F4_a_no_while_the_album_is_written_is_obeyed(sharing: House, tmp_path: Path, who: str) -> None:
    album, told = tmp_path / "album", threading.Event()
    with sharing.open() as archive, sharing.open() as other:
        others = threading.Thread(target=lambda: other.people.withdraw(who))

        def progress(*_: int) -> None:
            if not told.is_set():
                told.set()
                others.start()
                while not sharing.rows("SELECT 1 FROM withdrawals"):
                    pass

        if who == ROBIN:
            with pytest.raises(RefusedError):
                archive.people.album(ROBIN, album, progress=progress)
            others.join()
            assert [path for path in album.rglob("*") if path.is_file()] == []
            return
        archive.people.album(ROBIN, album, progress=progress)
        assert not _sees_wren(sharing, album)
        others.join()
    assert not _sees_wren(sharing, album)


def test_F4_what_is_asked_after_an_interrupted_withdrawal_is_done_too(
    sharing: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sharing.open() as archive:
        with monkeypatch.context() as patch:
            patch.setattr(delivery, "delete_files", _kill)
            with pytest.raises(_KilledError):
                archive.people.withdraw(WREN, purposes=[Purpose.SHARE])
        assert archive.people.withdraw(WREN, purposes=[Purpose.FIND]).purposes == (Purpose.FIND,)
        assert [one.label for one in archive.people.list()] == [ROBIN]
        assert len([one for one in archive.ledger.list() if one.verb == "withdraw"]) == 2


def test_F4_the_refusal_stands_while_another_process_is_at_work(
    sharing: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder,) = sharing.keys.iterdir()
    room = importlib.import_module("sayso.lifecycle.withdraw")
    real = room._alone
    monkeypatch.setattr(room, "_alone", lambda ground, **_: real(ground, wait=0))
    with sharing.open() as archive:
        with FileLock(folder / "withdrawals.lock"), pytest.raises(ArchiveError, match="refusal stands"):
            archive.people.withdraw(WREN)
        assert sharing.rows("SELECT count(*) FROM withdrawals") == [(1,)]
    with sharing.open() as archive:
        assert [one.label for one in archive.people.list()] == [ROBIN]


def test_F8_a_removal_that_was_cut_off_is_completed_at_the_next_opening(
    sharing: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sharing.open() as archive:
        archive.people.album(ROBIN, tmp_path / "album")
        with monkeypatch.context() as patch:
            patch.setattr(delivery, "reissue", _kill)
            with pytest.raises(_KilledError):
                archive.collections.delete(COLLECTION)
    sharing.open().close()
    assert list((tmp_path / "album").rglob("*.jpg")) == []
    assert sharing.rows("SELECT count(*) FROM removals") == [(0,)]


@pytest.mark.parametrize("say_no", ["withdraw", "freeze"])
@pytest.mark.parametrize("whose", [WREN, ROBIN])
def test_F4_a_damaged_note_of_an_album_stops_nobodys_no(
    sharing: House, tmp_path: Path, whose: str, say_no: str
) -> None:
    with sharing.open() as archive:
        archive.people.album(whose, tmp_path / "album")
    with closing(sqlite3.connect(sharing.database)) as raw, raw:
        raw.execute("UPDATE issued_albums SET sealed_facts = zeroblob(length(sealed_facts))")
    with sharing.open() as archive:
        if say_no == "withdraw":
            assert archive.people.withdraw(WREN).albums_out_of_reach == 1
        else:
            assert archive.people.freeze(WREN, by=FrozenBy.SAFEGUARDING) == 1
            entry = next(one for one in archive.ledger.list() if one.verb == "freeze.albums")
            assert dict(entry.facts)["albums_out_of_reach"] == 1
    sharing.open().close()
