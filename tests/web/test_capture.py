"""The live capture over the web: frames are judged and forgotten, failures end with a witness, others' are nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect
from starlette.testclient import TestClient

from sayso.archive import Prompt
from tests.house import House
from tests.turning import EVERY, FakeCamera, Sitter

from .saying import invited, say_yes
from .seeing import HERON, begin_again, seeing_only, start_the_camera
from .serving import Server, another, back, visiting

JPEG = {"content-type": "image/jpeg"}


class Ticks:
    """The seconds by which the server measures whether frames come as fast as they say."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks(client: TestClient) -> Ticks:
    made = Ticks()
    client.app.state.archive._door.sittings.ticks = made  # type: ignore[attr-defined]
    return made


@pytest.fixture
def heron(client: TestClient, web_house: House) -> TestClient:
    """The client, signed in as somebody whose yes is to a template."""
    say_yes(client, invited(web_house, HERON), way="face")
    return client


def test_F11_whoever_does_what_is_asked_gets_a_template_and_no_frame_is_left(
    heron: TestClient, web_house: House, ticks: Ticks
) -> None:
    assert "No picture is kept" in heron.get("/me/capture").text
    begun = heron.post("/me/capture/begin").json()
    sitter, asked, number, frame = Sitter("P14"), None, 0, b""
    for count in range(600):
        ticks.now = count * EVERY / 1000
        frame = sitter.frame(asked, number)
        at = count * EVERY
        said = heron.post(f"/me/capture/{begun['nonce']}/frame?at={at}", content=frame, headers=JPEG).json()
        if said["state"] != "running":
            break
        asked, number = said["asked"], said["number"]
    assert said["state"] == "done"
    assert heron.post(f"/me/capture/{begun['nonce']}/finish").json() == {"where": "/me"}
    with web_house.open() as archive:
        assert archive.status().templates == 3
        assert archive.consents.of(HERON).given[0].template_at is not None
    assert "Made on" in heron.get("/me/consent").text
    assert not [one for one in files(web_house.root) if frame[400:440] in one.read_bytes()]


def files(folder: Path) -> Iterator[Path]:
    return (one for one in folder.rglob("*") if one.is_file())


def test_F11_three_failures_lead_to_a_witness_and_not_to_a_dead_end(heron: TestClient, ticks: Ticks) -> None:
    frame = Sitter("P14").frame(None, 0)
    for _ in range(3):
        ticks.now = 0.0
        nonce = heron.post("/me/capture/begin").json()["nonce"]
        assert heron.post(f"/me/capture/{nonce}/frame?at=0", content=frame, headers=JPEG).json()["state"] == "running"
        ticks.now = 60.0
        late = heron.post(f"/me/capture/{nonce}/frame?at=60000", content=frame, headers=JPEG).json()
        assert late["state"] == "failed"
        assert heron.post(f"/me/capture/{nonce}/frame?at=60100", content=frame, headers=JPEG).json()["code"] == "over"
    refused = heron.post("/me/capture/begin")
    assert refused.status_code == 409
    assert refused.json()["code"] == "witness"
    text = heron.get("/me/capture").text
    assert "Let us do it together" in text
    assert "You can point at yourself right now" in text


@pytest.mark.usefixtures("ticks")
def test_a_capture_is_its_persons_own_and_a_second_tab_ends_the_first(heron: TestClient, web_house: House) -> None:
    frame = Sitter("P14").frame(None, 0)
    first = heron.post("/me/capture/begin").json()["nonce"]
    second = heron.post("/me/capture/begin").json()["nonce"]

    def sent(nonce: str, what: bytes = frame) -> dict[str, str]:
        return heron.post(f"/me/capture/{nonce}/frame?at=0", content=what, headers=JPEG).json()

    assert sent(first)["code"] == "over"
    assert sent(second, b"no picture")["code"] == "unreadable"
    assert sent(second)["state"] == "running"
    say_yes(heron, invited(web_house, "egret@example.org"), way="face")
    assert sent(second)["code"] == "over"
    heron.post("/sign-out")
    answer = heron.post("/me/capture/begin", headers={"accept": "application/json"})
    assert answer.status_code == 401


def test_L1_whoever_points_is_asked_for_no_capture_and_can_make_none(client: TestClient, web_house: House) -> None:
    say_yes(client, invited(web_house, HERON), way="point")
    text = client.get("/me/capture").text
    assert "does not ask for your face to be measured" in text
    assert "capture.js" not in text
    assert client.post("/me/capture/begin").json()["code"] == "no-yes"


@pytest.fixture
def camera(tmp_path: Path) -> FakeCamera:
    return FakeCamera(tmp_path / "camera.y4m")


def test_a_browser_with_a_camera_is_guided_to_the_end(browser: Browser, server: Server, camera: FakeCamera) -> None:
    path, options = invited(server.house, HERON), seeing_only(camera)
    with another(browser, *options) as seeing, visiting(seeing, server, permissions=["camera"]) as page:
        start_the_camera(page, path)
        # The connection goes in the middle, and comes back.
        with page.expect_response(re.compile(r"/frame\?")):
            pass
        page.context.set_offline(True)
        expect(page.locator(".over h1")).to_have_text("The connection was lost")
        page.context.set_offline(False)
        begin_again(page)
        play(page, camera, Sitter("P14"))
        # Whoever goes back is told that it is done, and the camera stays off until it is asked for.
        back(page)
        page.get_by_text("There are numbers made from your face already").wait_for()
        page.get_by_role("button", name="Start the camera").wait_for()
    with server.house.open() as archive:
        assert archive.consents.of(HERON).given[0].template_at is not None


def test_F11_a_browser_before_which_nobody_moves_gets_no_template_and_is_told_what_to_do(
    browser: Browser, server: Server, camera: FakeCamera
) -> None:
    path, options = invited(server.house, HERON), seeing_only(camera)
    camera.show(Sitter("P14").picture(None, 0))
    with another(browser, *options) as seeing, visiting(seeing, server, permissions=["camera"]) as page:
        start_the_camera(page, path)
        expect(page.locator(".over h1")).to_have_text("That took too long", timeout=90_000)
        page.get_by_role("button", name="Try again").wait_for()
    with server.house.open() as archive:
        assert archive.consents.of(HERON).given[0].template_at is None
        assert "live.failed" in {one.verb for one in archive.ledger.list(subject=HERON)}


def play(page: Page, camera: FakeCamera, sitter: Sitter) -> None:
    """Do whatever the page's answers ask for, until the page is left; a machine that is busy gets a second try."""
    said = {"asked": None, "number": 0, "state": "running"}

    def heard(response: Response) -> None:
        if "/frame?" in response.url and response.ok:
            said.update(response.json())

    page.on("response", heard)
    tries = 1
    for _ in range(1500):
        if page.url.endswith("/me"):
            return
        camera.show(sitter.picture(Prompt(said["asked"]) if said["asked"] else None, int(said["number"] or 0)))
        page.wait_for_timeout(100)
        again = page.get_by_role("button", name="Try again")
        if again.is_visible():
            assert tries < 3, page.locator(".over").inner_text()
            tries += 1
            said.update(asked=None, number=0)
            begin_again(page)
    raise AssertionError(f"the capture did not end: {said}")
