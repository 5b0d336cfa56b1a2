"""R2 on the web: whoever holds a photo's link has a face in it closed at once, without account, name or reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import ExifTags, Image
from starlette.testclient import TestClient

from sayso import delivery
from sayso.values import Role
from tests.house import COVERED, DEMO, ENROLLED, OPEN, WREN, House, boxes, closed_share

from .entering import enter, photo_ids
from .test_mine import looked_for

ADDRESS = "https://photos.club.example"


@pytest.fixture
def served_photo(client: TestClient, web_house: House) -> tuple[int, int, str]:
    """A photo in the album of somebody, the number of their face in it, and the link's path."""
    enter(client, web_house, WREN)
    photo_id = photo_ids(looked_for(client))[0]
    number = web_house.faces(ENROLLED[WREN])[photo_id]
    found = re.search(r'href="(/hide/[^"]+)"', client.get(f"/me/photos/{photo_id}").text)
    assert found is not None
    return photo_id, number, found.group(1)


def test_R2_anybody_closes_a_face_in_two_steps_without_an_account(
    client: TestClient, web_house: House, served_photo: tuple[int, int, str]
) -> None:
    photo_id, number, path = served_photo
    with web_house.open() as archive:
        name = Path(next(one.photo.path for one in archive.photos.list() if one.photo.id == photo_id)).stem
        measured = archive.status().counts.measured
    box, original = boxes(name)[ENROLLED[WREN]], DEMO / "event" / f"{name}.jpg"
    assert closed_share(original, client.get(f"/me/photos/{photo_id}/large.jpg").content, box) < OPEN
    mine = client.cookies["sayso-me"]
    client.cookies.clear()
    assert closed_share(original, client.get(f"{path}/photo.jpg").content, box) > COVERED
    chosen = client.get(path, params={"face": number})
    assert f'name="face" value="{number}"' in chosen.text
    done = client.post(path, data={"face": number})
    assert "The face is closed" in done.text
    assert f"?face={number}" not in client.get(path).text
    client.cookies.set("sayso-me", mine)
    assert closed_share(original, client.get(f"/me/photos/{photo_id}/large.jpg").content, box) > COVERED
    with web_house.open() as archive:
        assert archive.status().counts.measured == measured
        entry = next(one for one in archive.ledger.list() if one.verb == "hide")
        assert (entry.role, entry.subjects_sealed) == (Role.SUBJECT, ())
        assert archive.photos.unhide(photo_id, number) == 1
    assert closed_share(original, client.get(f"/me/photos/{photo_id}/large.jpg").content, box) < OPEN


def test_R2_while_albums_are_busy_nobody_is_shown_the_photo(
    client: TestClient, web_house: House, served_photo: tuple[int, int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo_id, number, path = served_photo
    real = delivery.reissue

    def busy(*_: object) -> int:
        raise delivery.AlbumsBusyError("Another album is being written.")

    monkeypatch.setattr(delivery, "reissue", busy)
    assert "The face is closed" in client.post(path, data={"face": number}).text
    assert client.get(f"/me/photos/{photo_id}/large.jpg").status_code == 403
    assert client.get(f"/me/photos/{photo_id}/small.jpg").status_code == 403
    monkeypatch.setattr(delivery, "reissue", real)
    with web_house.open() as archive:
        assert archive.acting("anybody", Role.SUBJECT).hiding.complete()
    assert client.get(f"/me/photos/{photo_id}/large.jpg").status_code == 200


@pytest.mark.parametrize("change", [lambda ref: ref[:-1], lambda ref: "9" + ref, lambda _: "1-", lambda _: "x"])
def test_R2_only_a_link_that_was_made_here_opens_a_photo(
    client: TestClient,
    served_photo: tuple[int, int, str],
    change,  # type: ignore[no-untyped-def]
) -> None:
    wrong = "/hide/" + change(served_photo[2].removeprefix("/hide/"))
    page = client.get(wrong)
    assert page.status_code == 404
    assert "There is no photo here" in page.text
    assert client.get(f"{wrong}/photo.jpg").status_code == 400
    assert client.post(wrong, data={"face": 1}).status_code == 400


def test_R2_closing_is_limited_by_how_often_not_by_who(client: TestClient, served_photo: tuple[int, int, str]) -> None:
    answers = [client.post(served_photo[2], data={"face": 99}).status_code for _ in range(32)]
    assert answers == [404] * 30 + [429] * 2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_R2_whatever_is_delivered_bears_its_link_once_people_can_reach_it(
    found: House, tmp_path: Path, language: str
) -> None:
    with found.open() as archive:
        archive.hiding.publish_address(ADDRESS)
        archive.hiding.publish_address(ADDRESS)
        assert [one.verb for one in archive.ledger.list()].count("serve.address") == 1
        archive.people.album(WREN, tmp_path / "album", language=language)
        ids = [one.photo.id for one in archive.people.photos(WREN)]
        links = [f"{ADDRESS}/hide/{archive.hiding.reference(one)}" for one in ids]
    page = (tmp_path / "album" / "index.html").read_text("utf-8")
    for link, file in zip(links, sorted((tmp_path / "album" / "photos").iterdir()), strict=True):
        with Image.open(file) as opened:
            assert link in opened.getexif()[ExifTags.Base.ImageDescription]
        assert f'href="{link}"' in page
