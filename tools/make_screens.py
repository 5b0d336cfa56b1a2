"""Photographs every kind of page, as phone, tablet and laptop show it, light and dark, on people who do not exist.

Run: .venv/bin/python tools/make_screens.py FOLDER     all pages, at three widths, in both themes, to look at
     .venv/bin/python tools/make_screens.py --docs     those that the README shows, into docs/pictures
An archive is made in a temporary folder, searched, and served on this machine; the pages are photographed by a Chromium
(name another one in CHROMIUM).
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import uvicorn
from PIL import ExifTags, Image
from playwright.sync_api import Browser, sync_playwright

from sayso.archive import Archive, Widening, create
from sayso.values import Purpose, Reach, Role, Window
from sayso.web import Settings, create_app

DEMO = Path(__file__).parents[1] / "demo"
PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
NOON = datetime(2026, 6, 14, 12, 0)
SIZES = ((320, 640), (768, 1024), (1440, 900))
NOTICE = {
    "en": "We took photos at our summer party. If you say yes, we look for your face in them and show you your photos. "
    "In your photos, other people's faces are closed unless they share them. You can say no at any time, on your own "
    "pages; then everything that we know of your face is deleted at once. You can also point at yourself instead: then "
    "nothing of you is measured.",
    "fr": "Nous avons pris des photos à notre fête d'été. Si vous dites oui, nous y cherchons votre visage et vous "
    "montrons vos photos. Les visages des autres y sont masqués, sauf s'ils les partagent. Vous pouvez dire non à tout "
    "moment, sur vos propres pages ; tout ce que nous savons de votre visage est alors supprimé aussitôt. Vous pouvez "
    "aussi vous montrer du doigt : rien de vous n'est alors mesuré.",
}
PEOPLE = {"wren@example.org": "P10", "robin@example.org": "P26", "jay@example.org": "P06"}
#: What the README shows, side by side: page, width and height in points.
SHOWN = (("invite", 390, 844), ("me", 390, 844), ("desk", 1240, 844), ("window-ledger", 1240, 844))
#: A page of a code host should not wait for its pictures.
MOST_BYTES = 250_000


def main() -> None:
    """Take the pictures that the command line asks for."""
    docs = sys.argv[1:] == ["--docs"]
    if not docs and len(sys.argv) != 2:
        raise SystemExit(__doc__)
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (archive, url, pages), chromium() as browser:
        if docs:
            shots = [Path(folder) / f"{name}.png" for name, _, _ in SHOWN]
            for (name, wide, high), shot in zip(SHOWN, shots, strict=True):
                photograph(browser, archive, url, *pages[name], shot, wide, high, dark=name == "me", whole=False)
            beside(shots, PICTURES / "web.jpg")
            return
        for name, (path, who) in pages.items():
            for wide, high in SIZES:
                for dark in (False, True):
                    target = Path(sys.argv[1]) / f"{name}-{wide}-{'dark' if dark else 'light'}.png"
                    photograph(browser, archive, url, path, who, target, wide, high, dark=dark, whole=True)


def beside(shots: list[Path], target: Path) -> None:
    """The pictures in one row, all as high as the first."""
    pictures = [Image.open(one).convert("RGB") for one in shots]
    high, gap = 560, 10
    small = [one.resize((round(one.width * high / one.height), high), Image.Resampling.LANCZOS) for one in pictures]
    row = Image.new("RGB", (sum(one.width + gap for one in small) - gap, high), "white")
    place = 0
    for one in small:
        row.paste(one, (place, 0))
        place += one.width + gap
    for quality in (88, 80, 70, 60):
        row.save(target, quality=quality, optimize=True, progressive=True)
        if target.stat().st_size <= MOST_BYTES:
            return
    raise SystemExit(f"{target} stays above {MOST_BYTES} bytes; make it smaller.")


def photograph(
    browser: Browser,
    archive: Archive,
    url: str,
    path: str,
    who: str,
    target: Path,
    wide: int,
    high: int,
    *,
    dark: bool,
    whole: bool,
) -> None:
    """One page, as somebody who is signed in sees it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    context = browser.new_context(
        base_url=url,
        viewport={"width": wide, "height": high},
        device_scale_factor=1 if wide > 500 else 2,
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        locale="en",
    )
    page = context.new_page()
    if who:
        cookie = "sayso-desk" if who in PASSWORDS else "sayso-me"
        context.add_cookies([{"name": cookie, "value": visit(archive, who), "url": url, "httpOnly": True}])
    page.goto(path)
    page.wait_for_load_state("networkidle") if "/jobs/" not in path else page.wait_for_timeout(500)
    page.screenshot(path=target, full_page=whole)
    wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    print(f"{target.name}{'   WIDER THAN THE SCREEN' if wider else ''}", flush=True)
    context.close()


PASSWORDS = {"anna": "anna keeps the photos", "ben": "ben is the second one", "vito": "vito reads and checks"}


@cache
def visit(archive: Archive, who: str) -> str:
    """The token of one visit, used for every picture."""
    return archive.visits.sign_in(who, PASSWORDS[who]) if who in PASSWORDS else archive.visits.welcome(who)


