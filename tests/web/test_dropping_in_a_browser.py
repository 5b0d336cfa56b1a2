"""Files that are dropped on the desk's upload page, as a hand drops them: into the frame, and beside it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from tests.house import DEMO

from .serving import Server, sign_in, visiting

JOB = re.compile(r"/desk/jobs/\d+$")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A folder with a photo, one in a folder below it, and a file that is hidden."""
    folder = tmp_path / "card"
    (folder / "evening").mkdir(parents=True)
    shutil.copy(DEMO / "event" / "g02.jpg", folder / "noon.jpg")
    shutil.copy(DEMO / "event" / "g03.jpg", folder / "evening" / "late.jpg")
    (folder / ".trace").write_text("what a camera notes for itself")
    return folder


@pytest.fixture
def upload_page(browser: Browser, lasting: Server) -> Iterator[Page]:
    with visiting(browser, lasting, width=1280, height=800) as page:
        sign_in(page, "anna")
        page.goto("/desk/collections/1/add")
        page.get_by_text("Drop photos").wait_for()
        yield page


def test_a_folder_that_is_dropped_is_taken_in_with_what_lies_below_it(upload_page: Page, card: Path) -> None:
    sent = names_sent(upload_page)
    drop(upload_page, into_the_frame(upload_page), card)
    upload_page.wait_for_url(JOB)
    assert sorted(sent) == ["card/evening/late.jpg", "card/noon.jpg"]


def test_a_drop_beside_the_frame_opens_nothing_and_what_is_being_sent_goes_on(upload_page: Page, card: Path) -> None:
    beside, held = (20, 20), []

    def hold(route: Route) -> None:
        held.append(route)

    drop(upload_page, beside, card / "noon.jpg")
    upload_page.route("**/desk/upload/*/*?*", hold)
    with upload_page.expect_request("**/desk/upload/*/*?*"):
        drop(upload_page, into_the_frame(upload_page), card / "evening" / "late.jpg")
    for place in (beside, (640, 450)):
        drop(upload_page, place, card / "noon.jpg")
    assert [one.url for one in upload_page.context.pages] == [upload_page.url]
    (only,) = held
    only.continue_()
    upload_page.wait_for_url(JOB)


def test_a_file_that_lies_in_no_folder_is_taken_and_a_word_is_none(upload_page: Page) -> None:
    frame = upload_page.locator("#drop")
    words = upload_page.evaluate_handle(
        "() => { const held = new DataTransfer(); held.items.add('a word', 'text/plain'); return held; }"
    )
    frame.dispatch_event("drop", {"dataTransfer": words})
    expect(upload_page.get_by_role("alert")).to_have_text("There was no file in that.")
    sent = names_sent(upload_page)
    pulled = upload_page.evaluate_handle(
        "() => { const held = new DataTransfer(); held.items.add(new File(['x'], 'pulled.jpg')); return held; }"
    )
    frame.dispatch_event("dragover", {"dataTransfer": pulled})
    expect(frame).to_have_class(re.compile("over"))
    frame.dispatch_event("drop", {"dataTransfer": pulled})
    upload_page.wait_for_url(JOB)
    assert sent == ["pulled.jpg"]


def names_sent(page: Page) -> list[str]:
    """Gets the name of each file that the page sends from now on."""
    names: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            names.append(parse_qs(urlsplit(request.url).query)["name"][0])

    page.on("request", note)
    return names


def into_the_frame(page: Page) -> tuple[float, float]:
    box = page.locator("#drop").bounding_box()
    assert box is not None
    return box["x"] + box["width"] - 20, box["y"] + 20


def drop(page: Page, place: tuple[float, float], *files: Path) -> None:
    """What the browser is told when a hand drags files of the disk over its window and lets them go."""
    hand = page.context.new_cdp_session(page)
    held = {"items": [], "files": [str(one) for one in files], "dragOperationsMask": 1}
    for step in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": step, "x": place[0], "y": place[1], "data": held})
    hand.detach()
