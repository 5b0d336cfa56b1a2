"""L9: an album opens its owner's face and those of people who share; nobody else is seen or recognised in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import piexif
import pytest
from PIL import Image

from sayso.ground import Sight
from sayso.measure.copies import covered_in
from sayso.measure.leaks import LeakReport, leak_rate
from sayso.values import Box, Purpose
from sayso.vision import decode
from tests.house import (
    COLLECTION,
    COVERED,
    DEMO,
    ENROLLED,
    EVENT,
    OPEN,
    ROBIN,
    WREN,
    House,
    boxes,
    captures_of,
    closed_share,
    pictured,
)


def _album(house: House, label: str, folder: Path) -> dict[str, Path]:
    """Write an album; its renditions by the name of the demo photo, which they do not bear themselves."""
    with house.open() as archive:
        planned = archive.people.photos(label)
        report = archive.people.album(label, folder)
        assert report.written == len(planned)
    return {Path(one.photo.path).stem: folder / "photos" / f"{number:03}.jpg" for number, one in enumerate(planned, 1)}


def _changed(name: str, rendition: Path, person: str) -> float:
    """Share of a person's face in which nothing of the photo is left."""
    return closed_share(DEMO / "event" / f"{name}.jpg", rendition, boxes(name)[person])


def _openly(album: dict[str, Path]) -> dict[str, set[str]]:
    """Who can be seen in each rendition; everybody is clearly either covered or not."""
    seen: dict[str, set[str]] = {}
    for name, rendition in album.items():
        change = {person: _changed(name, rendition, person) for person in pictured(name)}
        assert all(value < OPEN or value > COVERED for value in change.values()), (name, change)
        seen[name] = {person for person, value in change.items() if value < OPEN}
    return seen


def test_L9_only_the_owner_is_seen(found: House, tmp_path: Path) -> None:
    seen = _openly(_album(found, WREN, tmp_path / "album"))
    assert len(seen) >= 2
    assert set(map(frozenset, seen.values())) == {frozenset({ENROLLED[WREN]})}


def test_L9_who_shares_is_seen_in_others_albums_until_they_stop(house: House, tmp_path: Path) -> None:
    house.enrol(WREN, ENROLLED[WREN])
    house.enrol(ROBIN, ENROLLED[ROBIN], purposes=[Purpose.FIND, Purpose.SHARE])
    with house.open() as archive:
        archive.people.find(collection=COLLECTION)
        robins = {one.photo.id for one in archive.people.photos(ROBIN)}
        both = {Path(one.photo.path).stem for one in archive.people.photos(WREN) if one.photo.id in robins}
    assert both, "some photo must show both"
    album = _album(house, WREN, tmp_path / "wren")
    seen = _openly(album)
    assert all(seen[name] == {ENROLLED[WREN], ENROLLED[ROBIN]} for name in both)
    assert all(seen[name] == {ENROLLED[WREN]} for name in seen.keys() - both)
    # Sharing is no exchange: who does not share is closed in the album of the one who does.
    assert not any(ENROLLED[WREN] in people for people in _openly(_album(house, ROBIN, tmp_path / "robin")).values())
    with house.open() as archive:
        archive.people.withdraw(ROBIN, purposes=[Purpose.SHARE])
    assert set(map(frozenset, _openly(album).values())) == {frozenset({ENROLLED[WREN]})}


def test_L9_a_face_in_review_stays_closed(house: House, tmp_path: Path) -> None:
    house.enrol(WREN, None)
    faces = house.faces(ENROLLED[WREN])
    with house.open() as archive:
        for photo, face in faces.items():
            archive.people.point(WREN, photo_id=photo, face=face)
        assert archive.people.album(WREN, tmp_path / "album").written == 0


def test_L9_a_face_in_review_stays_closed_in_others_albums_too(house: House, tmp_path: Path) -> None:
    """Somebody who shares pointed at their face, and nobody has looked at it yet: it is not known to be theirs."""
    house.enrol(WREN, ENROLLED[WREN])
    house.enrol(ROBIN, None, purposes=[Purpose.FIND, Purpose.SHARE])
    faces = house.faces(ENROLLED[ROBIN])
    with house.open() as archive:
        archive.people.find(subject=WREN, collection=COLLECTION)
        for photo, face in faces.items():
            archive.people.point(ROBIN, photo_id=photo, face=face)
    album = _album(house, WREN, tmp_path / "album")
    assert any(ENROLLED[ROBIN] in pictured(name) for name in album)
    assert set(map(frozenset, _openly(album).values())) == {frozenset({ENROLLED[WREN]})}
    with house.open() as archive:
        for doubt in archive.review.list(ROBIN):
            archive.review.confirm(doubt.id, said_by_subject=True)
    seen = _openly(_album(house, WREN, tmp_path / "album"))
    assert any(ENROLLED[ROBIN] in people for people in seen.values())


@pytest.fixture(scope="module")
def everybody(_base_house: House, tmp_path_factory: pytest.TempPathFactory) -> tuple[House, dict[str, Path]]:
    """An album with every photo in it, of a person who points at a face in each of them."""
    root = tmp_path_factory.mktemp("everybody")
    with pytest.MonkeyPatch.context() as patch:
        house = _base_house.copy(root / "house")
        for name, value in house.environment().items():
            patch.setenv(name, value)
        house.enrol(WREN, None)
        with house.open() as archive:
            for one in archive.photos.list():
                archive.people.point(WREN, photo_id=one.photo.id, face=1)
            for doubt in archive.review.list(WREN):
                archive.review.confirm(doubt.id, said_by_subject=True)
        album = _album(house, WREN, root / "album")
    assert set(album) == set(EVENT)
    return house, album


