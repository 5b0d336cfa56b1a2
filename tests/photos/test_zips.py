"""Zip archives: read in memory, within limits, whatever their makers intended."""

from __future__ import annotations

import io
import shutil
import struct
import zipfile
from pathlib import Path

import pytest

from sayso import photos
from sayso.engine import Processes

from .conftest import Archive, Shots


def _zip(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return path


def _encrypted(path: Path) -> None:
    """Set the encryption bit (APPNOTE 4.4.4) in both headers of every member."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    path.write_bytes(data)


def test_members_are_copied_in_and_outlive_the_archive(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    files = shots(4)
    path = _zip(tmp_path / "party.ZIP", {f"day 1/{file.name}": file.read_bytes() for file in files})
    report = archive.add(path)
    assert (report.added, report.skipped) == (4, ())
    path.unlink()
    loaded = [photos.load(one.photo, archive.blobs) for one in archive.listed()]
    assert {one.read_bytes() for one in loaded if isinstance(one, Path)} == {file.read_bytes() for file in files}


def test_a_second_run_unpacks_nothing_again(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    path = _zip(tmp_path / "party.zip", {file.name: file.read_bytes() for file in shots(3)})
    archive.add(path)
    report = archive.add(tmp_path / "party.zip")
    assert (report.already_there, report.counts.photos) == (3, 0)


def test_a_photo_that_lies_in_a_folder_too_is_kept_once(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    files = shots(2)
    archive.add(files[0].parent)
    path = _zip(tmp_path / "party.zip", {file.name: file.read_bytes() for file in files})
    report = archive.add(path)
    assert (report.added, report.already_there) == (0, 2)
    shutil.rmtree(files[0].parent)
    assert all(isinstance(photos.load(one.photo, archive.blobs), Path) for one in archive.listed())


def test_names_that_point_elsewhere_write_nothing_elsewhere(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    data = [file.read_bytes() for file in shots(3)]
    names = ["../../../escaped.jpg", "/tmp/sayso-escaped.jpg", "..\\..\\windows.jpg"]
    inner = tmp_path / "deep" / "deeper"
    inner.mkdir(parents=True)
    report = archive.add(_zip(inner / "evil.zip", dict(zip(names, data, strict=True))))
    assert report.added == 3
    escaped = {"escaped.jpg", "sayso-escaped.jpg", "windows.jpg"}
    assert not [path for path in tmp_path.rglob("*") if path.name in escaped]
    assert not Path("/tmp/sayso-escaped.jpg").exists()
    assert all(one.photo.copied and one.photo.path.startswith("photos/") for one in archive.listed())


def test_what_cannot_be_used_is_named(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    data = shots(1)[0].read_bytes()
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as inner:
        inner.writestr("a.jpg", data)
    members = {
        "good.jpg": data,
        "inner.zip": nested.getvalue(),
        "notes.txt": b"no picture",
        "cut.jpg": data[: len(data) // 2],
        ".hidden.jpg": data,
        "__MACOSX/._good.jpg": b"resource fork",
    }
    report = archive.add(_zip(tmp_path / "mixed.zip", members))
    assert report.added == 1
    assert {one.name.rpartition("!/")[2] for one in report.skipped} == {"inner.zip", "notes.txt", "cut.jpg"}
    assert "inside a zip archive is not opened" in next(one.reason for one in report.skipped if "inner" in one.name)


def test_a_protected_archive_is_skipped_with_the_reason(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    path = _zip(tmp_path / "secret.zip", {"a.jpg": shots(1)[0].read_bytes()}, zipfile.ZIP_STORED)
    _encrypted(path)
    report = archive.add(path)
    assert report.added == 0
    (skipped,) = report.skipped
    assert "password" in skipped.reason


def test_a_member_that_unpacks_without_end_is_skipped(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("good.jpg", shots(1)[0].read_bytes())
        with out.open("zeros.jpg", "w") as member:
            for _ in range(210):
                member.write(bytes(1_000_000))
    report = archive.add(path)
    assert report.added == 1
    (skipped,) = report.skipped
    assert skipped.name.endswith("zeros.jpg")
    assert "larger than 200 MB" in skipped.reason


def test_an_archive_that_lies_about_a_size_is_skipped(archive: Archive, tmp_path: Path) -> None:
    path = _zip(tmp_path / "liar.zip", {"zeros.jpg": bytes(5_000_000)})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.find(signature) + offset, 100)
    path.write_bytes(data)
    report = archive.add(path)
    assert report.added == 0
    assert len(report.skipped) == 1


def test_members_that_share_their_bytes_are_taken_for_an_attack(archive: Archive, tmp_path: Path) -> None:
    path = _zip(tmp_path / "overlap.zip", {"a.jpg": bytes(range(256)) * 400}, zipfile.ZIP_STORED)
    data = path.read_bytes()
    start, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    entry, tail = data[start:end], bytearray(data[end:])
    many = 50
    struct.pack_into("<HHI", tail, 8, many, many, len(entry) * many)
    path.write_bytes(data[:start] + entry * many + tail)
    report = archive.add(path)
    assert report.added == 0
    (skipped,) = report.skipped
    assert "contradicts itself" in skipped.reason


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and nothing more", b"plain text"])
def test_what_is_no_zip_archive_is_skipped_by_name(archive: Archive, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(content)
    (skipped,) = archive.add(path).skipped
    assert skipped.name == str(path)


def test_worker_processes_read_archives_inside_folders_too(archive: Archive, shots: Shots, tmp_path: Path) -> None:
    files = shots(6)
    folder = tmp_path / "delivered"
    folder.mkdir()
    _zip(folder / "one.zip", {file.name: file.read_bytes() for file in files[:3]})
    _zip(folder / "two.zip", {file.name: file.read_bytes() for file in files[3:]})
    archive.engine = Processes(2)
    assert archive.add(folder).added == 6
    archive.engine.close()
