"""The operator's desk: collections with their facts, photos added from a folder and from a browser."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import time
import zipfile
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from sayso.values import Reach
from tests.house import COLLECTION, DEMO, NOON, SECOND, House, shoot

from .serving import PASSWORDS

WIDE = {
    "reach": "swept",
    "basis": "synthetic-people",
    "from": "2026-06-14",
    "to": "2026-06-15",
    "expires": "2099-01-01",
}
ASSESSMENT = {"assessment": ("assessment.txt", b"Nobody in these photos exists.")}


def enter(client: TestClient, name: str = "anna") -> TestClient:
    client.post("/sign-out")
    assert client.post("/sign-in", data={"name": name, "password": PASSWORDS[name]}).status_code == 200
    return client


@pytest.fixture
def desk(client: TestClient) -> TestClient:
    return enter(client)


def over(client: TestClient, job: int) -> dict[str, object]:
    """The job once it is over."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        told: dict[str, object] = client.get(f"/jobs/{job}").json()
        if told["state"] not in ("waiting", "running"):
            return told
        time.sleep(0.1)
    raise AssertionError("the job did not end")


def number(path: str) -> int:
    found = re.search(r"/(\d+)$", path)
    assert found is not None, path
    return int(found.group(1))


def send(client: TestClient, batch: str, name: str, data: bytes, size: int | None = None) -> tuple[int, str]:
    """Send one file as the page's script does; the status and its key."""
    key = hashlib.sha256(name.encode()).hexdigest()
    got = client.put(
        f"/desk/upload/{batch}/{key}", params={"name": name, "size": len(data) if size is None else size}, content=data
    )
    return got.status_code, key


def begun(client: TestClient, collection: int) -> str:
    return str(client.post(f"/desk/collections/{collection}/uploads").json()["batch"])


def waiting_files(house: House) -> list[Path]:
    return [one for one in (house.archive / "photos" / "uploads").rglob("*") if one.is_file()]


def photos(names: Iterable[str]) -> dict[str, bytes]:
    return {f"card/{name}.jpg": (DEMO / "event" / f"{name}.jpg").read_bytes() for name in names}


def test_the_first_page_tells_what_there_is_and_what_waits(desk: TestClient, web_house: House) -> None:
    with web_house.open() as archive:
        archive.collections.new("Autumn walk", reach=Reach.SWEPT, widening=web_house.widening())
        doubts = archive.status().in_review
    text = desk.get("/desk").text
    assert "Summer party" in text
    assert "8 photos" in text
    assert "2 people who let themselves be found" in text
    assert "“Autumn walk”: anna asks for the reach “swept”" in text
    assert doubts == 0 or "a person has to decide" in text


def test_a_collection_is_pointed_unless_everything_is_shown(desk: TestClient, web_house: House) -> None:
    made = desk.post("/desk/collections/new", data={"name": "Autumn walk", "reach": "pointed"})
    assert made.status_code == 200
    assert "Only a face that a person who said yes points at" in made.text
    lacking = desk.post("/desk/collections/new", data={"name": "Winter walk", **WIDE})
    assert lacking.status_code == 400
    assert "assessment file" in lacking.text
    assert 'value="Winter walk"' in lacking.text
    refused = desk.post(
        "/desk/collections/new", data={"name": "Winter walk", **WIDE, "expires": "2020-01-01"}, files=ASSESSMENT
    )
    assert refused.status_code == 400
    assert "The law does not allow this" in refused.text
    with web_house.open() as archive:
        assert [one.name for one in archive.collections.list()] == [COLLECTION, "Autumn walk"]


def test_a_wider_reach_opens_when_a_second_person_has_looked(desk: TestClient, web_house: House) -> None:
    made = desk.post("/desk/collections/new", data={"name": "Autumn walk", **WIDE}, files=ASSESSMENT)
    path = made.url.path
    assert "Whoever asked cannot approve" in made.text
    assert desk.post(f"{path}/approve").status_code == 403
    enter(desk, SECOND)
    read = desk.get(f"{path}/assessment")
    assert read.content == ASSESSMENT["assessment"][1]
    assert read.headers["content-disposition"].startswith("attachment")
    assert "open this reach" in desk.get(path).text
    assert desk.post(f"{path}/approve").url.path == path
    with web_house.open() as archive:
        found = archive.collections.get("Autumn walk")
    assert (found.reach, found.proposed_by, found.approved_by) == (Reach.SWEPT, "anna", SECOND)


