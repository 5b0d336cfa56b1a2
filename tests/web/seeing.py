"""A browser that sees, and the way to a live capture in it."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.turning import FakeCamera

HERON = "heron@example.org"


def seeing_only(camera: FakeCamera) -> tuple[str, ...]:
    """What makes a browser see with this camera."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={camera.path}",
    )


def say_yes_to_a_capture(page: Page, path: str) -> None:
    """Say yes with an invite, to being found by one's face."""
    page.goto(path)
    tick_everything(page)
    page.get_by_role("button", name="Yes, to what I ticked").click()
    page.wait_for_url(re.compile("/me/capture$"))


def tick_everything(page: Page) -> None:
    """Fill in the yes, and do not send it."""
    page.get_by_label("Find my photos").check()
    page.get_by_label("By my face").check()
    page.get_by_label("I am 18 or older").check()


def start_the_camera(page: Page, path: str) -> None:
    """Say yes with an invite, and begin the capture."""
    say_yes_to_a_capture(page, path)
    page.get_by_role("button", name="Stop").wait_for(state="hidden")
    page.get_by_role("button", name="Start the camera").click()


def begin_again(page: Page) -> None:
    page.get_by_role("button", name="Try again").click()
    page.locator(".live").wait_for()
