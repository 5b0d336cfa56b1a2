"""The demo's page: originals beside what was delivered, what each reach cost, and where the albums are.

May know: files of the demo, labels, numbers. Must not know: the archive.
Originals are shown here because nobody in them exists; no other page of Sayso shows one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from ...look import style
from .albums import Page, album_of
from .cast import Person
from .folder import DemoFolder
from .goodbye import Goodbye
from .reaches import Row

_SAID = {
    "pointed": "“That one is me.” Only faces that somebody points at are measured.",
    "narrowed": "“I was there around eleven.” Only faces in photos of that hour are measured.",
    "swept": "Every face is measured once, compared in memory and discarded.",
    "no template": "One person points at every photo and stands by it. Nobody is measured.",
}

_MOST_PAIRS = 4

# So many people in a photo show best what is open and what is closed.
_MIDDLING = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """An original and the same photo as one person received it; paths are relative to the page."""

    original: str
    copy: str
    caption: str
    alt_original: str
    alt_copy: str


@dataclass(frozen=True, slots=True)
class Album:
    """A link to somebody's album."""

    label: str
    href: str
    cover: str
    photos: int


def write_sheet(
    folder: DemoFolder, album_pages: Sequence[Page], left: Sequence[Person], rows: Sequence[Row], goodbye: Goodbye
) -> None:
    """Write DIR/index.html. left: the people whose albums still stand."""
    environment = Environment(
        loader=PackageLoader("sayso.cli.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    widest = max((row.counts.exposure for row in rows), default=0)
    page = environment.get_template("sheet.html").render(
        pairs=_pairs(folder, album_pages, left),
        albums=[_album(folder, album_pages, person) for person in left],
        rows=rows,
        said=_SAID,
        widest=max(widest, 1),
        goodbye=goodbye,
        css=style("sayso.cli.demo", "templates/sheet.css"),
    )
    folder.page.write_text(page, "utf-8")


def _pairs(folder: DemoFolder, album_pages: Sequence[Page], left: Sequence[Person]) -> list[Pair]:
    """One photo from each of some albums, each another shot; first those in which somebody shares."""
    chosen: list[Page] = []
    for person in left[:_MOST_PAIRS]:
        shown = {page.shot.name for page in chosen}
        mine = [page for page in album_pages if page.owner == person and page.shot.name not in shown]
        chosen += sorted(mine, key=_least_telling)[:1]
    labels = {person.truth_id: person.label for person in left}
    return [_pair(folder, page, labels) for page in chosen]


def _least_telling(page: Page) -> tuple[bool, int, str]:
    """Sorts photos with several open faces and a middling number of people first."""
    return len(page.opened) < 2, abs(len(page.shot.people) - _MIDDLING), page.shot.name


def _pair(folder: DemoFolder, page: Page, labels: dict[str, str]) -> Pair:
    people = len(page.shot.people)
    opened = [
        page.owner.label,
        *sorted(labels[one] for one in page.opened if one in labels and one != page.owner.truth_id),
    ]
    closed = people - len(page.opened)
    sharing = f" {_listed(opened[1:])} shared their face, so it is open." if len(opened) > 1 else ""
    rest = f"{closed} {'face is' if closed == 1 else 'faces are'} closed"
    return Pair(
        _path(folder, folder.photos / f"{page.shot.name}.jpg"),
        _path(folder, page.copy),
        f"In {page.owner.label}’s album.{sharing} {rest[0].upper()}{rest[1:]}.",
        f"The original photo of {people} made-up people, all faces visible",
        f"The same photo as delivered: {_listed(opened)} can be seen, {rest}",
    )


def _album(folder: DemoFolder, album_pages: Sequence[Page], person: Person) -> Album:
    mine = [page for page in album_pages if page.owner == person]
    cover = mine[0].copy.parents[1] / "thumbs" / mine[0].copy.name if mine else None
    return Album(
        person.label,
        _path(folder, album_of(folder, person) / "index.html"),
        _path(folder, cover) if cover else "",
        len(mine),
    )


def _path(folder: DemoFolder, path: Path) -> str:
    return quote(path.relative_to(folder.root).as_posix())


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