def test_the_page_says_which_reach_the_facts_allow_and_why_not_a_wider_one(desk: TestClient) -> None:
    json = {"accept": "application/json"}
    nothing = desk.post("/desk/collections/judge", data={}, headers=json).json()["reaches"]
    assert [one["allowed"] for one in nothing] == [True, False, False]
    assert all(one["text"] and one["source"] for one in nothing[2]["objections"])
    facts = {**WIDE, "basis": "everyone-entered-consented", "has_assessment": "yes"}
    some = desk.post("/desk/collections/judge", data=facts, headers=json).json()["reaches"]
    assert [one["allowed"] for one in some] == [True, True, False]
    checked = desk.post("/desk/collections/new", data={"name": "x", **WIDE, "do": "check"}, files=ASSESSMENT)
    assert checked.text.count("It opens when a second person approves") >= 2
    wrong = desk.post("/desk/collections/judge", data={**WIDE, "to": "2026-06-01"}, headers=json)
    assert wrong.status_code == 400


def test_face_chips_are_switched_on_and_off(desk: TestClient, web_house: House) -> None:
    until = (web_house.clock() + timedelta(days=20)).date().isoformat()
    kept = desk.post("/desk/collections/1/chips", data={"do": "keep", "until": until})
    assert "Destroy them now" in kept.text
    gone = desk.post("/desk/collections/1/chips", data={"do": "destroy"})
    assert "None are kept" in gone.text


def test_a_collection_goes_once_its_name_is_written_with_all_that_waits_for_it(
    desk: TestClient, web_house: House
) -> None:
    batch = begun(desk, 1)
    send(desk, batch, "a.jpg", photos(["g00"])["card/g00.jpg"])
    assert waiting_files(web_house)
    assert desk.post("/desk/collections/1/delete", data={"name": "Winter"}).status_code == 400
    assert "Summer party" in desk.get("/desk").text
    assert desk.post("/desk/collections/1/delete", data={"name": "summer party"}).url.path == "/desk"
    assert "Summer party" not in desk.get("/desk/collections/new").text
    assert waiting_files(web_house) == []
    with web_house.open() as archive:
        assert archive.collections.list() == []


def test_a_folder_of_the_server_is_added_and_an_address_is_refused(desk: TestClient, tmp_path: Path) -> None:
    folder = tmp_path / "more"
    folder.mkdir()
    for name in ("g02", "g03"):
        (folder / f"{name}.jpg").write_bytes((DEMO / "event" / f"{name}.jpg").read_bytes())
    (folder / "=notes.txt").write_text("no picture")
    done = desk.post("/desk/collections/1/folder", data={"folder": str(folder)})
    told = over(desk, number(done.url.path))
    assert told["state"] == "done"
    text = desk.get(done.url.path).text
    assert "2 new photos" in text
    assert "One file was left out" in text
    table = list(csv.reader(io.StringIO(desk.get(f"{done.url.path}/skipped.csv").text.lstrip("\ufeff"))))
    assert table[0] == ["file", "reason"]
    assert table[1][0].endswith("=notes.txt")
    assert table[1][1]
    assert desk.post("/desk/collections/1/folder", data={"folder": "relative"}).status_code == 400
    far = over(desk, number(desk.post("/desk/collections/1/folder", data={"folder": "s3://faces/all"}).url.path))
    assert far["state"] == "failed"
    assert "fetches nothing from an address" in str(far["report"])


def test_an_upload_is_resumed_added_once_and_looked_through_for_those_who_said_yes(
    desk: TestClient, web_house: House, tmp_path: Path
) -> None:
    shot = [shoot(DEMO / "event" / f"{name}.jpg", tmp_path / f"{name}.jpg", NOON) for name in ("g30", "g56", "g77")]
    files = {one.name: one.read_bytes() for one in shot}
    batch = begun(desk, 1)
    keys = [send(desk, batch, name, data)[1] for name, data in list(files.items())[:2]]
    assert begun(desk, 1) == batch
    state = desk.get(f"/desk/upload/{batch}").json()
    assert state["arrived"] == sorted(keys)
    assert "2 files of anna’s wait here" in desk.get("/desk/collections/1/add").text
    for name, data in files.items():
        assert send(desk, batch, name, data)[0] == 200
    done = desk.post(f"/desk/upload/{batch}/finish")
    assert over(desk, number(done.url.path))["state"] == "done"
    assert "3 new photos" in desk.get(done.url.path).text
    assert "There are new photos for 2 people" in desk.get(done.url.path).text
    assert waiting_files(web_house) == []
    assert desk.get(f"/desk/upload/{batch}").status_code == 400
    with web_house.open() as archive:
        listed = archive.photos.list(collection=COLLECTION)
    assert len(listed) == 11
    assert sum(one.photo.copied for one in listed) == 3


