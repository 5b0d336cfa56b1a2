"""A real archive with one collection, and real photos with times and places in their EXIF blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from sayso import photos
from sayso.clock import system_clock
from sayso.engine import Engine, InProcess
from sayso.storage import Base, Database, FolderBlobs, Session
from sayso.values import Collection, Counts, Report

EVENT = Path(__file__).parents[2] / "demo" / "event"
NOON = datetime(2026, 6, 14, 12, 0)
NOW = datetime(2026, 6, 20, 9, 30, tzinfo=UTC)

Shots = Callable[..., list[Path]]


@dataclass
class Archive:
    """Database and files in a folder; ``notes`` is what the caller's ledger would have been told, chunk by chunk."""

    folder: Path
    notes: list[Counts] = field(default_factory=list)
    engine: Engine = field(default_factory=lambda: InProcess(2))

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.database = Database(self.folder / "archive.db")
        Base.metadata.create_all(self.database.engine)
        self.blobs = FolderBlobs(self.folder / "files")
        with self.database.begin() as session:
            self.collection: Collection = photos.new_collection(
                session, name="Summer party", packs=("eu-gdpr",), calibration="demo", now=NOW
            )

    def add(self, *paths: Path | str, copy: bool = False, tags: tuple[str, ...] = ()) -> Report:
        """Add photos with the archive's engine."""

        def note(_: Session, counts: Counts) -> None:
            self.notes.append(counts)

        return photos.add(
            self.database,
            self.blobs,
            self.collection.id,
            list(paths),
            copy=copy,
            tags=tags,
            engine=self.engine,
            clock=system_clock,
            on_chunk=note,
        )

    def listed(self) -> list[photos.Listed]:
        """Every photo, by id."""
        with self.database.begin() as session:
            return photos.list_photos(session, self.collection.id)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path / "archive")
    yield made
    made.database.close()


def shoot(target: Path, number: int, *, quality: int = 88, side: int | None = None, shade: int = 0) -> Path:
    """A demo photo saved anew, taken ``number`` minutes after noon at ``number`` hundredths of a degree north.

    shade: paints a corner, so that each shade is another file and another picture.
    """
    with Image.open(EVENT / f"g{number % 12:02}.jpg") as opened:
        image = opened.convert("RGB")
    if side:
        image.thumbnail((side, side))
    if shade:
        image.paste((shade * 37 % 256, shade * 91 % 256, shade * 53 % 256), (0, 0, 8, 8))
    exif = Image.Exif()
    moment = NOON + timedelta(minutes=number)
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = moment.strftime("%Y:%m:%d %H:%M:%S")
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (45.0, 0.0, 36.0 * number), 3: "W", 4: (73.0, 30.0, 0.0)})
    image.save(target, quality=quality, exif=exif)
    return target


@pytest.fixture
def shots(tmp_path: Path) -> Shots:
    """Makes ``count`` different photos in a new folder; the small ones are 320 pixels wide."""

    def make(count: int, folder: str = "card", *, small: bool = True) -> list[Path]:
        place = tmp_path / folder
        place.mkdir(exist_ok=True)
        side = 320 if small else None
        return [shoot(place / f"p{n:04}.jpg", n, side=side, shade=n // 12) for n in range(count)]

    return make
