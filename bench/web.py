"""Lets many people look at their albums at once, and tells how long each page takes and how much memory that costs.

May know: the front door, HTTP, this machine. Must not know: how a page is made.
Run: ``.venv/bin/python bench/web.py [--people 200] [--seconds 30] [--write docs/benchmarks.md]``. Everything is on this
machine: whoever asks takes time from whoever answers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import select
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from report import load, machine, write_section
from sayso.archive import Archive, create
from sayso.measure.made import Kind, write_photos
from sayso.values import Purpose, Role

_OPERATOR = "first"
_KIND = Kind(800, 600, faces=6)
#: Photos of each person, and seconds for which somebody looks at a page before the next.
_EACH, _PAUSE = 2, (2.0, 6.0)
_ME, _PICTURE, _ONE, _LARGE = "album (`/me`)", "small picture", "one photo's page", "large picture"


@dataclass
class Load:
    """What was asked and how it was answered; seconds by route."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)
    lasted: float = 0.0
    peak_bytes: int = 0
    before_bytes: int = 0


def furnish(folder: Path, people: int, albums: int) -> list[tuple[str, list[int]]]:
    """An archive with so many albums, and so many visits of the people whose they are: each visit's token, and the
    photos."""
    with create(
        folder / "archive", packs=("EU",), controller="A trial", contact="privacy@trial.example", operator=_OPERATOR
    ) as archive:
        archive.accounts.new("second", Role.OPERATOR)
        archive.notices.publish("A trial: nobody in these photos exists.")
        archive.collections.new("trial")
        # Some faces are not located.
        photos = 2 * albums * _EACH // _KIND.faces + _EACH
        archive.photos.add(write_photos(folder / "photos", range(photos), _KIND), "trial")
        free = [
            (one.photo.id, face.number)
            for one in archive.photos.list(collection="trial")
            for face in archive.photos.faces(one.photo.id)
        ]
        made = [_person(archive, number, free) for number in range(albums)]
        chosen = (made[number % albums] for number in range(people))
        return [(archive.visits.welcome(person), photos) for person, photos in chosen]