def test_what_is_no_picture_is_refused_early_and_told_with_its_own_name(desk: TestClient, web_house: House) -> None:
    batch = begun(desk, 1)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("inside/g05.jpg", photos(["g05"])["card/g05.jpg"])
        out.writestr("inside/letter.txt", "no picture")
    bad = {
        "../../étrange <b>.jpg": b"MZ" + bytes(3000),
        "empty.png": b"",
        "cut.jpg": photos(["g06"])["card/g06.jpg"][:20_000],
        "all.zip": packed.getvalue(),
    }
    codes = [send(desk, batch, name, data)[0] for name, data in bad.items()]
    assert codes == [415, 415, 200, 200]
    refused = {name for name, _ in desk.get(f"/desk/upload/{batch}").json()["refused"].values()}
    assert refused == {"../../étrange <b>.jpg", "empty.png"}
    done = desk.post(f"/desk/upload/{batch}/finish")
    told = over(desk, number(done.url.path))
    report = told["report"]
    assert isinstance(report, dict)
    assert {name for name, _ in report["skipped"]} == {*refused, "cut.jpg", "all.zip!/inside/letter.txt"}
    assert report["photos"] == 1
    page = desk.get(done.url.path).text
    assert "étrange &lt;b&gt;.jpg" in page
    assert "4 files were left out" in page
    assert not list(web_house.root.rglob("*trange*"))


def test_a_file_that_is_not_whole_too_large_or_for_no_upload_leaves_nothing(desk: TestClient, web_house: House) -> None:
    batch = begun(desk, 1)
    data = photos(["g02"])["card/g02.jpg"]
    assert send(desk, batch, "short.jpg", data[:-100], size=len(data))[0] == 400
    assert send(desk, batch, "long.jpg", data, size=len(data) - 1)[0] == 415
    assert send(desk, batch, "huge.zip", b"PK\x03\x04", size=600 << 20)[0] == 415
    assert send(desk, "0" * 32, "a.jpg", data)[0] == 400
    assert desk.put(f"/desk/upload/{batch}/..%2F..%2Fsayso.db?name=a&size=3", content=b"abc").status_code in (400, 404)
    assert desk.get(f"/desk/upload/{batch}").json()["arrived"] == []
    kept = {one.name for one in waiting_files(web_house)}
    assert kept <= {".batch", ".files"}
    desk.post(f"/desk/upload/{batch}/discard")
    assert waiting_files(web_house) == []


def test_only_operators_upload_and_nobody_lists_files_of_others(client: TestClient, web_house: House) -> None:
    assert client.post("/desk/collections/1/uploads", headers={"accept": "application/json"}).status_code == 401
    enter(client, "vito")
    assert client.post("/desk/collections/1/uploads", headers={"accept": "application/json"}).status_code == 401
    assert waiting_files(web_house) == []


def test_an_upload_that_nobody_finishes_goes_after_a_week(desk: TestClient, web_house: House) -> None:
    batch = begun(desk, 1)
    send(desk, batch, "a.jpg", photos(["g02"])["card/g02.jpg"])
    with web_house.open() as archive:
        assert archive.uploads.sweep() == 0
    web_house.clock.move(timedelta(days=8))
    with web_house.open() as archive:
        assert archive.uploads.sweep() == 1
    assert waiting_files(web_house) == []


def test_the_whole_collection_is_searched_and_exposure_is_counted(desk: TestClient) -> None:
    searched = desk.post("/desk/collections/1/find")
    assert over(desk, number(searched.url.path))["state"] == "done"
    assert "nobody’s who consented" in desk.get(searched.url.path).text
    counted = desk.post("/desk/collections/1/exposure")
    assert over(desk, number(counted.url.path))["state"] == "done"
    assert "nobody was measured" in desk.get(counted.url.path).text


def test_work_that_was_stopped_goes_on_when_somebody_asks(desk: TestClient, tmp_path: Path) -> None:
    first = desk.post("/desk/collections/1/folder", data={"folder": str(tmp_path / "not-yet")})
    assert over(desk, number(first.url.path))["state"] == "failed"
    assert "Go on with it" in desk.get(first.url.path).text
    (tmp_path / "not-yet").mkdir()
    (tmp_path / "not-yet" / "a.jpg").write_bytes(photos(["g02"])["card/g02.jpg"])
    again = desk.post(f"{first.url.path}/again")
    assert again.url.path != first.url.path
    assert over(desk, number(again.url.path))["state"] == "done"


def test_the_occasion_of_the_tests_is_what_the_page_makes_of_two_days() -> None:
    from sayso.web.forms import Posted

    window = Posted({"from": ("2026-06-14",), "to": ("2026-06-14",)}, {}).window("from", "to")
    assert window is not None
    assert window.holds(NOON)
