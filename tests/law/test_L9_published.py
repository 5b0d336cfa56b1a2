"""L9: in what an organisation publishes, a face is open only of somebody who says yes to `show`, and nobody else's."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import piexif
import pytest

from sayso.delivery import publish_address, referred
from sayso.errors import ArchiveError, RefusedError, UsageError
from sayso.values import Box, FrozenBy, Guardian, Purpose, Youth
from tests.house import (
    COLLECTION,
    CONTACT,
    COVERED,
    DEMO,
    ENROLLED,
    NOON,
    OPEN,
    PEOPLE,
    ROBIN,
    WREN,
    House,
    boxes,
    closed_share,
    pictured,
    shoot,
)

Copy = Callable[[], House]


@pytest.fixture(scope="module")
def _base(_base_house: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    """Wren says yes to `show`, Robin does not; both were found. A photo of Wren alone is there too."""
    root = tmp_path_factory.mktemp("published")
    shoot(PEOPLE / ENROLLED[WREN] / "3.jpg", root / "more" / "alone.jpg", NOON, side=600)
    with pytest.MonkeyPatch.context() as patch:
        house = _here(_base_house.copy(root / "base"), patch)
        with house.open() as archive:
            archive.photos.add([root / "more"], COLLECTION)
        house.enrol(WREN, ENROLLED[WREN], purposes=[Purpose.FIND, Purpose.SHOW])
        house.enrol(ROBIN, ENROLLED[ROBIN])
        with house.open() as archive:
            archive.people.find(collection=COLLECTION)
    return house


def _here(house: House, patch: pytest.MonkeyPatch) -> House:
    for name, value in house.environment().items():
        patch.setenv(name, value)
    return house


@pytest.fixture
def house(_base: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    return _here(_base.copy(tmp_path / "house"), monkeypatch)


def published(house: House, target: Path, *, redacted: bool = True) -> dict[str, bytes]:
    """Publish the collection; each rendition by the name of the demo photo, which the zip does not tell."""
    with house.open() as archive:
        made = archive.publishing.write(COLLECTION, target, redacted=redacted)
        names = {one.photo.id: Path(one.photo.path).stem for one in archive.photos.list()}
    with zipfile.ZipFile(target) as opened:
        assert opened.testzip() is None
        listed = json.loads(opened.read("publication.json"))["photos"]
        assert made.written == len(listed) == len(opened.namelist()) - 1
        return {names[one["photo"]]: opened.read(one["path"]) for one in listed}


def openly(renditions: dict[str, bytes]) -> dict[str, set[str]]:
    """Who can be seen in each photo of the event; everybody is clearly either covered or not."""
    seen: dict[str, set[str]] = {}
    for name, rendition in renditions.items():
        if name == "alone":
            continue
        source = DEMO / "event" / f"{name}.jpg"
        change = {person: closed_share(source, rendition, boxes(name)[person]) for person in pictured(name)}
        assert all(value < OPEN or value > COVERED for value in change.values()), (name, change)
        seen[name] = {person for person, value in change.items() if value < OPEN}
    return seen


def faces(house: House, person: str) -> dict[int, int]:
    """As ``House.faces``, in the photos of the event."""
    found = {}
    with house.open() as archive:
        for one in archive.photos.list():
            name = Path(one.photo.path).stem
            if name != "alone" and person in pictured(name):
                left, top, right, bottom = boxes(name)[person]
                place = Box(left, top, right - left, bottom - top)
                best = max(archive.photos.faces(one.photo.id), key=lambda face: face.box.iou(place))
                found |= {one.photo.id: best.number} if best.box.iou(place) > 0.3 else {}
    return found


def matched(house: House, label: str) -> set[str]:
    with house.open() as archive:
        return {Path(one.photo.path).stem for one in archive.people.photos(label)}


def test_L9_only_who_says_yes_to_show_is_seen_and_the_ledger_names_them(house: House, tmp_path: Path) -> None:
    hers = matched(house, WREN)
    assert len(hers) >= 2
    seen = openly(published(house, tmp_path / "all.zip"))
    assert len(seen) == 8
    for name, people in seen.items():
        assert people == ({ENROLLED[WREN]} if name in hers else set()), name
    with house.open() as archive:
        told = {label: {one.verb for one in archive.ledger.list(subject=label)} for label in (WREN, ROBIN)}
    assert {"publish.begin", "publish"} <= told[WREN]
    assert not {"publish.begin", "publish"} & told[ROBIN]


def test_L9_nobody_is_seen_any_more_after_a_no_to_show_or_to_everything(house: House, tmp_path: Path) -> None:
    with house.open() as archive:
        archive.people.withdraw(WREN, purposes=[Purpose.SHOW])
    renditions = published(house, tmp_path / "closed.zip")
    assert set(map(frozenset, openly(renditions).values())) == {frozenset()}
    alone = decode_alone(house)
    assert closed_share(alone, renditions["alone"], alone_face(house)) > COVERED


def test_L9_a_photo_is_as_it_is_only_where_everybody_may_be_seen(house: House, tmp_path: Path) -> None:
    with house.open() as archive:
        manners = {Path(one.photo.path).stem: str(one.manner) for one in archive.publishing.plan(COLLECTION)}
    assert manners.pop("alone") == "as-it-is"
    assert set(manners.values()) == {"redacted"}
    only = published(house, tmp_path / "open.zip", redacted=False)
    assert set(only) == {"alone"}
    assert closed_share(decode_alone(house), only["alone"], alone_face(house)) < OPEN


def test_L9_a_face_in_doubt_or_claimed_by_two_stays_closed(house: House) -> None:
    """Somebody else points at Wren's face and confirms it: it is nobody's for sure, and nothing is published of it."""
    hers = faces(house, ENROLLED[WREN])
    with house.open() as archive:
        before = {one.photo.id for one in archive.publishing.plan(COLLECTION) if one.shown}
        photo = next(one for one in before if one in hers)
    house.enrol("zoe@example.org", None, purposes=[Purpose.FIND, Purpose.SHOW])
    with house.open() as archive:
        archive.people.point("zoe@example.org", photo_id=photo, face=hers[photo])
        plan = {one.photo.id: one for one in archive.publishing.plan(COLLECTION)}
        assert plan[photo].open_faces == ()
        assert all(plan[other].open_faces for other in before - {photo})


def test_R2_a_hidden_face_is_closed_in_a_publication(house: House) -> None:
    hers = faces(house, ENROLLED[WREN])
    with house.open() as archive:
        photo = next(one.photo.id for one in archive.publishing.plan(COLLECTION) if one.shown and one.photo.id in hers)
        archive.photos.hide(photo, hers[photo])
        plan = {one.photo.id: one for one in archive.publishing.plan(COLLECTION)}
    assert plan[photo].open_faces == ()


def test_F6_a_photo_of_somebody_frozen_is_published_in_no_form(house: House, tmp_path: Path) -> None:
    theirs = matched(house, ROBIN)
    with house.open() as archive:
        archive.people.freeze(ROBIN, by=FrozenBy.SAFEGUARDING)
        made = {Path(one.photo.path).stem: str(one.manner) for one in archive.publishing.plan(COLLECTION)}
    assert {name for name, manner in made.items() if manner == "not-at-all"} == theirs
    assert not theirs & set(published(house, tmp_path / "rest.zip"))


def test_F6_where_a_child_is_shown_the_file_tells_no_time(house: House, tmp_path: Path) -> None:
    with house.open() as archive:
        archive.notices.publish("We look for your face in the party's photos. You can say stop.", for_children=True)
        token = archive.people.invite(
            "kim@example.org",
            purposes=[Purpose.FIND, Purpose.SHOW],
            collections=[COLLECTION],
            guardian=Guardian("mother@example.org", "parent"),
        )
        youth = Youth(f"{house.clock() - timedelta(days=10 * 365):%Y-%m}", guardian_agrees=True, child_told=True)
        archive.people.enrol(token, purposes=[Purpose.FIND, Purpose.SHOW], youth=youth)
        photo, face = next(iter(faces(house, "P12").items()))
        archive.people.point("kim@example.org", photo_id=photo, face=face)
        for doubt in archive.review.list("kim@example.org"):
            archive.review.confirm(doubt.id, said_by_subject=True)
        name = next(Path(one.photo.path).stem for one in archive.photos.list() if one.photo.id == photo)
    renditions = published(house, tmp_path / "all.zip")
    assert "P12" in openly({name: renditions[name]})[name]
    times = {one: bool(piexif.load(data)["Exif"]) for one, data in renditions.items()}
    assert not times.pop(name)
    assert all(times.values())


def test_L9_who_says_no_while_it_is_written_is_in_no_zip(house: House, tmp_path: Path) -> None:
    with house.open() as archive:
        _, parts = archive.publishing.stream(COLLECTION)
        got = io.BytesIO(next(parts))
        archive.people.withdraw(WREN, purposes=[Purpose.SHOW])
        for part in parts_until_refused(parts):
            got.write(part)
        assert not zipfile.is_zipfile(got)
        assert "publish" not in {one.verb for one in archive.ledger.list()}
    assert list(tmp_path.glob("*.zip")) == []


def parts_until_refused(parts: object) -> list[bytes]:
    found: list[bytes] = []
    with pytest.raises((ArchiveError, RefusedError)):
        found.extend(parts)  # type: ignore[arg-type]
    return found


def test_F5_nothing_is_published_after_the_end(house: House) -> None:
    with house.open() as archive:
        archive.cease()
    with house.open("ben") as archive:
        archive.cease()
        with pytest.raises(RefusedError):
            archive.publishing.stream(COLLECTION)


def test_R2_a_published_photo_bears_the_link_under_which_a_face_is_closed(house: House, tmp_path: Path) -> None:
    with house.open() as archive:
        ground = archive._door.ground
        with ground.database.begin() as session:
            publish_address(session, "https://photos.example")
    note = said(published(house, tmp_path / "open.zip", redacted=False)["alone"])
    with house.open() as archive:
        keys = archive._door.ground.keys
        found = re.search(r"https://photos\.example/hide/(\S+)", note)
        assert found
        names = {one.photo.id: Path(one.photo.path).stem for one in archive.photos.list()}
        assert names[referred(keys, found[1])] == "alone"


def said(rendition: bytes) -> str:
    """What a file says to whoever meets it."""
    text: str = piexif.load(rendition)["0th"][piexif.ImageIFD.ImageDescription].decode()
    return text


def test_a_publication_says_how_to_have_a_face_closed_and_replaces_no_file(house: House, tmp_path: Path) -> None:
    renditions = published(house, tmp_path / "all.zip")
    assert CONTACT in said(renditions["g00"])
    with house.open() as archive, pytest.raises(UsageError, match="there already"):
        archive.publishing.write(COLLECTION, tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as opened:
        listed = json.loads(opened.read("publication.json"))
        assert all(
            str(info.filename) == "publication.json" or info.filename.startswith("photos/")
            for info in opened.infolist()
        )
    assert listed["contact"] == CONTACT
    assert listed["regulators"]
    text = json.dumps(listed)
    assert WREN not in text
    assert house.subject(WREN) not in text
    assert "g00" not in text


def decode_alone(house: House) -> Path:
    with house.open() as archive:
        return next(Path(one.photo.path) for one in archive.photos.list() if Path(one.photo.path).stem == "alone")


def alone_face(house: House) -> tuple[float, float, float, float]:
    with house.open() as archive:
        photo = next(one.photo.id for one in archive.photos.list() if Path(one.photo.path).stem == "alone")
        (face,) = archive.photos.faces(photo)
    return face.box.x, face.box.y, face.box.right, face.box.bottom
