"""From the invite to the last page, in a real browser on a phone; what happens without a camera; and for everybody."""

from __future__ import annotations

import re
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

import sayso_verify
from sayso.values import Guardian, Purpose

from .saying import invited
from .serving import Server, visiting

HERON = "heron@example.org"
EVERY = (Purpose.FIND, Purpose.SHARE)


def test_a_phone_walks_from_yes_to_no_and_keeps_the_proof(browser: Browser, server: Server, tmp_path: Path) -> None:
    path = invited(server.house, HERON, EVERY)
    with visiting(browser, server, width=320, height=640) as page:
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.get_by_role("button", name="Yes, to what I ticked").click()
        expect(page.get_by_role("alert")).to_contain_text("Tick what you say yes to")
        page.get_by_label("Find my photos").check()
        page.get_by_label("By my face").check()
        page.get_by_label("I am 18 or older").check()
        page.get_by_role("button", name="Yes, to what I ticked").click()
        page.wait_for_url(re.compile("/me/capture$"))
        # This browser has no camera: that is said, with what else there is.
        page.get_by_role("button", name="Start the camera").click()
        expect(page.get_by_role("heading", level=1, name=re.compile("no camera|not allowed"))).to_be_visible()
        expect(page.locator(".over")).to_contain_text("with a witness")
        page.get_by_role("link", name="To my photos").click()
        expect(page.get_by_role("link", name="Look into the camera")).to_be_visible()
        page.get_by_role("link", name="My yes").click()
        page.get_by_role("link", name=re.compile("Take this back")).click()
        page.get_by_role("button", name="Yes, take everything back").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Done")
        with page.expect_download() as kept:
            page.get_by_role("link", name="Download the proof").click()
        kept.value.save_as(tmp_path / "mine.tlog-proof")
        page.goto("/me")
        assert page.url.endswith("/enter")
    with server.house.open() as archive:
        key = archive.ledger.verifier_key
    assert sayso_verify.main(["proof", str(tmp_path / "mine.tlog-proof"), "--key", key]) == 0


def test_everybody_can_use_these_pages(browser: Browser, server: Server) -> None:
    house = server.house
    with house.open() as archive:
        archive.notices.publish("We look for you in our photos.", for_children=True)
        poster = archive.posters.new(purposes=EVERY, collections=["Summer party"])
    child = invited(house, "kid@example.org", EVERY, guardian=Guardian("mum@example.org", "parent"))
    context = browser.new_context(base_url=server.url, bypass_csp=True, viewport={"width": 320, "height": 640})
    page = context.new_page()
    wrong, wide = {}, []

    def look() -> None:
        for summary in page.locator("details > summary").all():
            summary.click()
        found = Axe().run(page).response["violations"]
        if bad := [one["id"] for one in found if one["impact"] in ("serious", "critical")]:
            wrong[page.url] = bad
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(page.url)

    for path in (child, f"/p/{poster.code}", "/i/nothing", "/not-now"):
        page.goto(path)
        look()
    page.goto(invited(house, HERON, EVERY))
    page.get_by_role("button", name="Yes, to what I ticked").click()
    look()
    for label in ("Find my photos", "People in the same photo may see me", "By my face", "I am 18 or older"):
        page.get_by_label(label).check()
    page.get_by_role("button", name="Yes, to what I ticked").click()
    page.wait_for_url(re.compile("/me/capture$"))
    look()
    page.get_by_role("button", name="Start the camera").click()
    expect(page.locator(".over")).to_be_visible()
    for path in ("/me/capture", "/me/consent", "/me/copy", "/me/freeze", "/me/looked", "/me/withdraw"):
        look()
        page.goto(path)
    look()
    page.get_by_role("button", name="Yes, take everything back").click()
    look()
    context.close()
    assert (wrong, wide) == ({}, [])
