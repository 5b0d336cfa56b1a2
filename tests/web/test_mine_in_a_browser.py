"""A person's way on a phone: their photos, not me, that one is me, close a face; and pages that everybody can use."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.house import ENROLLED, WREN

from .serving import PATIENCE, Server, visiting


@pytest.fixture
def token(server: Server) -> Iterator[str]:
    """The visit of a person who was never at their pages before."""
    with server.house.open() as archive:
        yield archive.visits.welcome(server.house.subject(WREN))


def come_in(page: Page, server: Server, token: str) -> None:
    page.context.add_cookies([{"name": "sayso-me", "value": token, "url": server.url}])


def test_a_phone_walks_from_the_photos_to_a_closed_face(browser: Browser, server: Server, token: str) -> None:
    faces = server.house.faces(ENROLLED[WREN])
    with visiting(browser, server, width=320, height=640) as page:
        come_in(page, server, token)
        page.goto("/me")
        # The search runs, tells how far it is, and the page comes again by itself.
        thumbs = page.locator(".photos img")
        expect(thumbs).to_have_count(3, timeout=120_000)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        expect(thumbs.first).to_have_js_property("complete", True)
        assert thumbs.first.evaluate("image => image.naturalWidth") > 100

        thumbs.first.click()
        photo_id = int(page.url.rsplit("/", 1)[-1])
        page.get_by_role("button", name="This is not me").click()
        expect(page.get_by_role("status")).to_contain_text("not among yours any more")
        expect(thumbs).to_have_count(2)

        page.get_by_role("link", name="It was you after all?").click()
        number = faces[photo_id]
        # A finger on the face itself; the list of numbers is there as well.
        page.locator(f'svg a[href$="?face={number}"] rect').click()
        page.get_by_role("button", name="Yes, that is me").click()
        expect(page.get_by_role("status")).to_contain_text("the photo is yours")
        page.get_by_role("link", name="All my photos").click()
        expect(thumbs).to_have_count(3, timeout=120_000)

        page.goto(f"/me/photos/{photo_id}")
        link = page.get_by_role("link", name="Close a face").get_attribute("href")
        assert link is not None
    with visiting(browser, server, width=320, height=640) as stranger:
        stranger.goto(link)
        stranger.get_by_role("link", name=re.compile(rf"^{number}\b")).click()
        stranger.get_by_role("button", name="Close this face").click()
        expect(stranger.get_by_role("heading", level=1)).to_have_text("The face is closed")


def test_the_slider_narrows_photos_and_works_by_keyboard(browser: Browser, server: Server, token: str) -> None:
    with visiting(browser, server, width=768) as page:
        come_in(page, server, token)
        # Pictures come when they are drawn; the page need not wait for them.
        page.goto("/me/point", wait_until="domcontentloaded")
        expect(page.locator(".photos.closed li")).to_have_count(8)
        page.get_by_label("To", exact=True).press("Home")
        page.wait_for_url(re.compile("until=2026"), wait_until="domcontentloaded")
        shown = page.locator(".photos.closed li").count()
        assert 0 < shown < 8
        expect(page.get_by_role("status")).to_contain_text(f"{shown} of 8 photos")


def test_everybody_can_use_these_pages(browser: Browser, server: Server, token: str) -> None:
    subject = server.house.subject(WREN)
    with server.house.open() as archive:
        me = archive.acting(subject, archive.visits.who(token).role)  # type: ignore[union-attr]
        me.mine.refresh(subject)
        photo = me.mine.album(subject).photos[0]
    context = browser.new_context(base_url=server.url, bypass_csp=True, viewport={"width": 390, "height": 844})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    come_in(page, server, token)
    at, hide = f"/me/point/{photo.id}", f"/hide/{photo.reference}"
    wrong = {}
    for path in ("/me", f"/me/photos/{photo.id}", "/me/point", at, f"{at}?face=1", hide, f"{hide}?face=1"):
        page.goto(path, wait_until="domcontentloaded")
        found = Axe().run(page).response["violations"]
        if bad := [one["id"] for one in found if one["impact"] in ("serious", "critical")]:
            wrong[path] = bad
    context.close()
    assert wrong == {}
