"""The access export: resumed when it was stopped, deleting nothing, and for people of every kind."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from sayso.consent import subjects
from sayso.errors import RefusedError, UsageError
from sayso.storage import Database
from sayso.values import Purpose
from tests.house import COLLECTION, ROBIN, WREN, House, boxes


class StoppedError(Exception):
    """What a person who pulls the plug raises."""


def rows(house: House) -> dict[str, int]:
    """How many rows each table holds, but for those that an export adds to."""
    with sqlite3.connect(house.database) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counts = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}
    return {
        name: count
        for name, count in counts.items()
        if name != "requests" and not name.startswith(("ledger", "sqlite"))
    }


def files(folder: Path) -> dict[str, int]:
    """Every file and when it was written."""
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_an_export_deletes_nothing(found: House, tmp_path: Path) -> None:
    before, keys = rows(found), sorted(path.name for path in found.keys.iterdir())
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "out")
    # All that is new is the note of where it lies.
    assert rows(found) == before | {"exports": before["exports"] + 1}
    assert before["templates"] == 2
    assert sorted(path.name for path in found.keys.iterdir()) == keys


def test_an_export_that_was_stopped_goes_on_and_one_that_is_whole_is_not_made_again(
    found: House, tmp_path: Path
) -> None:
    folder = tmp_path / "out"

    def stop(done: int, total: int) -> None:
        assert total == 3
        if done == 2:
            raise StoppedError

    with found.open() as archive:
        with pytest.raises(StoppedError):
            archive.papers.export(WREN, folder, progress=stop)
        assert not (folder / "index.html").exists()
        assert archive.requests.list()[0].done_at is None
        archive.papers.export(WREN, folder)
        first = files(folder)
        assert {"index.html", "receipt.html", "data.json", "album/photos/003.jpg"} <= set(first)
        archive.papers.export(WREN, folder)
        again = files(folder)
    album = {name for name in first if name.startswith("album/")}
    assert {name for name in album if again[name] == first[name]} == album
    assert again["data.json"] > first["data.json"]


def test_a_damaged_album_is_written_anew(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "out")
        photo = tmp_path / "out" / "album" / "photos" / "002.jpg"
        photo.write_bytes(photo.read_bytes()[:1000])
        archive.papers.export(WREN, tmp_path / "out")
    with Image.open(photo) as opened:
        opened.load()
        assert opened.size == (1280, 853)


def test_a_person_without_a_template_gets_the_photos_that_they_pointed_at(house: House, tmp_path: Path) -> None:
    subject = house.enrol("jay@example.org", None)
    with house.open() as archive:
        photo = next(one.photo for one in archive.photos.list() if Path(one.photo.path).stem == "g07")
        left, top, right, bottom = boxes("g07")["P32"]
        faces = archive.photos.faces(photo.id)
        mine = min(
            faces,
            key=lambda one: abs(one.box.centre[0] - (left + right) / 2) + abs(one.box.centre[1] - (top + bottom) / 2),
        )
        archive.people.point(subject, photo_id=photo.id, face=mine.number)
        for doubt in archive.review.list(subject):
            archive.review.confirm(doubt.id, said_by_subject=True)
        held = archive.papers.export(subject, tmp_path / "out")
    assert held.data["templates"] == []
    assert [one["id"] for one in held.data["photos"]] == [photo.id]
    assert held.data["photos"][0]["confirmed"] is True
    assert (tmp_path / "out" / "album" / "photos" / "001.jpg").is_file()


def test_a_person_without_photos_gets_everything_else(enrolled: House, tmp_path: Path) -> None:
    with enrolled.open() as archive:
        held = archive.papers.export(WREN, tmp_path / "out")
    assert held.photos == 0
    assert held.data["no_photos"] == "none"
    assert not (tmp_path / "out" / "album").exists()
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "No photo was found to show you." in page
    assert len(held.data["receipt"]["consent_records"]) == 1


def test_after_a_withdrawal_what_still_exists_is_exported_by_id(found: House, tmp_path: Path) -> None:
    subject = found.subject(WREN)
    with found.open() as archive:
        archive.papers.export(subject, tmp_path / "out")
        archive.people.withdraw(subject)
        with pytest.raises(UsageError):
            archive.papers.export(WREN, tmp_path / "by-label")
        held = archive.papers.export(subject, tmp_path / "out")
    assert held.data["subject"] == {"id": subject, "label": "", "packs": []}
    assert (held.photos, held.data["templates"], held.data["no_photos"]) == (0, [], "no-consent")
    assert held.data["receipt"]["consent_records"][0]["states"] == {"find": "withdrawn"}
    assert "withdraw" in [one["verb"] for one in held.data["entries"]]
    assert not (tmp_path / "out" / "album" / "photos").exists()
    written = (tmp_path / "out" / "data.json").read_text("utf-8") + (tmp_path / "out" / "index.html").read_text("utf-8")
    assert WREN not in written


def test_a_folder_that_holds_something_else_or_somebody_elses_export_is_left_alone(
    found: House, tmp_path: Path
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "diary.txt").write_text("dear diary")
    with found.open() as archive:
        with pytest.raises(UsageError, match="holds something else"):
            archive.papers.export(WREN, full)
        archive.papers.export(WREN, tmp_path / "wren")
        before = files(tmp_path / "wren")
        with pytest.raises(UsageError, match="holds something else"):
            archive.papers.export(ROBIN, tmp_path / "wren")
        with pytest.raises(UsageError, match="not written in 'xx'"):
            archive.papers.export(WREN, tmp_path / "new", language="xx")
    assert files(full).keys() == {"diary.txt"}
    assert files(tmp_path / "wren") == before
    assert not (tmp_path / "new").exists()


def test_F6_nothing_of_a_frozen_person_is_handed_out(found: House, tmp_path: Path) -> None:
    subject = found.subject(WREN)
    database = Database(found.database)
    with database.begin() as session:
        subjects.freeze(session, subject, found.clock())
    database.close()
    with found.open() as archive, pytest.raises(RefusedError) as refused:
        archive.papers.export(subject, tmp_path / "out")
    assert refused.value.reasons[0].rule == "F6"
    assert not (tmp_path / "out" / "album").exists()
    assert not (tmp_path / "out" / "data.json").exists()


def test_a_photo_that_is_gone_is_named_and_the_rest_is_exported(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        theirs = sorted(found.shows("P10"))
        paths = {one.photo.id: Path(one.photo.path) for one in archive.photos.list()}
        lost = paths[theirs[0]]
        away = lost.rename(lost.with_suffix(".away"))
        try:
            held = archive.papers.export(WREN, tmp_path / "out")
        finally:
            away.rename(lost)
    assert [one.name for one in held.skipped] == [f"photo {theirs[0]}"]
    assert held.photos == 2
    told = [one["file"] for one in held.data["photos"] if one["id"] != theirs[0]]
    assert told == ["album/photos/001.jpg", "album/photos/002.jpg"]
    assert [one["file"] for one in held.data["photos"] if one["id"] == theirs[0]] == [None]
    assert str(lost.parent) not in (tmp_path / "out" / "data.json").read_text("utf-8")


def test_the_command_prints_what_it_wrote_and_requests_are_listed(found: House, tmp_path: Path) -> None:
    asked = found.json("request", "new", WREN, "--kind", "access")
    printed = found.json("export", WREN, "--to", tmp_path / "out")
    assert (printed["photos"], printed["subject"]) == (3, found.subject(WREN))
    assert printed["request"]["id"] == asked["id"]
    (listed,) = found.json("request", "list")
    assert listed["done_at"] is not None
    assert json.loads((tmp_path / "out" / "data.json").read_text("utf-8"))["request"]["id"] == asked["id"]
    assert found.cli("request", "done", "99").returncode == 2


def test_somebody_with_two_purposes_sees_each_template(house: House, tmp_path: Path) -> None:
    subject = house.enrol("kit@example.org", "P12", purposes=[Purpose.FIND, Purpose.VERIFY], collections=[COLLECTION])
    with house.open() as archive:
        held = archive.papers.export(subject, tmp_path / "out")
    assert [one["purpose"] for one in held.data["templates"]] == ["find", "verify"]
    assert all(one["awake"] for one in held.data["templates"])
    assert held.data["enrolments"][0]["witness"] == "clara"
