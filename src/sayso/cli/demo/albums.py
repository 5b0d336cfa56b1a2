"""The six albums, checked against labels and against what a camera writes into its files.

May know: the front door, delivered files, the truth. Must not know: how faces are closed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...archive import Archive
from ...measure import LabelledCopy, LeakReport, leaks_in
from .camera import COPYRIGHT, CREATOR
from .cast import Person
from .exif import credit, private_facts
from .folder import DemoFolder
from .truth import Shot, Truth


@dataclass(frozen=True, slots=True)
class Page:
    """One photo of somebody's album: the file, the shot behind it, and who the program opened in it."""

    owner: Person
    copy: Path
    shot: Shot
    opened: frozenset[str]


@dataclass(frozen=True, slots=True)
class Checked:
    """What the albums show that they should not. ``files`` were looked into for place and thumbnail."""

    leaks: LeakReport
    files: int
    private: int
    credited: int

    @property
    def others(self) -> int:
        """Other people's faces of at least 24 pixels in the albums."""
        return self.leaks.goal.others

    @property
    def leaked(self) -> int:
        """Those of them that can be seen."""
        return self.leaks.goal.leaked


def album_of(folder: DemoFolder, person: Person) -> Path:
    """The folder of a person's album."""
    return folder.albums / person.label


def write_albums(house: Archive, folder: DemoFolder, cast: Sequence[Person]) -> tuple[int, int]:
    """All albums; how many photos are in them, and how many faces of others are closed."""
    reports = [house.people.album(person.subject, album_of(folder, person)) for person in cast]
    return sum(report.written for report in reports), sum(report.closed for report in reports)


def pages(house: Archive, folder: DemoFolder, truth: Truth, cast: Sequence[Person]) -> list[Page]:
    """Every photo in these people's albums, with the shot behind it."""
    found = []
    for person in cast:
        for number, one in enumerate(house.people.photos(person.subject), 1):
            copy = album_of(folder, person) / "photos" / f"{number:03}.jpg"
            shot = truth.shots[Path(one.photo.path).stem]
            opened = frozenset(filter(None, map(shot.owner_of, one.open_faces)))
            found.append(Page(person, copy, shot, opened))
    return found


def check(album_pages: Sequence[Page], folder: DemoFolder, sharing: Sequence[Person]) -> Checked:
    """Compare every delivered photo with its original: may be seen are the owner and those who share, nobody else."""
    open_to_all = {person.truth_id for person in sharing}
    copies = [_labelled(page, folder, open_to_all | {page.owner.truth_id}) for page in album_pages]
    files = [page.copy.read_bytes() for page in album_pages]
    return Checked(
        leaks_in(copies),
        len(files),
        sum(bool(private_facts(file)) for file in files),
        sum(credit(file) == (CREATOR, COPYRIGHT) for file in files),
    )


def seen(album_pages: Sequence[Page], folder: DemoFolder, person: Person) -> tuple[int, int]:
    """In how many photos of others' albums this person's face can be seen, of how many that show them."""
    copies = []
    for page in album_pages:
        boxes = tuple(one.box for one in page.shot.people if one.person == person.truth_id)
        if boxes and page.owner != person:
            copies.append(LabelledCopy(_original(page, folder), page.copy, boxes, (False,) * len(boxes)))
    report = leaks_in(copies)
    return report.leaked, report.others


def _labelled(page: Page, folder: DemoFolder, may_be_seen: set[str]) -> LabelledCopy:
    people = page.shot.people
    opened = tuple(one.person in may_be_seen for one in people)
    return LabelledCopy(_original(page, folder), page.copy, tuple(one.box for one in people), opened)


def _original(page: Page, folder: DemoFolder) -> Path:
    return folder.photos / f"{page.shot.name}.jpg"
