"""A whole archive in a folder of its own: made through the front door, copied for each test, and opened as anybody.

Everything is real: the models, the database, the keys, the pictures of people who do not exist.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

import sayso
from sayso.archive import Archive, Widening
from sayso.keys import KeyStore, master_from_file
from sayso.measure.copies import covered_in
from sayso.values import Box, Purpose, Reach, Role, Route, Window
from sayso.vision import decode

DEMO = Path(__file__).parents[1] / "demo"
PEOPLE = DEMO / "people"

#: The occasion of the collection, in camera time, and how many photos it has.
NOON = datetime(2026, 6, 14, 12, 0)
OCCASION = Window(NOON - timedelta(hours=12), NOON + timedelta(hours=11))

#: The demo photos of the shared collection. P10 is in three, P26 in four, P12 in two, P06 in three.
EVENT = ("g00", "g01", "g05", "g07", "g08", "g09", "g11", "g14")

#: Who is enrolled in ``enrolled``: label → demo person. Both agree to ``find``.
ENROLLED = {"wren@example.org": "P10", "robin@example.org": "P26"}
WREN, ROBIN = ENROLLED

COLLECTION = "Summer party"
CONTACT = "privacy@club.example"
CONTROLLER = "The Photo Club"
OPERATOR, SECOND, WITNESS, OTHER_WITNESS = "anna", "ben", "clara", "dora"
NOTICE = "We look for your face in the photos of the summer party if you say yes. You can say no at any time."

_FIND = (Purpose.FIND,)


class MovingClock:
    """The system's time, moved by as much as a test wants; ``at`` nails it to one moment."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._fixed: datetime | None = None

    def __call__(self) -> datetime:
        return (self._fixed or datetime.now(UTC)) + self._offset

    def move(self, by: timedelta) -> None:
        """Forwards, or backwards."""
        self._offset += by

    def at(self, moment: datetime) -> None:
        """Stand still at ``moment``."""
        self._fixed, self._offset = moment, timedelta()


#: From which share of a face's inner part it counts as closed, and up to which as open. What covers a face has one
#: random tone: where that comes near the skin's, up to a quarter of a closed face (1 in 25 redactions of one face
#: of the demo) can't be told from the photo, though nothing of it is left.
COVERED, OPEN = 0.6, 0.15


def closed_share(was: Any, now: Any, box: Sequence[float]) -> float:
    """Share (0 to 1) of a face's inner part in which nothing of the photo is left to see in a copy of its size.

    was, now: files or their bytes. box: left, top, right, bottom. What covers a face may have a tone near the skin's,
    so that a mean difference alone would not tell.
    """
    before, after = decode(was).rgb, decode(now).rgb
    assert before.shape == after.shape
    left, top, right, bottom = box
    wide, high = (right - left) * 0.2, (bottom - top) * 0.2
    rows, columns = slice(round(top + high), round(bottom - high)), slice(round(left + wide), round(right - wide))
    return float(covered_in(before, after)[rows, columns].mean())


