"""What face chips cost and save: bytes a face, and the time to have a photo's faces ready to be measured.

May know: the front door, the finding room's two ways to a chip. Must not know: vectors, anybody real.
Run: ``.venv/bin/python bench/chips.py [--write docs/benchmarks.md]``. All numbers of the table come from one run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image

import sayso
from report import load, machine, write_section
from sayso import photos
from sayso.archive import Archive, Widening
from sayso.finding.chips import Shelf, Upright
from sayso.finding.measurer import upright
from sayso.values import Purpose, Reach, Role, Window

DEMO = Path(__file__).parents[1] / "demo"
PHOTOS = 24
ROUNDS = 5
NAME = "Bench"
SIZES = ((1280, "as they are, 1280 pixels wide"), (4096, "enlarged to 4096 pixels, 11 MP"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", type=Path, metavar="FILE", help="the page whose section is written anew")
    chosen = parser.parse_args()
    rows = [row(width, title) for width, title in SIZES]
    how = f"{PHOTOS} photos of the demo's event, median of {ROUNDS} rounds, one thread"
    columns = ("photos", "faces kept", "bytes a face, sealed", "anew, ms a photo", "from chips, ms a photo", "ratio")
    text = "\n".join(
        [
            "## Face chips",
            "",
            f"`.venv/bin/python bench/chips.py`: {how}. To have all faces of a photo ready to be measured, anew (read,",
            "decode, align) or from chips (read, decrypt, decode).",
            f"{machine(['opencv-python-headless', 'openvino', 'cryptography'])}; {load()}.",
            "",
            f"| {' | '.join(columns)} |",
            "|---" * len(columns) + "|",
            *rows,
        ]
    )
    print(text)
    if chosen.write:
        write_section(chosen.write, "chips", text)


def row(width: int, title: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ |= {"SAYSO_KEYS": str(root / "keys"), "SAYSO_STATE": str(root / "state")}
        with filled(root, width) as archive:
            door = archive._door
            collection = archive.collections.get(NAME)
            listed = [one.photo for one in archive.photos.list()]
            with door.ground.database.begin() as session:
                shelf = Shelf(session, door.ground, door.sight, collection)
                faces = {photo.id: photos.faces_of(session, photo.id) for photo in listed}
            listed = [photo for photo in listed if shelf.take(photo, faces[photo.id])]

            def anew() -> None:
                for photo in listed:
                    boxes = [face.box for face in faces[photo.id]]
                    source = photos.load(photo, door.ground.blobs)
                    upright(door.sight, source, boxes, full_size=(photo.width, photo.height))

            def kept() -> list[Upright | None]:
                return [shelf.take(photo, faces[photo.id]) for photo in listed]

            chips = sum(chip is not None for one in kept() if one for chip in one.chips.values())
            size = sum(path.stat().st_size for path in (root / "archive/photos/chips").rglob("*") if path.is_file())
            slow, fast = timed(anew, kept)
    each = 1000 / len(listed)
    return f"| {title} | {chips} | {size / chips:,.0f} | {slow * each:.1f} | {fast * each:.1f} | {slow / fast:.1f} |"


def timed(*works: Callable[[], object]) -> list[float]:
    """Median seconds of each, in turns, so that whatever else the machine does meets all alike."""
    taken: list[list[float]] = [[] for _ in works]
    for number in range(ROUNDS + 1):
        for own, work in zip(taken, works, strict=True):
            began = time.perf_counter()
            work()
            if number:
                own.append(time.perf_counter() - began)
    return [statistics.median(own) for own in taken]


def filled(root: Path, width: int) -> Archive:
    """An archive that has been searched for one person, with chips kept."""
    noon = datetime(2026, 6, 14, 12)
    shots = root / "shots"
    shots.mkdir()
    for number, path in enumerate(sorted((DEMO / "event").glob("*.jpg"))[:PHOTOS]):
        with Image.open(path) as picture:
            exif = Image.Exif()
            exif.get_ifd(0x8769)[0x9003] = f"{noon + timedelta(minutes=number):%Y:%m:%d %H:%M:%S}"
            size = (width, round(picture.height * width / picture.width))
            picture.convert("RGB").resize(size, Image.Resampling.BICUBIC).save(shots / path.name, quality=90, exif=exif)
    (root / "assessment.txt").write_text("Nobody in these photos exists.", "utf-8")
    path = root / "archive"
    made: Archive = sayso.create(
        path, packs=["EU"], controller="Bench", contact="x@y.example", operator="anna", calibration="synthetic-40"
    )
    with made:
        made.accounts.new("ben", Role.OPERATOR)
        made.accounts.new("clara", Role.REVIEWER)
        made.notices.publish("We look for your face if you say yes.", language="en")
        occasion = Window(noon - timedelta(hours=1), noon + timedelta(hours=10))
        until = datetime.now(UTC) + timedelta(days=60)
        basis = Widening("synthetic-people", root / "assessment.txt", occasion, until)
        made.collections.new(NAME, reach=Reach.SWEPT, widening=basis)
        made.photos.add([shots], NAME)
    with sayso.open(path, name="ben") as second:
        second.collections.approve(NAME)
    opened: Archive = sayso.open(path, name="anna")
    opened.collections.keep_chips(NAME, datetime.now(UTC) + timedelta(days=30))
    token = opened.people.invite("wren@example.org", purposes=[Purpose.FIND], collections=[NAME])
    captures = [DEMO / "people/P10" / f"{number}.jpg" for number in range(3)]
    done = opened.people.enrol(token, purposes=[Purpose.FIND], captures=captures, witness="clara")
    opened.people.confirm(done.confirm_code or "")
    opened.people.find()
    return opened


if __name__ == "__main__":
    main()
