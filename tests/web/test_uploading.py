"""An upload in a real browser, and one that is cut off by a power cut."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.house import COLLECTION, DEMO, House, shoot

from .serving import PASSWORDS, PATIENCE, Server, served, sign_in, visiting

_MANY = 200


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A camera's folder: small photos that all differ, a broken one and a note."""
    folder = tmp_path / "card"
    events = sorted((DEMO / "event").glob("*.jpg"))
    # Without a time: they are located and taken in, and no search reaches them.
    small = [shoot(one, tmp_path / "small" / one.name, None, side=240) for one in events]
    folder.mkdir()
    for number in range(_MANY):
        with Image.open(small[number % len(small)]) as opened:
            image = opened.convert("RGB")
        # A few rows less, so that no two are the same file.
        image.crop((0, number // len(small), *image.size)).save(folder / f"p{number:03}.jpg", quality=80)
    (folder / "notes.txt").write_text("no picture")
    (folder / "broken.jpg").write_bytes((folder / "p000.jpg").read_bytes()[:1500])
    return folder


def test_an_operator_uploads_two_hundred_photos_and_sees_them_added(
    browser: Browser, server: Server, card: Path
) -> None:
    with visiting(browser, server, width=1280, height=800) as page:
        sign_in(page, "anna")
        page.get_by_role("link", name=COLLECTION).click()
        page.get_by_role("link", name="Add photos").click()
        seen: list[str] = []
        page.expose_function("seen", lambda text: seen.append(text))
        page.evaluate(
            "new MutationObserver(() => seen(document.getElementById('far').textContent))"
            ".observe(document.getElementById('far'), {childList: true})"
        )
        page.locator("#whole").set_input_files(card)
        page.wait_for_url(re.compile(r"/desk/jobs/\d+$"))
        assert any(re.match(r"\d+ of 202 files, \d+ of \d+ MB", one) for one in seen)
        expect(page.get_by_text(f"{_MANY} new photos")).to_be_visible(timeout=PATIENCE * 1000)
        assert page.get_by_text("2 files were left out").is_visible()
        left = page.locator(".skipped li").all_inner_texts()
        assert any(one.startswith("card/notes.txt") and "no picture" in one for one in left)
        assert any(one.startswith("card/broken.jpg") for one in left)
        page.get_by_role("link", name=f"To “{COLLECTION}”").click()
        assert page.locator(".figures div").first.inner_text().split() == ["Photos", str(8 + _MANY)]


def test_adding_goes_on_after_the_power_was_cut_and_nothing_comes_twice(web_house: House, card: Path) -> None:
    files = sorted(card.glob("p*.jpg"))[:80]
    with served(web_house) as first:
        with signed_in(first) as client:
            batch = client.post("/desk/collections/1/uploads").json()["batch"]
            for file in files:
                key, data = hashlib.sha256(file.name.encode()).hexdigest(), file.read_bytes()
                sent = client.put(
                    f"/desk/upload/{batch}/{key}", params={"name": file.name, "size": len(data)}, content=data
                )
                assert sent.status_code == 200
            job = int(client.post(f"/desk/upload/{batch}/finish").headers["location"].rsplit("/", 1)[1])
            wait_for(lambda: photos_of(web_house) > 8)
        first.kill()
    half = photos_of(web_house)
    assert 8 < half < 88
    with served(web_house) as second, signed_in(second) as client:
        wait_for(lambda: client.get(f"/jobs/{job}").json()["state"] == "done")
    assert photos_of(web_house) == 88
    assert web_house.rows("SELECT count(DISTINCT sha256) FROM photos") == [(88,)]
    assert not list((web_house.archive / "photos" / "uploads").rglob("*.jpeg"))
    with web_house.open() as archive:
        added = [one.counts.photos for one in archive.ledger.list() if one.verb == "add" and one.counts]
        archive.ledger.verify()
    assert sum(added) == 88


def photos_of(house: House) -> int:
    ((count,),) = house.rows("SELECT count(*) FROM photos")
    return int(count)


@contextmanager
def signed_in(server: Server) -> Iterator[httpx2.Client]:
    headers = {"origin": server.url, "accept": "application/json"}
    with httpx2.Client(base_url=server.url, headers=headers, timeout=PATIENCE) as client:
        client.post("/sign-in", data={"name": "anna", "password": PASSWORDS["anna"]})
        yield client


def wait_for(there: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not there():
        assert time.monotonic() < until
        time.sleep(0.02)
