"""Adding photos from folders and files: everything once, nothing lost, bad files by name."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from sayso import photos
from sayso.clock import system_clock
from sayso.engine import Processes, Progress
from sayso.errors import ArchiveError, RefusedError, UsageError
from sayso.storage import FolderBlobs, Session
from sayso.values import Box, Counts

from .conftest import EVENT, NOON, Archive, Shots, shoot


def test_a_folder_is_read_with_times_places_and_faces(archive: Archive, shots: Shots) -> None:
    files = shots(4, small=False)
    report = archive.add(files[0].parent, tags=("party", "outdoors"))
    assert (report.added, report.already_there, report.skipped) == (4, 0, ())
    listed = archive.listed()
    by_name = {Path(one.photo.path).name: one.photo for one in listed}
    photo = by_name["p0003.jpg"]
    assert (photo.width, photo.height) == (1280, 853)
    assert photo.taken_at is not None
    assert (photo.taken_at - NOON).total_seconds() == 180
    assert photo.place is not None
    assert photo.place.latitude == pytest.approx(45.03)
    assert photo.place.longitude == pytest.approx(-73.5)
    assert photo.tags == ("party", "outdoors")
    assert not photo.copied
    assert report.counts == Counts(photos=4, seen=sum(one.faces for one in listed))
    assert archive.notes == [report.counts]
    assert report.counts.measured == 0


def test_faces_lie_where_they_are_at_full_size(archive: Archive, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with Image.open(EVENT / "g00.jpg") as image:
        image.resize((3840, 2559)).save(large)
    archive.add(large)
    truth = [Box(x, y, right - x, bottom - y) for x, y, right, bottom in _boxes(EVENT / "g00.json")]
    with archive.database.begin() as session:
        (listed,) = photos.list_photos(session, archive.collection.id)
        faces = photos.faces_of(session, listed.photo.id)
    assert [face.number for face in faces] == list(range(1, len(faces) + 1))
    assert all(face.box.x >= 0 and face.box.right <= 3840 and face.box.bottom <= 2559 for face in faces)
    for box in truth:
        assert max(face.box.iou(box.scaled(3.0)) for face in faces) > 0.5


def _boxes(path: Path) -> list[list[float]]:
    return [one["box"] for one in json.loads(path.read_text())["people"]]


def test_a_second_run_reads_nothing_again(archive: Archive, shots: Shots) -> None:
    files = shots(5)
    archive.add(files[0].parent)
    shoot(files[0].parent / "z.jpg", 7, side=320)
    report = archive.add(files[0].parent)
    assert (report.added, report.already_there) == (1, 5)
    assert report.counts.photos == 1
    assert len(archive.notes) == 2


def test_the_same_bytes_are_one_photo_with_two_sources(archive: Archive, shots: Shots) -> None:
    files = shots(2)
    shutil.copy(files[0], files[0].with_name("again.jpg"))
    report = archive.add(files[0].parent)
    assert (report.added, report.already_there) == (2, 1)
    assert len(archive.listed()) == 2
    assert archive.add(files[0].parent).counts.photos == 0


def test_a_touched_file_is_known_by_its_bytes(archive: Archive, shots: Shots) -> None:
    files = shots(1)
    archive.add(files[0])
    os.utime(files[0], (1, 1))
    assert (archive.add(files[0]).added, len(archive.listed())) == (0, 1)
    assert archive.add(files[0]).counts.photos == 0


def test_a_moved_folder_is_found_again(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    folder = shots(3)[0].parent
    archive.add(folder)
    folder.rename(tmp_path / "moved")
    report = archive.add(tmp_path / "moved")
    assert (report.added, report.already_there) == (0, 3)
    assert all(Path(one.photo.path).parent == tmp_path / "moved" for one in archive.listed())


def test_an_edited_file_is_a_new_photo_beside_the_old_one(archive: Archive, shots: Shots) -> None:
    (file,) = shots(1)
    archive.add(file)
    shoot(file, 5, side=320)
    assert archive.add(file).added == 1
    old, new = (one.photo for one in archive.listed())
    assert old.sha256 != new.sha256
    assert isinstance(photos.load(new, archive.blobs), bytes)


def test_bad_files_are_named_and_cost_nothing_else(archive: Archive, shots: Shots) -> None:
    files = shots(3)
    folder = files[0].parent
    whole = files[0].read_bytes()
    (folder / "cut.jpg").write_bytes(whole[: len(whole) // 3])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "noise.jpg").write_bytes(np.random.default_rng(1).bytes(5000))
    (folder / "text.txt").write_text("not a picture")
    (folder / "bad\x1b[31m.jpg").write_bytes(b"\xff\xd8\xff\xe0 nothing")
    (folder / ".hidden.jpg").write_bytes(whole)
    report = archive.add(folder)
    assert report.added == 3
    assert {Path(one.name).name for one in report.skipped} == {
        "cut.jpg",
        "empty.jpg",
        "noise.jpg",
        "text.txt",
        "bad\\x1b[31m.jpg",
    }
    assert all(one.reason for one in report.skipped)
    assert "cut off" in next(one.reason for one in report.skipped if one.name.endswith("cut.jpg"))


def test_links_pipes_and_unreadable_names_inside_a_folder_are_left_out(archive: Archive, shots: Shots) -> None:
    files = shots(2)
    folder = files[0].parent
    (folder / "loop").symlink_to(folder)
    (folder / "link.jpg").symlink_to(files[0])
    os.mkfifo(folder / "pipe.jpg")
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jpg")).write_bytes(files[1].read_bytes() + b"\0")
    report = archive.add(folder)
    assert report.added == 2
    assert {Path(one.name).name for one in report.skipped} == {"loop", "link.jpg", "pipe.jpg", "\\udcff.jpg"}


def test_folders_inside_folders_are_read_in_a_stable_order(archive: Archive, shots: Shots) -> None:
    files = shots(3)
    deep = files[0].parent / "a" / "b" / "c"
    deep.mkdir(parents=True)
    files[0].rename(deep / "deep.jpg")
    (files[0].parent / ".thumbnails").mkdir()
    shutil.copy(files[1], files[0].parent / ".thumbnails" / "t.jpg")
    report = archive.add(files[0].parent, deep / "deep.jpg", deep)
    assert (report.added, report.already_there) == (3, 0)


def test_an_empty_folder_is_told_and_leaves_no_entry(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="nothing to add"):
        archive.add(tmp_path / "empty")
    assert archive.notes == []


def test_what_is_not_there_is_told(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing at"):
        archive.add(tmp_path / "missing")


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/a.jpg",
        "https://example.org",
        "rtsp://camera/1",
        "s3://bucket/key",
        "FTP://x/y",
        "file:///tmp",
    ],
)
def test_F3_an_address_is_refused(archive: Archive, address: str) -> None:
    for path in (address, Path(address)):
        with pytest.raises(RefusedError) as caught:
            archive.add(path)
        assert caught.value.reasons[0].rule == "F3"
    assert archive.listed() == []


def test_copies_lie_in_the_archive_and_outlive_the_folder(archive: Archive, shots: Shots) -> None:
    files = shots(2)
    wanted = {file.read_bytes() for file in files}
    archive.add(files[0].parent, copy=True)
    shutil.rmtree(files[0].parent)
    loaded = [photos.load(one.photo, archive.blobs) for one in archive.listed()]
    assert {path.read_bytes() for path in loaded if isinstance(path, Path)} == wanted


def test_an_archive_that_cannot_be_written_stops_the_run_with_one_error(archive: Archive, shots: Shots) -> None:
    files = shots(3)
    blocked = archive.folder / "blocked"
    blocked.write_text("a file where a folder should be")
    archive.blobs = FolderBlobs(blocked)
    with pytest.raises(ArchiveError):
        archive.add(files[0].parent, copy=True)


def test_an_error_of_the_caller_undoes_its_chunk(archive: Archive, shots: Shots) -> None:
    files = shots(3)

    def refuse(_: Session, counts: Counts) -> None:
        raise ArchiveError(f"The ledger cannot take {counts.photos}.")

    with pytest.raises(ArchiveError, match="cannot take 3"):
        photos.add(
            archive.database,
            archive.blobs,
            archive.collection.id,
            [files[0].parent],
            copy=False,
            engine=archive.engine,
            clock=system_clock,
            on_chunk=refuse,
        )
    assert archive.listed() == []
    assert archive.add(files[0].parent).added == 3


def test_an_interruption_keeps_what_was_finished(archive: Archive, shots: Shots) -> None:
    files = shots(12)
    seen: list[Progress] = []

    def interrupt(progress: Progress) -> None:
        seen.append(progress)
        if progress.done == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        photos.add(
            archive.database,
            archive.blobs,
            archive.collection.id,
            [files[0].parent],
            copy=False,
            engine=archive.engine,
            clock=system_clock,
            on_chunk=lambda _, counts: archive.notes.append(counts),
            progress=interrupt,
        )
    assert len(archive.listed()) == 7
    assert archive.notes[0].photos == 7
    report = archive.add(files[0].parent)
    assert (report.added, report.already_there) == (5, 7)
    assert [one.done for one in seen] == list(range(8))
    assert all(one.total == 12 for one in seen)


def test_an_unknown_collection_is_told(archive: Archive, shots: Shots) -> None:
    files = shots(1)
    with archive.database.begin() as session:
        photos.delete_collection(session, archive.collection.id)
    with pytest.raises(UsageError, match="no collection"):
        archive.add(files[0])


def test_both_engines_take_in_the_same(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    files = shots(200)
    other = Archive(tmp_path / "other", engine=Processes(2))
    reports = [one.add(files[0].parent) for one in (archive, other)]
    other.engine.close()
    assert [report.added + report.already_there for report in reports] == [200, 200]
    assert reports[0].counts == reports[1].counts
    assert len(archive.notes) == len(other.notes) == 7
    assert _content(archive) == _content(other)


def _content(archive: Archive) -> dict[str, object]:
    content: dict[str, object] = {}
    with archive.database.begin() as session:
        for one in photos.list_photos(session, archive.collection.id):
            faces = [(face.number, face.box, face.score) for face in photos.faces_of(session, one.photo.id)]
            content[one.photo.sha256] = (one.photo.path, one.photo.taken_at, one.photo.place, faces)
    return content


_MANY_THREADS = """
from pathlib import Path
from threading import Barrier, Thread
from sayso.photos.examine import Examine
from sayso.photos.sources import find_sources
from sayso.storage import FolderBlobs

work = Examine(FolderBlobs(Path({folder!r}) / "files"), 1, False, False)
sources = list(find_sources([{folder!r}]).sources.values())
together = Barrier(len(sources))
digests = []

def examine(source):
    together.wait()
    digests.append(work(source).sha256)

threads = [Thread(target=examine, args=(source,)) for source in sources]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(*digests)
"""


def test_threads_that_start_together_do_not_wait_for_each_other_for_ever(shots: Shots) -> None:
    files = shots(8)
    code = f"import sys; sys.path[:] = {sys.path!r}\n" + _MANY_THREADS.format(folder=str(files[0].parent))
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True).stdout
    assert len(set(said.split())) == 8
