"""R2, hide first, argue later: anybody's word closes a face at once, everywhere, and nothing is measured for it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import ExifTags, Image

from sayso.measure.copies import covered_in
from sayso.vision import decode

from ..house import COLLECTION, CONTACT, COVERED, ROBIN, WREN, House, child


def album_photo(house: House, label: str, folder: Path) -> tuple[int, int, Path]:
    """An album, and the id of its first photo, the number of the owner's face in it, and the file."""
    with house.open() as archive:
        archive.people.album(label, folder)
        first = archive.people.photos(label)[0]
        own = next(face for face in archive.photos.faces(first.photo.id) if face.box == first.own)
    return first.photo.id, own.number, folder / "photos" / "001.jpg"


def middle(house: House, photo_id: int, number: int, file: Path) -> np.ndarray:
    """The pixels in the middle of a face, as a file shows them."""
    with house.open() as archive:
        box = archive.photos.faces(photo_id)[number - 1].box
    rows = slice(round(box.y + box.height / 4), round(box.bottom - box.height / 4))
    return decode(file).rgb[rows, round(box.x + box.width / 4) : round(box.right - box.width / 4)]


def test_R2_a_face_is_closed_in_albums_at_once_and_nothing_is_measured(found: House, tmp_path: Path) -> None:
    photo_id, number, file = album_photo(found, WREN, tmp_path / "album")
    before = middle(found, photo_id, number, file)
    with found.open() as archive:
        measured = archive.status().counts.measured
        done = archive.photos.hide(photo_id, number)
        assert done.out_of_reach == 0
        assert archive.status().counts.measured == measured
        entry = next(one for one in reversed(archive.ledger.list()) if one.verb == "hide")
        assert entry.counts is not None
        assert entry.counts.measured == 0
        assert archive.photos.faces(photo_id)[number - 1].do_not_measure
        assert [one.face.number for one in archive.photos.hidden()] == [number]
    assert covered_in(before, middle(found, photo_id, number, file)).mean() > COVERED


def test_R2_a_hidden_face_is_not_measured_by_later_searches_or_points(found: House) -> None:
    with found.open() as archive:
        first = archive.people.photos(WREN)[0]
        face = next(one for one in archive.photos.faces(first.photo.id) if one.box == first.own)
        archive.photos.hide(first.photo.id, face.number)
        before = archive.status().counts.measured
        archive.people.withdraw(WREN)
    found.enrol(WREN, "P10")
    with found.open() as archive:
        archive.people.find(subject=WREN)
        assert first.photo.id not in {one.photo.id for one in archive.people.photos(WREN)}
        assert archive.status().counts.measured > before
    pointed = found.cli("point", "--subject", WREN, "--photo", str(first.photo.id), "--face", str(face.number))
    assert pointed.returncode == 3
    assert "R2" in pointed.stderr


def test_R2_near_duplicates_close_too_and_a_rescan_keeps_the_mark(house: House, tmp_path: Path) -> None:
    twin = tmp_path / "twin"
    twin.mkdir()
    source = house.photos / "g01.jpg"
    Image.open(source).save(twin / "again.jpg", quality=70, exif=Image.open(source).getexif())
    with house.open() as archive:
        original = next(one.photo.id for one in archive.photos.list() if Path(one.photo.path).name == "g01.jpg")
        archive.photos.hide(original, 1)
        archive.photos.add([twin], "Summer party")
        copy = next(one.photo.id for one in archive.photos.list() if Path(one.photo.path).name == "again.jpg")
        assert any(face.do_not_measure for face in archive.photos.faces(copy))
        archive.photos.add([house.photos], "Summer party")
        assert archive.photos.faces(original)[0].do_not_measure


def test_R2_a_review_can_take_it_back(found: House, tmp_path: Path) -> None:
    photo_id, number, file = album_photo(found, ROBIN, tmp_path / "album")
    before = middle(found, photo_id, number, file)
    with found.open() as archive:
        archive.photos.hide(photo_id, number)
        assert archive.photos.unhide(photo_id, number) == 1
        assert not archive.photos.hidden()
    assert not covered_in(before, middle(found, photo_id, number, file)).any()


def test_R2_a_killed_hiding_is_completed_when_the_archive_opens(found: House, tmp_path: Path) -> None:
    photo_id, number, file = album_photo(found, WREN, tmp_path / "album")
    before = middle(found, photo_id, number, file)
    code = (
        "import os, sys, sayso; from sayso import delivery\n"
        "delivery.reissue = lambda *_: os._exit(9)\n"
        f"sayso.open(sys.argv[1], name='anna').photos.hide({photo_id}, {number})"
    )
    ended = child("-c", code, str(found.archive), environment=found.environment())
    assert ended.returncode == 9
    assert covered_in(before, middle(found, photo_id, number, file)).mean() > COVERED


@pytest.mark.parametrize("number", [0, 99])
def test_an_unknown_face_cannot_be_hidden(house: House, number: int) -> None:
    assert house.cli("photo", "hide", "1", "--face", str(number)).returncode == 2


def test_R2_the_same_photo_in_another_collection_closes_too(house: House) -> None:
    house.collection("Second copy", add=house.photos)
    with house.open() as archive:
        both = [one.photo.id for one in archive.photos.list() if Path(one.photo.path).name == "g01.jpg"]
        assert len(both) == 2
        assert archive.photos.hide(both[0], 1).also == 1
        assert archive.photos.faces(both[1])[0].do_not_measure


@pytest.mark.parametrize("language", ["en", "fr"])
def test_R2_every_delivered_photo_says_how_to_have_a_face_closed(found: House, tmp_path: Path, language: str) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album", language=language)
        ids = [one.photo.id for one in archive.people.photos(WREN)]
    page = (tmp_path / "album" / "index.html").read_text("utf-8")
    for photo_id, file in zip(ids, sorted((tmp_path / "album" / "photos").iterdir()), strict=True):
        with Image.open(file) as opened:
            told = opened.getexif()[ExifTags.Base.ImageDescription]
        assert CONTACT in told
        assert f"photo {photo_id}." in told
        link = next(one for one in re.findall(r'href="(mailto:[^"]+)"', page) if f"photo%20{photo_id}&" in one)
        assert link.startswith(f"mailto:{CONTACT}?subject=")
        assert WREN not in unquote(link)


@pytest.mark.parametrize("whole", [False, True])
def test_R2_the_mark_outlives_its_photo_and_can_still_be_taken_back(found: House, whole: bool) -> None:
    with found.open() as archive:
        first = archive.people.photos(WREN)[0]
        face = next(one for one in archive.photos.faces(first.photo.id) if one.box == first.own)
        archive.photos.hide(first.photo.id, face.number)
        if whole:
            archive.collections.delete(COLLECTION)
            archive.collections.new("Again")
        else:
            archive.photos.delete([first.photo.id])
        into = "Again" if whole else COLLECTION
        archive.photos.add([Path(first.photo.path)], into)
        (back,) = (one.photo.id for one in archive.photos.list() if one.photo.sha256 == first.photo.sha256)
        marked = [one for one in archive.photos.faces(back) if one.do_not_measure]
        assert [one.box.iou(face.box) > 0.9 for one in marked] == [True]
        archive.photos.unhide(back, marked[0].number)
        archive.photos.delete([back])
        archive.photos.add([Path(first.photo.path)], into)
        assert not any(
            one.do_not_measure for listed in archive.photos.list() for one in archive.photos.faces(listed.photo.id)
        )
