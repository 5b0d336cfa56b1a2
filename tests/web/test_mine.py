"""A person's own photos: what is shown, whose faces are closed in it, what is taken out, what is left on the disk."""

from __future__ import annotations

import io
import re
import time
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sayso.values import Box, FrozenBy, Role, Youth
from tests.house import COLLECTION, COVERED, DEMO, ENROLLED, OPEN, ROBIN, WREN, House, boxes, closed_share, pictured
from tests.law.test_F6 import CHILD, MOTHER, for_children, say_yes

from .entering import enter, photo_ids


def written(house: House) -> list[Path]:
    """The pictures of all albums that lie in the archive."""
    return sorted((house.archive / "albums").rglob("*.jpg"))


def looked_for(client: TestClient) -> str:
    """The page of the photos once nothing is being looked for any more."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        text = client.get("/me").text
        if 'id="looking"' not in text:
            return text
        time.sleep(0.2)
    raise AssertionError("the search did not end")


def test_a_person_sees_their_photos_as_soon_as_they_look(client: TestClient, web_house: House) -> None:
    enter(client, web_house, WREN)
    assert 'id="looking"' in client.get("/me").text
    page = looked_for(client)
    with web_house.open() as archive:
        mine = {one.photo.id for one in archive.people.photos(WREN)}
    assert set(photo_ids(page)) == mine
    assert "Summer party" in page
    assert "14 June 2026, 12:00" in page
    shown = client.get(f"/me/photos/{min(mine)}")
    assert shown.status_code == 200
    assert client.get("/me/photos/999").status_code == 400
    assert client.get("/me/photos/99999999999999999999").status_code == 422


def test_L9_whatever_the_pages_serve_shows_nobody_else(client: TestClient, web_house: House) -> None:
    enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))
    with web_house.open() as archive:
        names = {one.photo.id: Path(one.photo.path).stem for one in archive.photos.list()}
    zipped = zipfile.ZipFile(io.BytesIO(client.get("/me/photos.zip").content))
    assert zipped.testzip() is None
    packed = {name: zipped.read(name) for name in zipped.namelist()}
    assert len(packed) == len(ids)
    for photo_id in ids:
        name = names[photo_id]
        large = client.get(f"/me/photos/{photo_id}/large.jpg").content
        assert large in packed.values()
        open_ones = {
            person
            for person in pictured(name)
            if closed_share(DEMO / "event" / f"{name}.jpg", large, boxes(name)[person]) < OPEN
        }
        assert open_ones == {"P10"}
        closed = client.get(f"/me/point/{photo_id}/closed.jpg").content
        for person in pictured(name):
            assert closed_share(DEMO / "event" / f"{name}.jpg", closed, boxes(name)[person]) > COVERED


def test_each_look_at_a_large_photo_is_an_entry_and_a_page_of_small_ones_is_one(
    client: TestClient, web_house: House
) -> None:
    subject = enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))

    def verbs() -> list[str]:
        with web_house.open() as archive:
            return [one.verb for one in archive.ledger.list(subject=subject)]

    before = verbs()
    client.get("/me")
    for photo_id in ids:
        client.get(f"/me/photos/{photo_id}/small.jpg")
    client.get(f"/me/photos/{ids[0]}/large.jpg")
    after = verbs()
    assert after.count("photos") - before.count("photos") == 1
    assert after.count("album.show") - before.count("album.show") == 1


def test_nobody_gets_at_anybody_elses_photos(client: TestClient, web_house: House) -> None:
    enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))
    client.post("/sign-out")
    for path in ("", "/small.jpg", "/large.jpg"):
        assert client.get(f"/me/photos/{ids[0]}{path}").url.path == "/enter"
    enter(client, web_house, ROBIN)
    looked_for(client)
    with web_house.open() as archive:
        robins = {one.photo.id for one in archive.people.photos(ROBIN)}
    foreign = next(one for one in ids if one not in robins)
    for path in ("", "/small.jpg", "/large.jpg"):
        assert client.get(f"/me/photos/{foreign}{path}").status_code == 400


def test_not_me_takes_a_photo_out_and_pointing_brings_it_back(client: TestClient, web_house: House) -> None:
    enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))
    files = len(written(web_house))
    page = client.post(f"/me/photos/{ids[0]}/not-me").text
    assert ids[0] not in photo_ids(page)
    assert "not among yours any more" in page
    assert len(written(web_house)) == files - 2
    number = web_house.faces("P10")[ids[0]]
    again = client.post(f"/me/point/{ids[0]}", data={"face": number})
    assert "Yes: the photo is yours" in again.text
    assert set(photo_ids(looked_for(client))) == set(ids)


def test_photos_that_stay_as_they_are_are_not_made_again(client: TestClient, web_house: House) -> None:
    subject = enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))
    before = {path: path.stat().st_ino for path in written(web_house)}
    with web_house.open() as archive:
        assert archive.acting(subject, Role.SUBJECT).mine.refresh(subject).photos == len(ids)
    assert {path: path.stat().st_ino for path in written(web_house)} == before
    with web_house.open() as archive:
        archive.photos.redact(ids[0], Box(5, 5, 40, 40))
    now = {path: path.stat().st_ino for path in written(web_house)}
    assert len([path for path in now if now[path] != before[path]]) == 2


@pytest.mark.parametrize("ending", ["withdraw", "freeze"])
def test_F4_F6_nothing_of_the_album_is_left_when_it_has_to_end(
    client: TestClient, web_house: House, ending: str
) -> None:
    subject = enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))
    assert written(web_house)
    with web_house.open() as archive:
        if ending == "withdraw":
            archive.people.withdraw(subject)
        else:
            archive.people.freeze(subject, by=FrozenBy.SUBJECT)
    assert written(web_house) == []
    for path in ("/me", f"/me/photos/{ids[0]}/large.jpg", f"/me/photos/{ids[0]}/small.jpg", "/me/photos.zip"):
        answer = client.get(path)
        assert answer.status_code == 403 or answer.url.path == "/enter"


def test_F4_an_album_that_an_older_copy_brought_back_goes_when_the_archive_opens(
    client: TestClient, web_house: House, tmp_path: Path
) -> None:
    subject = enter(client, web_house, WREN)
    looked_for(client)
    copy = web_house.copy(tmp_path / "older")
    assert written(copy)
    with web_house.open() as archive:
        archive.people.withdraw(subject)
    # The older archive comes back; the keys are today's.
    back = House(web_house.root, web_house.photos)
    (back.archive / "albums").rmdir()
    (copy.archive / "albums").rename(back.archive / "albums")
    assert written(back)
    with back.open():
        pass
    assert written(back) == []


def test_an_album_moves_with_its_archive(client: TestClient, web_house: House, tmp_path: Path) -> None:
    subject = enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))
    moved = web_house.copy(tmp_path / "moved")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in moved.environment().items():
            patch.setenv(name, value)
        with moved.open() as archive:
            assert len(archive.acting(subject, Role.SUBJECT).mine.album(subject).photos) == len(ids)
            archive.people.withdraw(subject)
    assert written(moved) == []
    assert written(web_house)


def test_F6_a_child_is_told_neither_times_nor_the_collection(client: TestClient, web_house: House) -> None:
    for_children(web_house)
    born = f"{web_house.clock().year - 12}-01"
    with web_house.open() as archive:
        archive.people.withdraw(ROBIN)
    say_yes(web_house, Youth(born, True, True), guardian=MOTHER, person=ENROLLED[ROBIN])
    enter(client, web_house, CHILD)
    page = looked_for(client)
    ids = photo_ids(page)
    assert ids
    packed = zipfile.ZipFile(io.BytesIO(client.get("/me/photos.zip").content)).infolist()
    assert {one.date_time[0] for one in packed} == {1980}
    for text in (page, client.get(f"/me/photos/{ids[0]}").text, client.get("/me/point").text):
        assert "June 2026" not in text
        assert COLLECTION not in text


def test_a_deleted_photo_leaves_the_album_and_a_changed_notice_closes_the_page(
    client: TestClient, web_house: House
) -> None:
    enter(client, web_house, WREN)
    ids = photo_ids(looked_for(client))
    files = len(written(web_house))
    with web_house.open() as archive:
        archive.photos.delete([ids[0]])
    assert len(written(web_house)) == files - 2
    assert photo_ids(looked_for(client)) == ids[1:]
    with web_house.open() as archive:
        archive.notices.publish("We now do something else with your face.")
    page = client.get("/me")
    assert page.status_code == 403
    assert "no yes of yours" in page.text
    assert client.get(f"/me/photos/{ids[1]}/small.jpg").status_code == 403


def test_who_has_no_template_is_told_how_to_get_the_same_photos(client: TestClient, web_house: House) -> None:
    web_house.enrol("lark@example.org", None)
    enter(client, web_house, "lark@example.org")
    page = looked_for(client)
    assert "Point at yourself" in page
    assert "Nothing about your face was measured" in page
    point = client.get("/me/point").text
    with web_house.open() as archive:
        every = [one.photo.id for one in archive.photos.list() if one.faces]
    assert sorted(map(int, re.findall(r'<a href="/me/point/(\d+)">', point))) == every
    photo_id, number = next(iter(web_house.faces("P06").items()))
    said = client.post(f"/me/point/{photo_id}", data={"face": number}).text
    assert "Somebody looks at it" in said
    with web_house.open("ben") as archive:
        archive.review.confirm(archive.review.list()[0].id)
    assert photo_ids(looked_for(client)) == [photo_id]
