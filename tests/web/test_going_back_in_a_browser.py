"""The back button, in a browser that keeps pages in memory as people's browsers do: after a yes, a decision, a no."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sayso.values import Role
from tests.house import ENROLLED, OPERATOR, ROBIN, SECOND, WREN

from .saying import invited
from .seeing import HERON, say_yes_to_a_capture, tick_everything
from .serving import PATIENCE, Server, another, back, sign_in, visiting

WANDA = "wanda@example.org"


@pytest.fixture(scope="module")
def keeping(browser: Browser) -> Iterator[Browser]:
    with another(browser, keeps_pages=True) as started:
        yield started


def test_whoever_goes_back_to_a_yes_that_they_gave_is_led_on(keeping: Browser, lasting: Server) -> None:
    path = invited(lasting.house, HERON)
    with visiting(keeping, lasting) as page:
        second = page.context.new_page()
        second.goto(path)
        tick_everything(second)
        say_yes_to_a_capture(page, path)
        back(page)
        page.wait_for_url("**/me")
        # The same form once more, out of another tab.
        second.get_by_role("button", name="Yes, to what I ticked").click()
        second.wait_for_url("**/me")
        second.get_by_role("button", name="Sign out").click()
        second.goto(path)
        expect(second.get_by_role("heading", level=1)).to_contain_text("used")
        page.goto(path)
        back(page)
        page.wait_for_url("**/enter")
    with lasting.house.open() as archive:
        assert len(archive.consents.of(HERON).given) == 1


def test_a_doubt_that_was_decided_is_not_shown_again_and_cannot_be_decided_twice(
    keeping: Browser, lasting: Server
) -> None:
    lasting.house.enrol(WANDA, None)
    with lasting.house.open(SECOND) as archive:
        for photo, number in lasting.house.faces("P12").items():
            archive.people.point(WANDA, photo_id=photo, face=number)
    with visiting(keeping, lasting, width=1100, height=800) as page:
        sign_in(page, OPERATOR)
        second = page.context.new_page()
        for one in (page, second):
            one.goto("/desk/review")
            expect(one.locator("#far")).to_have_text("1 of 2")
        first = page.locator(".pair img").get_attribute("src")
        page.get_by_role("button", name=re.compile("^Yes")).first.click()
        expect(page.locator("#far")).to_have_text("2 of 2")
        back(page)
        expect(page.locator("#far")).to_have_text("1 of 1")
        assert page.locator(f'img[src="{first}"]').count() == 0
        second.get_by_role("button", name=re.compile("^No")).click()
        expect(second.get_by_role("status")).to_contain_text("decided already")
    with lasting.house.open() as archive:
        assert len(archive.people.photos(WANDA)) == 1


def test_F4_a_page_that_was_kept_shows_no_photo_of_somebody_who_withdrew_elsewhere(
    keeping: Browser, lasting: Server
) -> None:
    with visiting(keeping, lasting) as page:
        person, photo = at_their_photos(page, lasting, WREN)
        page.goto("/me/consent")
        with lasting.house.open() as archive:
            archive.people.withdraw(person)
        back(page)
        page.wait_for_url("**/enter")
        back(page)
        page.wait_for_url("**/enter")
        picture = page.context.request.get(f"/me/photos/{photo}/large.jpg", max_redirects=0)
        assert picture.status == 303


def test_F4_whoever_withdrew_and_goes_back_or_sends_it_again_is_told_that_it_holds(
    keeping: Browser, lasting: Server
) -> None:
    with visiting(keeping, lasting) as page:
        at_their_photos(page, lasting, ROBIN)
        page.goto("/me/withdraw")
        page.get_by_role("button", name="Yes, take everything back").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Done")
        page.reload()
        expect(page.get_by_role("alert")).to_have_text("Nobody is signed in here any more.")
        assert page.get_by_text("there is nothing left to do").is_visible()
        back(page, page.evaluate("history.length") - 2)
        page.wait_for_url("**/enter")


def at_their_photos(page: Page, server: Server, label: str) -> tuple[str, int]:
    """Come in, look at all photos and then at one; the person, and that photo. Nothing of it may be stored."""
    assert label in ENROLLED
    person, kept = server.house.subject(label), []
    with server.house.open() as archive:
        token = archive.visits.welcome(person)
        archive.acting(person, Role.SUBJECT).mine.refresh(person)
    page.context.add_cookies([{"name": "sayso-me", "value": token, "url": server.url}])
    page.on("response", lambda one: kept.append(one) if "/me" in one.url else None)
    page.goto("/me")
    page.locator(".photos img").first.click()
    large = page.locator("figure.large img")
    expect(large).to_have_js_property("complete", True, timeout=PATIENCE * 1000)
    assert large.evaluate("image => image.naturalWidth") > 100
    assert len(kept) > 3
    assert {one.headers["cache-control"] for one in kept} == {"no-store"}
    return person, int(page.url.rsplit("/", 1)[-1])