@contextmanager
def served(folder: Path) -> Iterator[tuple[Archive, str, dict[str, tuple[str, str]]]]:
    """An archive, the address at which it is served, and its pages by name: path, and who looks."""
    os.environ["SAYSO_KEYS"], os.environ["SAYSO_STATE"] = str(folder / "keys"), str(folder / "state")
    archive = filled(folder)
    where = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{where.getsockname()[1]}"
    settings = Settings(url, controller=archive.controller, contact=archive.contact, mail=folder / "letters")
    server = uvicorn.Server(uvicorn.Config(create_app(archive, settings), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [where]})
    thread.start()
    try:
        yield archive, url, pages_of(archive)
    finally:
        server.should_exit = True
        thread.join()
        archive.close()


def filled(folder: Path) -> Archive:
    """An archive with a party's photos and three people who said yes."""
    archive = create(
        folder / "archive",
        packs=["EU"],
        controller="The Photo Club",
        contact="privacy@club.example",
        operator="anna",
        calibration="synthetic-40",
    )
    for name, role in (("ben", Role.OPERATOR), ("clara", Role.REVIEWER), ("vito", Role.OVERSEER)):
        archive.accounts.new(name, role)
    for name, password in PASSWORDS.items():
        archive.accounts.set_password(name, password)
    version = archive.notices.publish(NOTICE["en"]).version
    archive.notices.publish(NOTICE["fr"], language="fr", version=version)
    assessment = folder / "assessment.txt"
    assessment.write_text("People who do not exist.", "utf-8")
    day = Window(NOON - timedelta(hours=12), NOON + timedelta(hours=12))
    widening = Widening("synthetic-people", assessment, day, datetime.now(UTC) + timedelta(days=300))
    archive.collections.new("Summer party", reach=Reach.SWEPT, widening=widening)
    archive.acting("ben").collections.approve("Summer party")
    for number, source in enumerate(sorted((DEMO / "event").glob("*.jpg"))):
        shoot(source, folder / "card" / source.name, NOON + timedelta(minutes=7 * number))
    archive.photos.add([folder / "card"], "Summer party")
    purposes = [Purpose.FIND, Purpose.SHARE, Purpose.SHOW]
    for label, person in PEOPLE.items():
        token = archive.people.invite(label, purposes=purposes, collections=["Summer party"])
        captures = [DEMO / "people" / person / f"{number}.jpg" for number in range(3)]
        agreed = purposes if label.startswith("jay") else [Purpose.FIND]
        done = archive.people.enrol(token, purposes=agreed, captures=captures, witness="clara")
        if done.confirm_code:
            archive.people.confirm(done.confirm_code)
    archive.people.find()
    archive.collections.measure_exposure("Summer party")
    archive.law.measure_accuracy(DEMO / "people", basis="synthetic-people")
    return archive


def pages_of(archive: Archive) -> dict[str, tuple[str, str]]:
    """Every kind of page."""
    wren = next(one.id for one in archive.people.list() if one.label == next(iter(PEOPLE)))
    mine = archive.acting(wren, Role.SUBJECT)
    mine.mine.refresh(wren)
    album = mine.mine.album(wren)
    photo = album.photos[0]
    invite = archive.people.invite(
        "kim@example.org", purposes=[Purpose.FIND, Purpose.SHARE], collections=["Summer party"]
    )
    collection = archive.collections.get("Summer party").id
    return {
        "first": ("/", ""),
        "sign-in": ("/sign-in", ""),
        "enter": ("/enter", ""),
        "invite": (f"/i/{invite}", ""),
        "invite-wrong": ("/i/nonsense", ""),
        "me": ("/me", wren),
        "me-photo": (f"/me/photos/{photo.id}", wren),
        "me-point": ("/me/point", wren),
        "me-capture": ("/me/capture", wren),
        "me-consent": ("/me/consent", wren),
        "me-withdraw": ("/me/withdraw", wren),
        "me-looked": ("/me/looked", wren),
        "me-keys": ("/me/keys", wren),
        "hide": (f"/hide/{photo.reference}", ""),
        "desk": ("/desk", "anna"),
        "desk-new": ("/desk/collections/new", "anna"),
        "desk-collection": (f"/desk/collections/{collection}", "anna"),
        "desk-add": (f"/desk/collections/{collection}/add", "anna"),
        "desk-people": ("/desk/people", "anna"),
        "desk-invite": ("/desk/invite", "anna"),
        "desk-notices": ("/desk/notices", "anna"),
        "desk-posters": ("/desk/posters", "anna"),
        "desk-review": ("/desk/review", "anna"),
        "desk-photos": ("/desk/photos", "anna"),
        "desk-photo": (f"/desk/photos/{photo.id}", "anna"),
        "desk-hidden": ("/desk/hidden", "anna"),
        "desk-publish": (f"/desk/publish/{collection}", "anna"),
        "desk-requests": ("/desk/requests", "anna"),
        "desk-breaches": ("/desk/breaches", "anna"),
        "window": ("/window", "vito"),
        "window-collections": ("/window/collections", "vito"),
        "window-consent": ("/window/consent", "vito"),
        "window-figures": ("/window/figures", "vito"),
        "window-ledger": ("/window/ledger", "vito"),
        "window-documents": ("/window/documents", "vito"),
        "window-end": ("/window/end", "vito"),
    }


def shoot(source: Path, target: Path, taken: datetime) -> None:
    """A picture with a camera's time."""
    with Image.open(source) as opened:
        image = opened.convert("RGB")
    exif = Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(target, quality=88, exif=exif)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        yield browser
        browser.close()


if __name__ == "__main__":
    start = time.monotonic()
    main()
    print(f"{time.monotonic() - start:.0f} s")