def _person(archive: Archive, number: int, free: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """Somebody says yes, points at faces in two photos, and has an album of them."""
    token = archive.people.invite(f"{number}@trial.example", purposes=[Purpose.FIND], collections=["trial"])
    person = archive.people.enrol(token, purposes=[Purpose.FIND]).subject.id
    for _ in range(_EACH):
        # A face is one person's, and a person is in a photo once.
        photo, face = free.pop(0)
        archive.people.point(person, photo_id=photo, face=face)
        free.sort(key=lambda one: one[0] == photo)
    for doubt in archive.review.list(person):
        archive.review.confirm(doubt.id, said_by_subject=True)
    archive.mine.refresh(person)
    return person, [one.id for one in archive.mine.album(person).photos]


@contextmanager
def serving(folder: Path) -> Iterator[tuple[str, int]]:
    """``sayso serve`` in a process of its own: its address and its id."""
    command = [sys.executable, "-m", "sayso", "serve", "--port", "0", "--archive", str(folder / "archive")]
    process = subprocess.Popen(
        [*command, "--as", _OPERATOR], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        ready, _, _ = select.select([process.stderr], [], [], 120)
        found = re.search(r"http://\S+", process.stderr.readline()) if ready else None
        if found is None:
            raise SystemExit("The server did not start.")
        yield found.group(), process.pid
    finally:
        process.terminate()
        process.wait(timeout=60)


async def browse(url: str, people: Sequence[tuple[str, list[int]]], seconds: float) -> Load:
    """Everybody looks at their album, opens a photo, and comes back, for so long."""
    done, end = Load(), time.perf_counter() + seconds
    limits = httpx2.Limits(max_connections=6 * len(people), max_keepalive_connections=6 * len(people))
    async with httpx2.AsyncClient(base_url=url, limits=limits, timeout=60) as client:
        began = time.perf_counter()
        await asyncio.gather(*(_one(client, done, token, photos, end) for token, photos in people))
        done.lasted = time.perf_counter() - began
    return done


async def _one(client: httpx2.AsyncClient, done: Load, token: str, photos: list[int], end: float) -> None:
    chance = random.Random(token)
    headers = {"cookie": f"sayso-me={token}"}

    async def get(route: str, path: str) -> None:
        began = time.perf_counter()
        try:
            answer = await client.get(path, headers=headers)
        except httpx2.HTTPError as error:
            done.errors.append(f"{route}: {type(error).__name__}")
            return
        done.seconds[route].append(time.perf_counter() - began)
        if answer.status_code != 200:
            done.errors.append(f"{route}: {answer.status_code}")

    await asyncio.sleep(chance.uniform(0, _PAUSE[1]))
    while time.perf_counter() < end:
        await get(_ME, "/me")
        await asyncio.gather(*(get(_PICTURE, f"/me/photos/{one}/small.jpg") for one in photos))
        await asyncio.sleep(chance.uniform(*_PAUSE))
        if photos:
            chosen = chance.choice(photos)
            await get(_ONE, f"/me/photos/{chosen}")
            await get(_LARGE, f"/me/photos/{chosen}/large.jpg")
            await asyncio.sleep(chance.uniform(*_PAUSE))


def memory(process: int, what: str) -> int:
    """Bytes of a process' memory: ``VmRSS`` now, ``VmHWM`` at most."""
    status = Path(f"/proc/{process}/status")
    found = re.search(rf"{what}:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return int(found.group(1)) * 1024 if found else 0


def markdown(done: Load, people: int, albums: int, busy: str) -> str:
    """The section: who asked, what it took, what failed."""
    asked = sum(map(len, done.seconds.values()))
    wrong = f"{len(done.errors)} errors: {', '.join(sorted(set(done.errors)))}" if done.errors else "no error"
    pause = f"{_PAUSE[0]:.0f} to {_PAUSE[1]:.0f} s"
    return "\n".join(
        [
            "## People at their albums",
            "",
            f"{people} browsers at once at {albums} people's albums of {_EACH} photos; each shows a page for {pause}",
            f"and opens the next, in one run of `bench/web.py`: {asked:,} requests in {done.lasted:.0f} s, {wrong};",
            f"{busy} before it.",
            "One server process on the loopback, whoever asks on the same machine; nothing is kept by the browsers.",
            f"Machine: {machine(['fastapi', 'uvicorn', 'sqlalchemy'])}.",
            "",
            "| route | requests | a second | median, ms | 95 %, ms | 99 %, ms | slowest, ms |",
            "|---|---:|---:|---:|---:|---:|---:|",
            *(_line(route, done.seconds[route], done.lasted) for route in (_ME, _PICTURE, _ONE, _LARGE)),
            "",
            f"Memory of the server: {done.before_bytes / 1e6:,.0f} MB before, {done.peak_bytes / 1e6:,.0f} MB at most.",
        ]
    )


def _line(route: str, seconds: list[float], lasted: float) -> str:
    if not seconds:
        return f"| {route} | 0 | 0 | – | – | – | – |"
    ordered = sorted(seconds)
    parts = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.95, 0.99, 1)]
    return (
        f"| {route} | {len(ordered):,} | {len(ordered) / lasted:.1f} | {' | '.join(f'{one:,.0f}' for one in parts)} |"
    )


def run(people: int, albums: int, seconds: float) -> tuple[Load, str]:
    """Furnish, serve, browse; what came of it, and how busy the machine was before."""
    with tempfile.TemporaryDirectory(prefix="sayso-web-") as name:
        folder = Path(name)
        os.environ |= {"SAYSO_KEYS": str(folder / "keys"), "SAYSO_STATE": str(folder / "state")}
        visitors = furnish(folder, people, albums)
        busy = load()
        with serving(folder) as (url, process):
            before = memory(process, "VmRSS")
            done = asyncio.run(browse(url, visitors, seconds))
            done.before_bytes, done.peak_bytes = before, memory(process, "VmHWM")
    return done, busy


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Time pages while many people look at their albums.")
    arguments.add_argument("--people", type=int, default=200, help="how many at once")
    arguments.add_argument("--albums", type=int, default=40, help="whose they are")
    arguments.add_argument("--seconds", type=float, default=30, help="for how long they look")
    arguments.add_argument("--write", type=Path, help="also write the table to this page")
    given = arguments.parse_args()
    result, before = run(given.people, given.albums, given.seconds)
    text = markdown(result, given.people, given.albums, before)
    print(text)
    if given.write:
        write_section(given.write, "web", text)
