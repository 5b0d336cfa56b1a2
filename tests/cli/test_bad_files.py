"""Files that cannot be used: captures, notices, photos that went away, hostile archives. Named; the rest goes on."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter

from sayso.values import Purpose
from tests.house import COLLECTION, DEMO, PEOPLE, ROBIN, WITNESS, WREN, House, captures_of

from .conftest import Answer, Run


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Captures that must be refused, each in its own way."""
    folder = tmp_path / "captures"
    folder.mkdir()
    Image.new("RGB", (400, 400), (120, 180, 90)).save(folder / "meadow.jpg")
    Image.open(PEOPLE / "P12" / "0.jpg").filter(ImageFilter.GaussianBlur(5)).save(folder / "blurred.jpg")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "letter.jpg").write_text("not a picture")
    return folder


@pytest.mark.usefixtures("house")
@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["missing.jpg"], "There is no such file"),
        (["."], "This is a folder"),
        (["empty.jpg"], "This file is empty"),
        (["letter.jpg"], "not a picture"),
        (["meadow.jpg"], "No face was found in 'meadow.jpg'"),
        (["blurred.jpg"], "not sharp"),
        ([DEMO / "event" / "g00.jpg"], "shows 3 faces"),
        ([PEOPLE / "P12" / "0.jpg", PEOPLE / "P33" / "0.jpg"], "more than one person"),
    ],
    ids=str,
)
def test_a_bad_capture_is_advised_upon_and_the_token_stays_good(
    sayso: Run, pictures: Path, names: list[str | Path], said: str
) -> None:
    token = sayso("invite", "late", "--purpose", "find", "-c", COLLECTION).out.strip()
    bad = [word for name in names for word in ("--capture", pictures / name)]
    answer = sayso("enrol", token, "--agree", "find", "--witness", WITNESS, *bad)
    assert (answer.code, answer.out) == (1, "")
    assert said in answer.said
    assert "→" in answer.err
    assert sayso("status", "--json").json["subjects"] == 0
    good = [word for path in captures_of("P12") for word in ("--capture", path)]
    assert sayso("enrol", token, "--agree", "find", "--witness", WITNESS, *good).code == 0


@pytest.mark.usefixtures("house")
def test_tokens_open_once_and_not_for_ever(sayso: Run) -> None:
    token = sayso("invite", "late", "--purpose", "find", "-c", COLLECTION).out.strip()
    for words, code, said in (
        (("enrol", "wrong-token", "--agree", "find"), 1, "not known"),
        (("enrol", token, "--agree", "share"), 3, "does not name `share`"),
        (("enrol", token, "--agree", "find", "--capture", captures_of("P12")[0]), 3, "needs a witness"),
        (("enrol", token, "--agree", "find", "--language", "xx"), 2, "It can be read in: en"),
        (("enrol", token, "--agree", "find"), 0, "said yes to find"),
        (("enrol", token, "--agree", "find"), 1, "used already"),
    ):
        answer = sayso(*words)
        assert answer.code == code, answer.said
        assert said in answer.said


@pytest.mark.usefixtures("house")
def test_F11_the_inviter_is_no_witness(sayso: Run) -> None:
    token = sayso("invite", "late", "--purpose", "find", "-c", COLLECTION).out.strip()
    answer = sayso("enrol", token, "--agree", "find", "--capture", captures_of("P12")[0], "--witness", "anna")
    assert answer.code == 3
    assert "F11" in answer.said


