"""The desk's pages for everybody: no serious finding of axe, nothing that scrolls sideways on a narrow phone."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from sayso.values import Purpose, Reach, Role
from tests.house import COLLECTION, WREN

from .serving import PATIENCE, Server, sign_in


def test_every_page_of_the_desk_can_be_used_by_everybody_and_on_a_narrow_phone(
    browser: Browser, server: Server
) -> None:
    house = server.house
    wren = house.subject(WREN)
    with house.open() as archive:
        archive.collections.new("Autumn walk", reach=Reach.SWEPT, widening=house.widening())
        poster = archive.posters.new(purposes=[Purpose.FIND], collections=[COLLECTION])
        archive.acting("anybody", Role.SUBJECT).posters.ask(poster.code, "lark@example.org")
    pages = [
        "/desk",
        "/desk/collections/new",
        "/desk/collections/1",
        "/desk/collections/2",
        "/desk/collections/1/delete",
        "/desk/collections/1/add",
        "/desk/people",
        f"/desk/people/{wren}",
        f"/desk/people/{wren}/withdraw",
        f"/desk/witness/{wren}",
        "/desk/invite",
        "/desk/posters",
        f"/desk/posters/{poster.id}",
        "/desk/notices",
    ]
    context = browser.new_context(
        base_url=server.url, viewport={"width": 320, "height": 700}, bypass_csp=True, reduced_motion="reduce"
    )
    context.set_default_timeout(PATIENCE * 1000)
    try:
        page = context.new_page()
        sign_in(page, "anna")
        page.goto("/desk/collections/1/add")
        page.get_by_label("Path on the server").fill(str(house.root / "nowhere"))
        page.get_by_role("button", name="Add this folder").click()
        page.wait_for_url(re.compile(r"/desk/jobs/\d+$"))
        page.get_by_role("alert").wait_for()
        pages.append(page.url.removeprefix(server.url))
        wrong = []
        for path in pages:
            page.goto(path)
            found = Axe().run(page).response["violations"]
            wrong += [(path, one["id"]) for one in found if one["impact"] in ("serious", "critical")]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wrong.append((path, "scrolls sideways"))
        assert wrong == []
    finally:
        context.close()
