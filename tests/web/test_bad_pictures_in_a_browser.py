"""What is sent as a picture and is none, or far too much of one: each page says what to do, and keeps what was good."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.house import DEMO, SECOND, WREN

from .serving import PASSWORDS, PATIENCE, Server, sign_in, visiting


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small files that unpack to 60 and to 600 million pixels, a text that calls itself a picture, and huge ones."""
    folder = tmp_path_factory.mktemp("files")
    Image.new("1", (10_000, 6_000)).save(folder / "wide.png")
    Image.new("1", (30_000, 20_000)).save(folder / "bomb.png")
    (folder / "letter.jpg").write_text("Dear all, this is no picture.")
    for name, megabytes in (("heavy.jpg", 60), ("everything.zip", 600)):
        with (folder / name).open("wb") as made:
            made.truncate(megabytes << 20)
    shutil.copy(DEMO / "event" / "g02.jpg", folder / "good.jpg")
    return folder


def test_a_witnessed_capture_says_of_each_bad_picture_what_to_do(
    browser: Browser, lasting: Server, files: Path
) -> None:
    with visiting(browser, lasting) as page:
        sign_in(page, "anna")
        page.goto(f"/desk/witness/{lasting.house.subject(WREN)}")
        for name, what, next_step in (
            ("letter.jpg", "not a picture of a kind that can be read", "JPEG, PNG"),
            ("bomb.png", "30000 × 20000 pixels, more than is read", "Make a copy of at most 200 million pixels"),
            ("wide.png", "No face was found", "Look at the camera"),
        ):
            vouch(page, files / name)
            expect(page.get_by_role("alert")).to_contain_text(what, timeout=PATIENCE * 1000)
            expect(page.get_by_role("alert")).to_contain_text(next_step)
            # What else was filled in is there still.
            expect(page.locator("#witness")).to_have_value(SECOND)
        vouch(page, files / "heavy.jpg")
        expect(page.get_by_role("alert")).to_contain_text("at most 48 MB", timeout=PATIENCE * 1000)
        expect(page.get_by_text("Go back and send a smaller file")).to_be_visible()


def vouch(page: Page, picture: Path) -> None:
    page.locator("#capture").set_input_files(picture)
    page.locator("#witness").fill(SECOND)
    page.locator("#password").fill(PASSWORDS[SECOND])
    page.locator("main form button").click()


def test_an_upload_takes_what_is_good_and_says_why_the_rest_is_not(
    browser: Browser, lasting: Server, files: Path
) -> None:
    names = ("everything.zip", "letter.jpg", "bomb.png", "good.jpg", "wide.png")
    with visiting(browser, lasting, width=1280, height=800) as page:
        sign_in(page, "anna")
        page.goto("/desk/collections/1/add")
        page.locator("#files").set_input_files([files / one for one in names])
        page.wait_for_url(re.compile(r"/desk/jobs/\d+$"))
        expect(page.get_by_text("2 new photos")).to_be_visible(timeout=PATIENCE * 1000)
        for name, why in (
            ("everything.zip", "larger than 512 MB. Make smaller archives"),
            ("letter.jpg", "Pictures are JPEG, PNG"),
            ("bomb.png", "Make a copy of at most 200 million pixels"),
        ):
            expect(page.locator(".skipped li").filter(has_text=name)).to_contain_text(why)