def test_no_token_is_ever_taken_for_an_option(house: House) -> None:
    with house.open() as archive:
        for number in range(70):
            token = archive.people.invite(f"guest {number}", purposes=[Purpose.FIND], collections=[COLLECTION])
            assert token.isalnum()
            assert token == token.lower()


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize("content", ["Schön".encode("latin-1"), b"\xff\xfeN\x00", b"  \n"])
def test_a_notice_is_utf8_text_or_nothing(sayso: Run, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notice.txt").write_bytes(content)
    before = sayso("status", "--json").json["ledger_size"]
    answer = sayso("notice", "publish", tmp_path / "notice.txt")
    assert answer.code == 2
    assert "UTF-8" in answer.said or "is empty" in answer.said
    assert sayso("notice", "publish", tmp_path).code == 2
    assert sayso("status", "--json").json["ledger_size"] == before


@pytest.mark.usefixtures("empty_house")
def test_a_byte_order_mark_is_no_part_of_a_notice(sayso: Run, tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text("Read this.", "utf-8-sig")
    assert sayso("notice", "publish", tmp_path / "notice.txt", "--json").json["text"] == "Read this."


@pytest.mark.usefixtures("empty_house")
def test_add_names_what_it_leaves_out_and_takes_the_rest(sayso: Run, tmp_path: Path) -> None:
    folder = tmp_path / "Fête d'été 100%"
    folder.mkdir()
    shutil.copy(DEMO / "event" / "g00.jpg", folder / "Zoë & Søren [1].jpg")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "letter.txt").write_text("dear all")
    (folder / "link.jpg").symlink_to(DEMO / "event" / "g01.jpg")
    sayso("collection", "new", "Été")
    answer = sayso("add", folder, "--collection", "Été")
    assert answer.code == 4
    assert answer.out.startswith("1 photo added")
    for name in ("empty.jpg", "letter.txt", "link.jpg"):
        assert name in answer.err
    assert "3 items skipped, named above." in answer.err
    machine = sayso("add", folder, "--collection", "Été", "--json")
    assert (machine.code, machine.err) == (4, "")
    assert len(machine.json["skipped"]) == 3
    assert machine.json["already_there"] == 1
    listed = sayso("photo", "list", "--collection", "E\u0301te\u0301")
    assert "Zoë & Søren [1].jpg" in listed.out


@pytest.mark.usefixtures("house")
def test_add_answers_for_folders_that_are_missing_empty_or_elsewhere(sayso: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / ".hidden.jpg").write_bytes(b"x")
    for path, code, said in (
        (tmp_path / "missing", 2, "There is nothing at"),
        (tmp_path / "empty", 2, "There is nothing to add in"),
        ("https://photos.example/album", 3, "F3"),
        ("s3://bucket/photos", 3, "F3"),
    ):
        answer = sayso("add", path, "--collection", COLLECTION)
        assert (answer.code, answer.out) == (code, "")
        assert said in answer.said


@pytest.mark.usefixtures("house")
def test_hostile_zip_archives_are_named_and_harmless(sayso: Run, tmp_path: Path) -> None:
    photo = (DEMO / "event" / "g02.jpg").read_bytes()
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("huge.jpg", b"\0" * 250_000_000)
    with zipfile.ZipFile(tmp_path / "climbing.zip", "w") as climbing:
        climbing.writestr("../../climbed.jpg", photo)
    with zipfile.ZipFile(tmp_path / "locked.zip", "w") as locked:
        locked.writestr("secret.jpg", photo)
    content = bytearray((tmp_path / "locked.zip").read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(content)
    (tmp_path / "torn.zip").write_bytes(b"PK\x03\x04 and then nothing")
    zips = sorted(tmp_path.glob("*.zip"))
    answer = sayso("add", *zips, "--collection", COLLECTION)
    assert answer.code == 4
    assert answer.out.startswith("1 photo added")
    assert "huge.jpg: This file is larger than 200 MB" in answer.said
    assert "secret.jpg: It is protected by a password" in answer.said
    assert "torn.zip: This zip archive cannot be opened" in answer.said
    assert not list(tmp_path.parent.glob("climbed.jpg"))
    assert not list(tmp_path.rglob("climbed.jpg"))


@pytest.fixture
def own_photos(found: House, tmp_path: Path) -> Path:
    """A second collection whose photo files the test may change, searched for two people."""
    folder = tmp_path / "card"
    shutil.copytree(found.photos, folder)
    found.collection("Own", add=folder)
    for label, person in ((WREN, "P10"), (ROBIN, "P26")):
        found.enrol(label, person, collections=("Own", COLLECTION))
    return folder


@pytest.mark.usefixtures("found")
def test_photos_that_went_away_or_changed_are_skipped_by_name(own_photos: Path, sayso: Run) -> None:
    listed = {
        Path(one["photo"]["path"]).name: one["photo"]["id"]
        for one in _photos(sayso("photo", "list", "-c", "Own", "--json"))
    }
    gone, changed = own_photos / "g00.jpg", own_photos / "g05.jpg"
    gone.unlink()
    changed.write_bytes((own_photos / "g01.jpg").read_bytes())
    searched = sayso("find", "--collection", "Own")
    assert searched.code == 4
    assert "g00.jpg" in searched.err
    assert "not there any more" in searched.err
    assert "g05.jpg was changed" in searched.err
    assert "2 items skipped" in searched.err
    for name in ("g00.jpg", "g05.jpg"):
        preview = sayso("photo", "show", listed[name], "--to", own_photos / "preview.jpg")
        assert (preview.code, preview.out) == (1, "")
        assert name in preview.err
        assert not (own_photos / "preview.jpg").exists()


@pytest.mark.usefixtures("found")
def test_an_album_skips_a_photo_that_went_away_by_name(own_photos: Path, sayso: Run, tmp_path: Path) -> None:
    assert sayso("find", "--collection", "Own").code == 0
    (own_photos / "g00.jpg").unlink()
    album = sayso("album", WREN, "--to", tmp_path / "album")
    assert album.code == 4
    assert "g00.jpg" in album.err
    assert "1 item skipped" in album.err
    assert "g00.jpg" not in (tmp_path / "album" / "index.html").read_text()


@pytest.mark.usefixtures("found")
def test_an_album_goes_into_no_foreign_folder(sayso: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("mine")
    before = sayso("status", "--json").json["ledger_size"]
    for target in (mine, mine / "letter.txt"):
        answer = sayso("album", WREN, "--to", target)
        assert answer.code == 2
        assert "not an album" in answer.said
    assert sayso("album", WREN, "--to", tmp_path / "a", "--language", "de").code == 2
    assert [path.name for path in mine.iterdir()] == ["letter.txt"]
    assert sayso("status", "--json").json["ledger_size"] == before


@pytest.mark.usefixtures("found")
def test_an_album_never_replaces_another_persons(sayso: Run, tmp_path: Path) -> None:
    assert sayso("album", WREN, "--to", tmp_path / "album").code == 0
    first = (tmp_path / "album" / "index.html").read_bytes()
    other = sayso("album", ROBIN, "--to", tmp_path / "album")
    assert other.code == 2
    assert "not this person's" in other.said
    assert (tmp_path / "album" / "index.html").read_bytes() == first
    assert sayso("withdraw", ROBIN).code == 0
    assert (tmp_path / "album" / "index.html").exists()
    assert sayso("album", WREN, "--to", tmp_path / "album").code == 0


def test_two_invites_with_the_same_label_are_one_person(house: House, sayso: Run) -> None:
    subjects = {house.enrol(label, None) for label in ("Zoë  Ünal", "zoë ünal", " ZOË ÜNAL ")}
    assert len(subjects) == 1
    assert sayso("status", "--json").json["subjects"] == 1


def test_a_label_that_is_anothers_id_is_ambiguous_and_told_so(house: House, sayso: Run) -> None:
    first = house.enrol("first", None)
    house.enrol(first, None)
    answer = sayso("withdraw", first)
    assert answer.code == 2
    assert "one person's id and another person's label" in answer.said
    assert sayso("status", "--json").json["subjects"] == 2


def _photos(answer: Answer) -> list[dict[str, Any]]:
    assert answer.code == 0
    found: list[dict[str, Any]] = answer.json
    return found
