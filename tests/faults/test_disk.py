"""A full disk, a read-only folder, a locked or damaged database: a clear error, nothing half-done, and on it goes."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sayso.archive import Archive
from sayso.errors import ArchiveError, KeyStoreError, SaysoError
from sayso.storage import database
from sayso.values import Purpose
from tests.house import COLLECTION, OPERATOR, ROBIN, WITNESS, WREN, House, captures_of

Act = Callable[[Archive, Path], object]


def _mounted(*words: str) -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return subprocess.run(["mount", *words], capture_output=True, check=False).returncode == 0


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of six megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not _mounted("-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)):
        pytest.skip("mounting a small disk takes a privilege that this process does not have")
    yield folder
    _unmount(folder)


def _fill(folder: Path, left: int) -> Path:
    """Fill the disk but for so many bytes; remove the file to make room again."""
    filler = folder / "filler"
    free = os.statvfs(folder)
    filler.write_bytes(bytes(max(free.f_bavail * free.f_bsize - left, 0)))
    return filler


def _enrol(archive: Archive, _: Path) -> object:
    token = archive.people.invite("late@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
    return archive.people.enrol(token, purposes=[Purpose.FIND], captures=captures_of("P12"), witness=WITNESS)


def _withdraw(archive: Archive, _: Path) -> object:
    return archive.people.withdraw(WREN)


def _find(archive: Archive, _: Path) -> object:
    return archive.people.find(subject=WREN, collection=COLLECTION)


#: What is done, and what must be there afterwards in any case, by the archive's own numbers.
ACTS: dict[str, Act] = {"enrol": _enrol, "withdraw": _withdraw, "find": _find}


def _usable(house: House) -> None:
    """The archive opens, its ledger verifies, and everything still works."""
    with house.open() as archive:
        archive.ledger.verify()
        archive.people.find(subject=ROBIN, collection=COLLECTION)
        held = archive.status()
    assert held.templates == len(house.rows("SELECT id FROM consent_purposes WHERE state = 'given'"))
    with closing(sqlite3.connect(house.database)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.parametrize("left", [0, 8192, 65536, 200_000])
@pytest.mark.parametrize("act", ACTS)
def test_a_full_disk_is_said_and_nothing_is_half_written(
    enrolled: House, small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, left: int
) -> None:
    house = enrolled.copy(small_disk / "house")
    for name, value in house.environment().items():
        monkeypatch.setenv(name, value)
    said = ""
    with house.open() as archive:
        filler = _fill(small_disk, left)
        try:
            ACTS[act](archive, tmp_path)
        except SaysoError as error:
            said = str(error)
    failed = bool(said)
    assert "full" in said or not failed
    assert failed or left >= 8192, "with no room at all it cannot have worked"
    filler.unlink()
    _usable(house)
    with house.open() as archive:
        people = {one.label for one in archive.people.list()}
        if act == "withdraw":
            # Said no means no: what could not be completed on the full disk is completed when there is room.
            assert WREN not in people or failed
            if WREN in people:
                archive.people.withdraw(WREN)
            entries = [entry.verb for entry in archive.ledger.list()]
            assert entries.count("withdraw") == 1
        elif act == "enrol":
            assert ("late@example.org" in people) is not failed
            ACTS[act](archive, tmp_path)


def test_a_full_disk_leaves_an_album_that_withdrawing_still_deletes(found: House, small_disk: Path) -> None:
    album = small_disk / "album"
    with found.open() as archive:
        filler = _fill(small_disk, 300_000)
        with pytest.raises(ArchiveError, match="full"):
            archive.people.album(WREN, album)
        filler.unlink()
        report = archive.people.album(WREN, album)
        assert report.written >= 2
        archive.people.withdraw(WREN)
    assert not album.exists() or list(album.rglob("*")) == []


def test_a_full_disk_while_adding_is_said_and_adding_goes_on_afterwards(
    empty_house: House, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = empty_house.copy(small_disk / "house")
    for name, value in house.environment().items():
        monkeypatch.setenv(name, value)
    house.collection()
    filler = _fill(small_disk, 500_000)
    done = house.cli("add", house.photos, "-c", COLLECTION, "--copy")
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert "full" in done.stderr
    assert "Traceback" not in done.stderr
    filler.unlink()
    assert [path for path in house.archive.rglob("*") if "unfinished" in path.name] == []
    with house.open() as archive:
        stored = archive.status().photos
        report = archive.photos.add([house.photos], COLLECTION, copy=True)
        assert (report.added, report.already_there) == (8 - stored, stored)
        archive.ledger.verify()


@pytest.fixture
def read_only(found: House) -> Iterator[House]:
    """An archive whose whole folder cannot be written to, whoever asks."""
    folder = str(found.root)
    if not _mounted("--bind", folder, folder) or not _mounted("-o", "remount,ro,bind", folder):
        pytest.skip("mounting a folder read-only takes a privilege that this process does not have")
    yield found
    _unmount(found.root)


@pytest.mark.parametrize(
    "words",
    [["find"], ["withdraw", WREN], ["status"], ["ledger", "verify"], ["invite", "x", "--purpose", "find", "-c", "1"]],
    ids=lambda words: words[0],
)
def test_a_read_only_archive_says_so(read_only: House, words: list[str]) -> None:
    done = read_only.cli(*words)
    assert done.returncode == 1, done.stdout
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "permission" in done.stderr.lower() or "cannot be written" in done.stderr


def test_a_locked_archive_says_that_another_process_has_it(found: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_BUSY_SECONDS", 1)
    with found.open() as archive, closing(sqlite3.connect(found.database, isolation_level=None)) as other:
        before = archive.status()
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ArchiveError, match="another process"):
            archive.people.withdraw(WREN)
        with pytest.raises(ArchiveError, match="another process"):
            archive.people.invite("x@example.org", purposes=[Purpose.FIND], collections=[COLLECTION])
        other.execute("ROLLBACK")
        assert archive.status().ledger_size == before.ledger_size
        archive.people.withdraw(WREN)


def _truncated(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _beheaded(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"no database here")


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


def _scribbled(path: Path) -> None:
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // 4096):
            file.seek(page * 4096)
            file.write(b"\xa5" * 64)


@pytest.mark.parametrize("harm", [_truncated, _beheaded, _emptied, _scribbled])
@pytest.mark.parametrize("words", [["status"], ["find"], ["withdraw", WREN]], ids=lambda words: words[0])
def test_a_damaged_database_says_what_to_do(found: House, harm: Callable[[Path], None], words: list[str]) -> None:
    for left in found.archive.glob("sayso.db-*"):
        left.unlink()
    harm(found.database)
    done = found.cli(*words)
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "damaged" in done.stderr
    assert WREN not in done.stderr


@pytest.mark.parametrize("part", ["keys.json", "master.key", "seal"])
def test_damaged_or_missing_keys_say_what_to_do(found: House, part: str) -> None:
    (folder,) = found.keys.iterdir()
    (seal,) = found.state.iterdir()
    path = seal if part == "seal" else folder / part
    content = path.read_bytes()
    for harm in (content[: len(content) // 2], b"", None):
        path.unlink()
        if harm is not None:
            path.write_bytes(harm)
            path.chmod(0o600)
        with pytest.raises(KeyStoreError) as refused:
            found.open(OPERATOR)
        assert refused.value.next_step
        assert content.hex() not in str(refused.value)
        path.write_bytes(content)
        path.chmod(0o600)
    with found.open() as archive:
        assert archive.people.find(subject=WREN, collection=COLLECTION)
