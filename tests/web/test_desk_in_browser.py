"""The desk in a real browser: doubts decided by keys alone, a face closed by drawing, and no barrier that axe knows."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sayso.values import Box, Purpose, Right
from tests.house import COLLECTION, OPERATOR, ROBIN, SECOND, WREN, House

from .conftest import with_passwords
from .serving import PATIENCE, Server, sign_in, visiting

expect.set_options(timeout=PATIENCE * 1000)


@pytest.fixture
def web_house(found: House) -> House:
    """Three faces in doubt, which the second operator pointed at for somebody who has no template."""
    found.enrol("wanda@example.org", None)
    with found.open(SECOND) as archive:
        faces = list(found.faces("P12").items()) + list(found.faces("P06").items())[:1]
        for photo, number in faces:
            archive.people.point("wanda@example.org", photo_id=photo, face=number)
    return with_passwords(found)


def far(page: Page, text: str) -> None:
    expect(page.locator("#far")).to_have_text(text)


def test_doubts_are_decided_by_keys_alone(browser: Browser, server: Server) -> None:
    with visiting(browser, server, width=1100, height=800) as page:
        sign_in(page, OPERATOR)
        page.goto("/desk/review")
        far(page, "1 of 3")
        assert page.locator(".pair img").count() == 1
        page.keyboard.press("?")
        expect(page.get_by_role("dialog")).to_be_visible()
        page.keyboard.press("n")
        page.keyboard.press("Escape")
        far(page, "1 of 3")
        page.keyboard.press("l")
        far(page, "2 of 3")
        page.keyboard.press("ArrowLeft")
        far(page, "1 of 3")
        page.keyboard.press("y")
        far(page, "2 of 3")
        expect(page.get_by_role("status")).to_have_text("Noted: yes.")
        assert page.locator(".pair img").count() == 2
        page.keyboard.press("n")
        far(page, "3 of 3")
        page.keyboard.press("?")
        page.get_by_label("Use shortcuts on this computer").uncheck()
        page.keyboard.press("Escape")
        page.keyboard.press("n")
        far(page, "3 of 3")
        page.get_by_role("button", name=re.compile("^No")).press("Enter")
        expect(page.get_by_text("Nothing waits for review. You decided 3.")).to_be_visible()
    with server.house.open() as archive:
        assert len(archive.people.photos("wanda@example.org")) == 1


def test_a_slip_is_taken_back_by_a_key_also_behind_the_last_doubt(browser: Browser, server: Server) -> None:
    with visiting(browser, server, width=1100, height=800) as page:
        sign_in(page, OPERATOR)
        page.goto("/desk/review")
        far(page, "1 of 3")
        page.keyboard.press("u")
        page.keyboard.press("n")
        far(page, "2 of 3")
        expect(page.get_by_role("button", name=re.compile("^Undo"))).to_be_visible()
        page.keyboard.press("u")
        far(page, "1 of 3")
        expect(page.get_by_role("status")).to_contain_text("it is in doubt again")
        expect(page.get_by_role("button", name=re.compile("^Undo"))).to_have_count(0)
        for number in ("2 of 3", "3 of 3"):
            page.keyboard.press("y")
            far(page, number)
        page.keyboard.press("n")
        expect(page.get_by_text("Nothing waits for review. You decided 3.")).to_be_visible()
        page.keyboard.press("?")
        page.keyboard.press("u")
        far(page, "3 of 3")
    with server.house.open() as archive:
        assert len(archive.looks.queue()) == 1


def test_a_place_is_closed_by_drawing_moved_by_dragging_and_reached_by_keys(browser: Browser, server: Server) -> None:
    def drawn() -> list[Box]:
        with server.house.open() as archive:
            return [face.box for face in archive.photos.faces(1) if face.by_hand]

    with visiting(browser, server, width=1100, height=900) as page:
        sign_in(page, OPERATOR)
        page.goto("/desk/photos/1")
        page.get_by_role("button", name="Draw a box").click()
        frame = page.locator("#overlay").bounding_box()
        assert frame is not None
        drag(page, frame["x"] + 12, frame["y"] + frame["height"] - 60, 40, 40)
        expect(page.get_by_role("button", name="Close this place")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("The place is closed")
        (first,) = drawn()
        assert first.x < 60
        assert abs(first.width - 40 * 1280 / frame["width"]) < 4
        frame = page.locator("[data-movable] rect").bounding_box()
        assert frame is not None
        drag(page, frame["x"] + 20, frame["y"] + 20, 100, -30)
        expect(page.get_by_role("button", name=re.compile("^Move there"))).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("The box was moved")
        (moved,) = drawn()
        assert moved.x > first.x + 50
        assert moved.y < first.y - 10
        page.get_by_role("button", name="Draw a box").press("Enter")
        for key in ("ArrowDown", "Shift+ArrowRight", "ArrowLeft", "Enter"):
            page.keyboard.press(key)
        expect(page.get_by_role("button", name="Close this place")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("The place is closed")
        page.get_by_role("button", name=re.compile("^Remove")).first.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("The box was removed")
        assert moved not in drawn()


def drag(page: Page, left: float, top: float, across: float, down: float) -> None:
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move(left + across / 2, top + down / 2)
    page.mouse.move(left + across, top + down)
    page.mouse.up()


def test_no_page_of_the_desk_keeps_anybody_out(browser: Browser, server: Server) -> None:
    house = server.house
    with house.open() as archive:
        token = archive.people.invite(WREN, purposes=[Purpose.SHOW], collections=[COLLECTION])
        archive.people.enrol(token, purposes=[Purpose.SHOW])
        archive.photos.redact(1, Box(30, 40, 90, 110))
        archive.photos.hide(1, 2)
        archive.photos.hide(2, 1)
        archive.editing.keep_hidden(2, 1)
        archive.requests.new(ROBIN, Right.ACCESS)
        archive.breaches.new("A disk with photos was lost on a train.", people=12)
    for dark in (False, True):
        # The policy that forbids foreign scripts forbids axe as well; it is tested elsewhere.
        context = browser.new_context(
            base_url=server.url,
            bypass_csp=True,
            color_scheme="dark" if dark else "light",
            viewport={"width": 320, "height": 700},
        )
        page = context.new_page()
        sign_in(page, OPERATOR)
        for path in (
            "review",
            "review?said=no&undo=1",
            "photos",
            "photos/1",
            "hidden",
            "publish",
            "publish/1",
            "requests",
            "breaches",
        ):
            page.goto(f"/desk/{path}", wait_until="networkidle")
            found = Axe().run(page).response["violations"]
            grave = [one for one in found if one["impact"] in ("serious", "critical")]
            told = [(one["id"], [node["html"] for node in one["nodes"]]) for one in grave]
            assert not told, (path, dark, told)
            sideways = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert sideways <= 0, path
        context.close()
