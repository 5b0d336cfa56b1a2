"""The desk's other half: photos closed by hand, hidden faces, what may be published, requests and breaches."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sayso.errors import RefusedError, UsageError
from sayso.values import Box, Purpose
from tests.house import COLLECTION, COVERED, DEMO, OPEN, OPERATOR, ROBIN, WREN, House, boxes, closed_share

from .serving import PASSWORDS


@pytest.fixture
def desk(client: TestClient) -> TestClient:
    return signed_in(client)


def signed_in(client: TestClient) -> TestClient:
    client.post("/sign-in", data={"name": OPERATOR, "password": PASSWORDS[OPERATOR]})
    return client


def later(client: TestClient, house: House, by: timedelta) -> TestClient:
    """Time goes by, and whoever is at the desk signs in again."""
    house.clock.move(by)
    return signed_in(client)


def first_photo(house: House) -> tuple[int, str]:
    with house.open() as archive:
        photo = archive.photos.list()[0].photo
    return photo.id, Path(photo.path).stem


def verbs(house: House) -> list[str]:
    with house.open() as archive:
        return [one.verb for one in archive.ledger.list()]


def test_a_photo_is_shown_with_every_face_closed_and_the_look_is_recorded(desk: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        photo = archive.people.photos(WREN)[0].photo
    name = Path(photo.path).stem
    shown = desk.get(f"/desk/photos/{photo.id}/closed.jpg")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["cache-control"] == "no-store"
    for person, box in boxes(name).items():
        assert closed_share(DEMO / "event" / f"{name}.jpg", shown.content, box) > COVERED, person
    with web_house.open() as archive:
        assert "photo.show" in {one.verb for one in archive.ledger.list(subject=WREN)}


def test_a_box_is_drawn_moved_and_removed_and_albums_follow(desk: TestClient, web_house: House, tmp_path: Path) -> None:
    """The owner's own face is covered by a box beside it that is moved over it, and seen again once it is gone."""
    with web_house.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
        one = archive.people.photos(WREN)[0]
        count = len(archive.photos.faces(one.photo.id))
    place, own = f"/desk/photos/{one.photo.id}", one.own
    file, source = tmp_path / "album" / "photos" / "001.jpg", DEMO / "event" / f"{Path(one.photo.path).stem}.jpg"
    face = own.x, own.y, own.right, own.bottom
    beside = {"x": 2, "y": 2, "width": 30, "height": 30}
    assert "The place is closed" in desk.post(f"{place}/boxes", data=beside).text
    assert closed_share(source, file, face) < OPEN
    over = {"x": own.x + own.width * 0.1, "y": own.y, "width": own.width * 0.45, "height": own.height}
    assert "The box was moved" in desk.post(f"{place}/boxes/{count + 1}/move", data=over).text
    assert closed_share(source, file, face) > OPEN
    assert "The box was removed" in desk.post(f"{place}/boxes/{count + 1}/remove").text
    assert closed_share(source, file, face) < OPEN
    assert {"photo.redact", "photo.move-box", "photo.remove-box"} <= set(verbs(web_house))


def test_a_located_face_or_one_that_is_somebodys_is_not_taken_away(desk: TestClient, web_house: House) -> None:
    photo, _ = first_photo(web_house)
    refused = desk.post(f"/desk/photos/{photo}/boxes/1/remove")
    assert refused.status_code == 400
    assert "located, not drawn by hand" in refused.text
    web_house.enrol("zoe@example.org", None)
    with web_house.open() as archive:
        face = archive.photos.redact(photo, Box(5, 5, 40, 40))
        archive.people.point("zoe@example.org", photo_id=photo, face=face.number)
        for act in (
            lambda: archive.editing.remove_box(photo, face.number),
            lambda: archive.editing.move_box(photo, face.number, Box(50, 50, 40, 40)),
        ):
            with pytest.raises(UsageError, match="Somebody was found"):
                act()
        archive.photos.hide(photo, face.number)
        for doubt in archive.review.list("zoe@example.org"):
            archive.review.deny(doubt.id)
        with pytest.raises(UsageError, match="is hidden"):
            archive.editing.remove_box(photo, face.number)


def test_a_box_is_cut_at_the_edges_of_the_photo(desk: TestClient, web_house: House) -> None:
    photo, _ = first_photo(web_house)
    sent = {"x": 10, "y": 10, "width": 99_000, "height": 20}
    assert desk.post(f"/desk/photos/{photo}/boxes", data=sent).status_code == 200
    with web_house.open() as archive:
        listed = archive.editing.sheet(photo)
    assert listed.faces[-1].box.right == listed.photo.width


def test_photos_are_listed_by_time_and_without_pictures(desk: TestClient, web_house: House) -> None:
    shown = desk.get("/desk/photos").text
    assert "8 photos" in shown
    assert "<img" not in shown.split("<main")[1]
    assert "8 photos" in desk.get("/desk/photos?since=2026-06-14&until=2026-06-14").text
    assert "0 photos" in desk.get("/desk/photos?since=2026-06-15").text
    with web_house.open() as archive:
        page = archive.editing.shelf(COLLECTION, start=6, limit=4)
    assert (len(page.photos), page.found) == (2, 8)


def test_a_hidden_face_waits_for_review_and_stays_or_is_taken_back(desk: TestClient, web_house: House) -> None:
    photo, _ = first_photo(web_house)
    for number in (1, 2):
        assert "The face is hidden." in desk.post(f"/desk/photos/{photo}/faces/{number}/hide").text
    shown = desk.get("/desk/hidden").text
    assert shown.index(f"Photo {photo}, face 1") < shown.index(f"Photo {photo}, face 2")
    kept = desk.post(f"/desk/photos/{photo}/faces/1/keep", data={"to": "hidden"})
    assert "Reviewed on" in kept.text
    assert "/faces/1/keep" not in kept.text
    taken = desk.post(f"/desk/photos/{photo}/faces/2/unhide", data={"to": "hidden"})
    assert "Nothing waits for review." in taken.text
    with web_house.open() as archive:
        marks = [face.do_not_measure for face in archive.photos.faces(photo)]
    assert marks[:2] == [True, False]
    assert "hide.kept" in verbs(web_house)


def test_the_plan_of_a_publication_counts_and_its_zip_is_one(desk: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        token = archive.people.invite(WREN, purposes=[Purpose.SHOW], collections=[COLLECTION])
        archive.people.enrol(token, purposes=[Purpose.SHOW])
        collection = archive.collections.get(COLLECTION).id
    shown = desk.get(f"/desk/publish/{collection}").text
    assert "One person lets their face be seen" in shown
    assert re.search(r"With faces closed</dt><dd>8</dd>", shown)
    nothing = desk.post(f"/desk/publish/{collection}")
    assert nothing.status_code == 400
    assert "may be published like this" in nothing.text
    zipped = desk.post(f"/desk/publish/{collection}", data={"closed": "true"})
    assert zipped.headers["content-type"] == "application/zip"
    assert COLLECTION not in zipped.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(zipped.content)) as opened:
        assert len(opened.namelist()) == 9
    assert desk.get("/desk/publish/999").status_code == 404


def test_requests_show_what_is_due_and_are_marked_as_done(desk: TestClient, web_house: House) -> None:
    added = desk.post("/desk/requests", data={"subject": ROBIN, "kind": "erasure"})
    assert re.search(r"(29|30) days left", added.text)
    assert f"sayso withdraw {web_house.subject(ROBIN)}" in added.text
    assert ROBIN not in added.text
    assert "It was due on" in later(desk, web_house, timedelta(days=40)).get("/desk/requests").text
    done = re.search(r'action="(/desk/requests/\d+/done)"', added.text)
    assert done
    assert "No request is open." in desk.post(done[1]).text
    assert desk.post("/desk/requests", data={"subject": ROBIN, "kind": "gossip"}).status_code == 422


def test_R4_a_breach_has_its_clock_its_drafts_and_who_was_told(desk: TestClient, web_house: House) -> None:
    added = desk.post("/desk/breaches", data={"what": "A disk with photos was lost.", "people": "3"})
    assert re.search(r"7[12] hours left to tell the regulator", added.text)
    draft = desk.get("/desk/breaches/1/authority")
    assert "attachment" in draft.headers["content-disposition"]
    assert "A disk with photos was lost." in draft.text
    assert "had to be told by" in later(desk, web_house, timedelta(hours=80)).get("/desk/breaches").text
    assert "The regulator was told on" in desk.post("/desk/breaches/1/told/authority").text
    assert desk.post("/desk/breaches", data={"what": "No."}).status_code == 400


@pytest.mark.parametrize(
    "path", ["review", "photos", "photos/1", "photos/1/closed.jpg", "hidden", "publish", "requests", "breaches"]
)
def test_nobody_but_staff_sees_these_pages(client: TestClient, path: str) -> None:
    assert client.get(f"/desk/{path}").url.path == "/sign-in"


def test_a_reviewer_looks_and_decides_but_draws_and_publishes_nothing(web_house: House) -> None:
    with web_house.open("clara") as archive:
        photo = archive.editing.shelf(COLLECTION).photos[0].id
        assert archive.editing.closed(photo)
        for act in (
            lambda: archive.editing.remove_box(photo, 1),
            lambda: archive.publishing.plan(COLLECTION),
            lambda: archive.publishing.stream(COLLECTION),
        ):
            with pytest.raises(RefusedError, match="reviewer may not"):
                act()