def test_L9_no_face_of_the_others_leaks(everybody: tuple[House, dict[str, Path]]) -> None:
    _, album = everybody
    total = LeakReport(())
    for name, rendition in album.items():
        covered = covered_in(decode(DEMO / "event" / f"{name}.jpg").rgb, decode(rendition).rgb)
        places = [Box(left, top, right - left, bottom - top) for left, top, right, bottom in boxes(name).values()]
        own = int(np.argmin([_changed(name, rendition, person) for person in boxes(name)]))
        report = leak_rate(places, [number == own for number in range(len(places))], covered)
        total = report if not total.bands else total + report
    assert total.others >= 20
    assert (total.leaked, total.rate) == (0, 0.0)


def test_L9_a_recogniser_does_no_better_than_chance_on_closed_faces(everybody: tuple[House, dict[str, Path]]) -> None:
    """Rank of the true person among all forty, by the nearest template, for every closed face."""
    _, album = everybody
    sight = Sight()
    people = sorted(path.name for path in (DEMO / "people").iterdir())

    def vectors(chips: np.ndarray) -> np.ndarray:
        out = np.zeros((len(chips), sight.recognizer.dimension), np.float32)
        sight.recognizer.measure(chips, out)
        return out

    def chips(path: Path, places: list[Box]) -> np.ndarray:
        with Image.open(path) as picture:
            return sight.aligner.align_boxes(np.asarray(picture.convert("RGB")), places).chips

    templates = []
    for person in people:
        located = [(path, _portrait_box(person, number)) for number, path in enumerate(captures_of(person))]
        templates.append(vectors(np.concatenate([chips(path, [box]) for path, box in located])).mean(0))
    gallery = np.stack(templates)

    def ranks(photo: bool) -> list[int]:
        """1 when the true person is nearest."""
        found = []
        for name, rendition in album.items():
            source = DEMO / "event" / f"{name}.jpg" if photo else rendition
            closed = [person for person in pictured(name) if _changed(name, rendition, person) > COVERED]
            places = [Box(b[0], b[1], b[2] - b[0], b[3] - b[1]) for b in (boxes(name)[person] for person in closed)]
            distance = sight.recognizer.distance(vectors(chips(source, places)), gallery)
            own = [people.index(person) for person in closed]
            found += [int((row <= row[column]).sum()) for row, column in zip(distance, own, strict=True)]
        return found

    open_ranks, closed_ranks = ranks(photo=True), ranks(photo=False)
    assert len(closed_ranks) >= 20
    assert np.mean(np.array(open_ranks) == 1) > 0.8, "the recogniser must know them in the photos themselves"
    # By chance one in forty comes first; of twenty and more, three or fewer are to be expected.
    assert np.mean(np.array(closed_ranks) == 1) < 0.15
    assert 12 < np.mean(closed_ranks) < 29


def _portrait_box(person: str, number: int) -> Box:
    meta = json.loads((DEMO / "people" / person / "meta.json").read_text())
    left, top, right, bottom = meta["photos"][number]["box"]
    return Box(left, top, right - left, bottom - top)


def test_L9_files_tell_no_place_no_serial_number_and_hold_no_second_picture(found: House, tmp_path: Path) -> None:
    for source in sorted(found.photos.iterdir()):
        exif = piexif.load(str(source))
        with Image.open(source) as opened:
            opened.thumbnail((160, 120))
            opened.save(tmp_path / "small.jpg")
        exif["GPS"] = {1: b"N", 2: ((45, 1), (30, 1), (0, 1)), 3: b"W", 4: ((73, 1), (30, 1), (0, 1))}
        exif["Exif"][42033] = b"SN-0815"
        exif["0th"][315] = b"Ansel Example"
        exif["thumbnail"] = (tmp_path / "small.jpg").read_bytes()
        exif["1st"] = {259: 6}
        marked = tmp_path / "marked" / source.name
        marked.parent.mkdir(exist_ok=True)
        piexif.insert(piexif.dump(exif), source.read_bytes(), str(marked))
    found.collection("Marked", add=tmp_path / "marked")
    found.enrol(WREN, ENROLLED[WREN], collections=["Marked"])
    with found.open() as archive:
        archive.people.find(subject=WREN, collection="Marked")
        archive.people.album(WREN, tmp_path / "album")
    pictures = sorted((tmp_path / "album").rglob("*.jpg"))
    assert len(pictures) >= 8
    creators = 0
    for path in pictures:
        data = path.read_bytes()
        assert b"SN-0815" not in data
        assert data.count(b"\xff\xd8\xff") == 1, "no embedded thumbnail"
        exif = piexif.load(data)
        assert exif["GPS"] == {}
        assert exif["thumbnail"] is None
        creators += exif["0th"].get(315) == b"Ansel Example"
    assert creators > 0, "the creator stays"


def test_L9_the_page_names_nobody_and_no_file_of_the_archive(found: House, tmp_path: Path) -> None:
    _album(found, WREN, tmp_path / "album")
    page = (tmp_path / "album" / "index.html").read_text("utf-8")
    for word in (WREN, ROBIN, *EVENT, str(found.root), found.subject(WREN)):
        assert word not in page
    assert not re.search(r"src=\"(?!photos/|thumbs/)", page)
