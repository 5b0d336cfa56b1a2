"""A whole server in a process of its own, and a real browser that looks at it."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from tests.house import OPERATOR, House

CHROMIUM = "/usr/bin/chromium"
PASSWORDS = {"anna": "anna keeps the photos", "ben": "ben is the second one", "vito": "vito reads and checks"}
#: Seconds within which a page must show what a test waits for; generous, because machines differ.
PATIENCE = 120.0


@dataclass
class Server:
    """A running server; ``url`` is its address."""

    house: House
    url: str
    process: subprocess.Popen[str]
    mail: Path

    def letters(self) -> list[str]:
        """The letters that it wrote, in the order in which they came."""
        files = sorted(self.mail.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        return [one.read_text("utf-8") for one in files]

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.kill()
        self.process.wait()


@contextmanager
def served(house: House, *options: str, **environment: str) -> Iterator[Server]:
    """``sayso serve`` on a port that the system chooses; it is told to end by its process id."""
    mail = house.root / "letters"
    command = [sys.executable, "-m", "sayso", "serve", "--port", "0", "--mail", str(mail), *options]
    own = {
        **os.environ,
        **house.environment(),
        "SAYSO_AS": OPERATOR,
        "SAYSO_PASSWORD": PASSWORDS[OPERATOR],
        **environment,
    }
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=own)
    try:
        yield Server(house, _address(process), process, mail)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        assert process.stderr is not None
        process.stderr.close()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    said, until = "", time.monotonic() + 90
    while time.monotonic() < until:
        ready, _, _ = select.select([process.stderr], [], [], 1)
        if ready:
            line = process.stderr.readline()
            said += line
            if found := re.search(r"Ready: (http://\S+)", line):
                return found.group(1)
            if not line and process.poll() is not None:
                break
    raise AssertionError(f"the server did not start: {said}")


@dataclass
class Watched:
    """What a browser did that it must not: errors in scripts, breaches of our policy, requests to anybody else."""

    url: str
    wrong: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("request", self._asked)

    def _said(self, message: ConsoleMessage) -> None:
        # A page that answers 4xx on purpose is told in the console as well; the policy and scripts are what counts.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.wrong.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.wrong.append(f"request to somebody else: {request.url}")


@contextmanager
def chromium(*options: str) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", *options]
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def another(browser: Browser, *options: str, keeps_pages: bool = False) -> Iterator[Browser]:
    """A second Chromium with options of its own, beside one that runs: there can be no second Playwright.

    keeps_pages: going back shows a page out of memory, as it was left, which Playwright switches off by itself.
    """
    started = browser.browser_type.launch(
        executable_path=CHROMIUM,
        args=["--no-sandbox", "--disable-dev-shm-usage", *options],
        ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
    )
    try:
        yield started
    finally:
        started.close()


@contextmanager
def visiting(
    browser: Browser,
    server: Server,
    *,
    width: int = 390,
    height: int = 844,
    language: str = "en",
    dark: bool = False,
    permissions: Sequence[str] = (),
) -> Iterator[Page]:
    """A fresh browser profile with one page, at the size of a phone unless said otherwise. Whatever it did that it must
    not fails the test."""
    context: BrowserContext = browser.new_context(
        base_url=server.url,
        viewport={"width": width, "height": height},
        locale=language,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        permissions=list(permissions),
    )
    context.set_default_timeout(PATIENCE * 1000)
    watched = Watched(server.url)
    context.on("page", watched.watch)
    page = context.new_page()
    try:
        yield page
    finally:
        context.close()
    assert watched.wrong == []


def sign_in(page: Page, name: str) -> None:
    """Sign in at the desk, or at the window."""
    page.goto("/sign-in")
    page.get_by_label("Name of your account").fill(name)
    page.get_by_label("Password").fill(PASSWORDS[name])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(desk|window)$"))


def back(page: Page, steps: int = 1) -> None:
    """Press the back button; wait for what must be there then, since a page out of memory does not load."""
    page.evaluate("steps => setTimeout(() => history.go(-steps))", steps)