@dataclass
class House:
    """One archive with its keys and state beneath ``root``; ``photos`` is the folder that was added to it.

    Everything that opens it must see ``environment()``; the fixtures set it for the test's own process.
    """

    root: Path
    photos: Path
    clock: MovingClock = field(default_factory=MovingClock)

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def database(self) -> Path:
        return self.archive / "sayso.db"

    @property
    def assessment(self) -> Path:
        return self.root / "assessment.txt"

    def environment(self) -> dict[str, str]:
        """What a process needs to find the keys and the archive."""
        return {
            "SAYSO_KEYS": str(self.keys),
            "SAYSO_STATE": str(self.state),
            "SAYSO_ARCHIVE": str(self.archive),
            "SAYSO_AS": OPERATOR,
            "SAYSO_WORKERS": "2",
        }

    def create(self, packs: Sequence[str] = ("EU",), *, notice: str = NOTICE, language: str = "en") -> Archive:
        """A new archive with a second operator, two witnesses and a notice (none if it is empty); no collection yet."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.assessment.write_text("Nobody in these photos exists.", "utf-8")
        made: Archive = sayso.create(
            self.archive,
            packs=packs,
            controller=CONTROLLER,
            contact=CONTACT,
            operator=OPERATOR,
            calibration="synthetic-40",
            clock=self.clock,
        )
        made.accounts.new(SECOND, Role.OPERATOR)
        for name in (WITNESS, OTHER_WITNESS):
            made.accounts.new(name, Role.REVIEWER)
        if notice:
            made.notices.publish(notice, language=language)
        return made

    def open(self, name: str = OPERATOR) -> Archive:
        """The archive as ``name``; close it, or use it in a ``with``."""
        opened: Archive = sayso.open(self.archive, name=name, route=Route.API, clock=self.clock)
        return opened

    def widening(self) -> Widening:
        """What opens ``swept`` for photos of people who do not exist."""
        return Widening("synthetic-people", self.assessment, OCCASION, self.clock() + timedelta(days=300))

    def collection(self, name: str = COLLECTION, *, reach: Reach = Reach.SWEPT, add: Path | None = None) -> None:
        """A collection, approved by the second operator if it needs it, with the photos of a folder."""
        with self.open() as archive:
            archive.collections.new(name, reach=reach, widening=None if reach is Reach.POINTED else self.widening())
        if reach is not Reach.POINTED:
            with self.open(SECOND) as archive:
                archive.collections.approve(name)
        if add is not None:
            with self.open() as archive:
                archive.photos.add([add], name)

    def enrol(
        self,
        label: str,
        person: str | None,
        *,
        purposes: Sequence[Purpose] = _FIND,
        collections: Sequence[str] = (COLLECTION,),
        witness: str = WITNESS,
        language: str = "en",
        confirm: bool = True,
    ) -> str:
        """Invite, enrol (with three captures of a demo person, or without any) and confirm; the subject's id."""
        with self.open() as archive:
            token = archive.people.invite(label, purposes=purposes, collections=collections)
            captures = captures_of(person) if person else []
            done = archive.people.enrol(
                token,
                purposes=purposes,
                captures=captures,
                witness=witness if captures else None,
                language=language,
            )
            if confirm and done.confirm_code:
                archive.people.confirm(done.confirm_code)
        return done.subject.id

    def subject(self, label: str) -> str:
        """The id of a living subject."""
        with self.open() as archive:
            return next(one.id for one in archive.people.list() if one.label == label)

    def shows(self, person: str) -> set[int]:
        """Ids of the photos in which a demo person truly is, whatever anybody found."""
        with self.open() as archive:
            listed = archive.photos.list()
        return {one.photo.id for one in listed if person in pictured(Path(one.photo.path).stem)}

    def faces(self, person: str) -> dict[int, int]:
        """The number of a demo person's face in each photo that shows them, by the photo's id; unlocated ones lack."""
        found = {}
        with self.open() as archive:
            for one in archive.photos.list():
                truth = boxes(Path(one.photo.path).stem).get(person)
                if truth is not None:
                    left, top, right, bottom = truth
                    place = Box(left, top, right - left, bottom - top)
                    best = max(archive.photos.faces(one.photo.id), key=lambda face: face.box.iou(place))
                    if best.box.iou(place) > 0.3:
                        found[one.photo.id] = best.number
        return found

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query on the database gives, past the program."""
        with closing(sqlite3.connect(self.database)) as raw:
            return raw.execute(query).fetchall()

    def matches(self) -> list[int]:
        """How many photos each person was matched in, the fewest first; whose they are the table does not tell."""
        query = "SELECT count(*) FROM matches WHERE outcome = 'matched' GROUP BY owner ORDER BY 1"
        return [count for (count,) in self.rows(query)]

    def key_ids(self, prefix: str = "") -> list[str]:
        """Ids of the keys that there are."""
        with self.open_keys() as keys:
            return keys.ids(prefix)

    def open_keys(self) -> KeyStore:
        """The key store itself; use it in a ``with``."""
        (folder,) = self.keys.iterdir()
        (seal,) = self.state.iterdir()
        return KeyStore.open(folder, seal, master_from_file(folder / "master.key", create=False))

    def cli(self, *words: str | Path, as_: str = OPERATOR, **extra: str) -> subprocess.CompletedProcess[str]:
        """Run ``sayso`` in a process of its own, with these words."""
        return child("-m", "sayso", *map(str, words), environment={**self.environment(), "SAYSO_AS": as_, **extra})

    def start(self, *words: str | Path, as_: str = OPERATOR, **extra: str) -> subprocess.Popen[str]:
        """Start ``sayso`` in a process of its own and go on; its output is read with ``communicate``."""
        return subprocess.Popen(
            [sys.executable, "-m", "sayso", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **self.environment(), "SAYSO_AS": as_, **extra},
        )

    def json(self, *words: str | Path, as_: str = OPERATOR) -> Any:
        """The JSON that a command prints; fails when the command does."""
        done = self.cli(*words, "--json", as_=as_)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def copy(self, to: Path) -> House:
        """The same archive elsewhere, with its own keys and state. Photos left in their folder are shared."""
        to.mkdir(parents=True, exist_ok=True)
        for part in (self.archive, self.keys, self.state):
            shutil.copytree(part, to / part.name)
        shutil.copy(self.assessment, to)
        made = House(to, self.photos)
        made.clock._offset, made.clock._fixed = self.clock._offset, self.clock._fixed
        return made


def child(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run this Python with these words; its output and exit code, whatever they are."""
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        env={**os.environ, **(environment or {})},
        cwd=Path(__file__).parents[1],
        timeout=300,
        check=False,
    )


def captures_of(person: str, count: int = 3) -> list[Path]:
    """The first captures of a demo person."""
    return [PEOPLE / person / f"{number}.jpg" for number in range(count)]


def pictured(name: str) -> list[str]:
    """The demo people in a demo photo, by its name without an ending."""
    truth = json.loads((DEMO / "event" / f"{name}.json").read_text())
    return [one["id"] for one in truth["people"]]


def boxes(name: str) -> dict[str, tuple[float, float, float, float]]:
    """Where each demo person's face is in a demo photo: left, top, right, bottom in pixels."""
    truth = json.loads((DEMO / "event" / f"{name}.json").read_text())
    return {one["id"]: tuple(one["box"]) for one in truth["people"]}


def shoot(source: Path, target: Path, taken: datetime | None, *, side: int | None = None) -> Path:
    """A picture saved anew with a camera's time in its EXIF block, or with none; ``side`` is its longest side."""
    with Image.open(source) as opened:
        image = opened.convert("RGB")
    if side:
        image.thumbnail((side, side))
    exif = Image.Exif()
    if taken is not None:
        stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = stamp
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(target, quality=88, exif=exif)
    return target
