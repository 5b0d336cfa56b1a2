"""A run killed at any moment loses nothing, doubles nothing, and repeats no finished work."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from sqlalchemy import func, select

from sayso import photos
from sayso.photos.tables import PhotoRow, SourceRow
from sayso.storage import read_setting

from .conftest import Archive, Shots

_FILES = 120

# Adds photos until it is killed, and waits for a line after each step, so that a slow parent misses nothing. What the
# caller notes goes into the same transaction as the chunk itself.
_CHILD = """
import sys
from pathlib import Path
from sayso import photos
from sayso.clock import system_clock
from sayso.engine import {engine}
from sayso.storage import Database, FolderBlobs, read_setting, write_setting

def note(session, counts):
    write_setting(session, "photos", str(int(read_setting(session, "photos") or 0) + counts.photos))

database = Database(Path({database!r}))
print("ready", flush=True)
photos.add(database, FolderBlobs(Path({blobs!r})), {collection}, [Path({folder!r})], copy=True,
           engine={engine}(2), clock=system_clock, on_chunk=note,
           progress=lambda progress: (print(progress.done, flush=True), sys.stdin.readline()))
"""


def _child(archive: Archive, folder: Path, engine: str) -> subprocess.Popen[str]:
    code = f"import sys; sys.path[:] = {sys.path!r}\n" + _CHILD.format(
        engine=engine,
        database=str(archive.folder / "archive.db"),
        blobs=str(archive.blobs.root),
        collection=archive.collection.id,
        folder=str(folder),
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    return child


def _stored(archive: Archive) -> tuple[int, int]:
    """Photos that are stored, and photos that the caller noted."""
    with archive.database.begin() as session:
        count = session.scalar(select(func.count(PhotoRow.id))) or 0
        return count, int(read_setting(session, "photos") or 0)


def test_killed_at_random_moments_nothing_is_lost_doubled_or_repeated(archive: Archive, shots: Shots) -> None:
    folder = shots(_FILES)[0].parent
    chance = random.Random(20260614)
    kills = between = 0
    for attempt in range(8):
        stored_before = _stored(archive)[0]
        engine = ("InProcess", "Processes")[attempt % 2]
        child = _child(archive, folder, engine)
        with child:
            assert child.stdin is not None
            assert child.stdout is not None
            # From "nothing done" to "some chunks in", and a little further so as to hit writes too.
            with suppress(BrokenPipeError):
                for _ in range(chance.randint(0, 45)):
                    if not child.stdout.readline():
                        break
                    child.stdin.write("\n")
                    child.stdin.flush()
                child.stdin.write("\n" * chance.randint(0, 8))
                child.stdin.flush()
            time.sleep(chance.uniform(0, 0.1))
            child.send_signal(signal.SIGKILL)
        kills += child.returncode == -signal.SIGKILL
        stored, noted = _stored(archive)
        between += 0 < stored < _FILES
        assert stored == noted
        assert stored >= stored_before
    assert kills >= 4
    assert between >= 2

    finished = _stored(archive)[0]
    report = archive.add(folder, copy=True)
    assert report.counts.photos == _FILES - finished
    assert (report.added, report.already_there, report.skipped) == (_FILES - finished, finished, ())
    with archive.database.begin() as session:
        assert session.scalar(select(func.count(PhotoRow.id))) == _FILES
        assert session.scalar(select(func.count(SourceRow.id))) == _FILES
        listed = photos.list_photos(session, archive.collection.id)
    assert len({one.photo.sha256 for one in listed}) == _FILES
    files = [path for path in archive.blobs.root.rglob("*.jpg") if not path.name.startswith(".unfinished-")]
    assert len(files) == _FILES
    assert all(isinstance(photos.load(one.photo, archive.blobs), Path) for one in listed)
    assert archive.add(folder, copy=True).counts.photos == 0
