"""A live capture that is cut short: the server ends, or knows nothing of it any more; the page is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.house import House
from tests.turning import FakeCamera, Sitter

from .saying import invited
from .seeing import HERON, begin_again, seeing_only, start_the_camera
from .serving import PATIENCE, Server, another, served, visiting

EGRET, CRANE = "egret@example.org", "crane@example.org"
FRAME = re.compile(r"/frame\?")
#: Lets a test look at every stream that the page was given.
STREAMS = """
window.streams = [];
const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await open(wanted);
  window.streams.push(stream);
  return stream;
};
"""


@pytest.fixture(scope="module")
def seeing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A browser before which somebody sits still."""
    camera = FakeCamera(tmp_path_factory.mktemp("camera") / "camera.y4m")
    camera.show(Sitter("P14").picture(None, 0))
    with another(browser, *seeing_only(camera)) as started:
        yield started


def test_F11_a_server_that_ends_and_comes_back_costs_a_person_one_more_begin_and_no_failure(
    seeing: Browser, web_house: House
) -> None:
    with served(web_house) as first, capturing(seeing, first, HERON) as page:
        first.kill()
        told(page, "The connection was lost", "the server was just started anew")
        page.get_by_role("button", name="Try again").click()
        told(page, "The connection was lost", "Try again in a moment")
        assert nothing_is_seen(page)
        with served(web_house, "--port", str(urlsplit(first.url).port)):
            with page.expect_response(FRAME) as answer:
                begin_again(page)
            assert answer.value.json()["state"] == "running"
            page.get_by_role("button", name="Stop").click()
            told(page, "Stopped")
    assert web_house.rows("SELECT begun, failed FROM live_attempts") == [(2, 0)]
    with web_house.open() as archive:
        assert "live.failed" not in {one.verb for one in archive.ledger.list(subject=HERON)}


def test_a_capture_that_the_server_knows_no_more_can_be_begun_anew(seeing: Browser, lasting: Server) -> None:
    def elsewhere(route: Route) -> None:
        route.continue_(url=re.sub(r"capture/[^/]+/", f"capture/{'0' * 32}/", route.request.url))

    with capturing(seeing, lasting, EGRET) as page:
        page.route(FRAME, elsewhere)
        told(page, "This came to an end", "the server was started anew")
        assert nothing_is_seen(page)
        page.unroute_all(behavior="wait")
        with page.expect_response(FRAME):
            begin_again(page)
        page.get_by_role("button", name="Stop").click()


def test_a_page_that_is_hidden_lets_the_camera_go_and_can_be_begun_anew(seeing: Browser, lasting: Server) -> None:
    with capturing(seeing, lasting, CRANE) as page:
        with page.expect_request("**/abandon"):
            hide(page)
        told(page, "This was paused", "The camera is off")
        assert nothing_is_seen(page)
        hide(page, hidden=False)
        with page.expect_response(FRAME):
            begin_again(page)
        page.get_by_role("button", name="Stop").click()

        # Hidden while the server takes its time to begin.
        held: list[Route] = []
        page.route("**/begin", lambda route: held.append(route))
        with page.expect_request("**/begin"):
            page.get_by_role("button", name="Try again").click()
        hide(page)
        with page.expect_request("**/abandon"):
            held.pop().continue_()
        told(page, "This was paused")
        assert nothing_is_seen(page)
    with lasting.house.open() as archive:
        verbs = [one.verb for one in archive.ledger.list(subject=CRANE)]
    assert (verbs.count("live.begin"), verbs.count("live.failed")) == (3, 0)


@contextmanager
def capturing(seeing: Browser, server: Server, label: str) -> Iterator[Page]:
    """Somebody in the middle of a capture."""
    path = invited(server.house, label)
    with visiting(seeing, server, permissions=["camera"]) as page:
        page.add_init_script(STREAMS)
        with page.expect_response(FRAME):
            start_the_camera(page, path)
        assert not nothing_is_seen(page)
        yield page


def told(page: Page, title: str, text: str = "") -> None:
    """The page says so, and what to do."""
    expect(page.locator(".over h1")).to_have_text(title, timeout=PATIENCE * 1000)
    expect(page.locator(".over .lead")).to_contain_text(text)
    expect(page.get_by_role("button", name="Try again")).to_be_enabled()
    expect(page.get_by_role("link", name="To my photos")).to_be_visible()


def nothing_is_seen(page: Page) -> bool:
    """Whether the page holds no camera."""
    ended: bool = page.evaluate(
        "document.querySelector('video').srcObject === null"
        " && window.streams.every(one => one.getTracks().every(track => track.readyState === 'ended'))"
    )
    return ended


def hide(page: Page, *, hidden: bool = True) -> None:
    """What a page is told when another tab is chosen: Playwright keeps every page visible, and hides none itself."""
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )
