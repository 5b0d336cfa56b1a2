"""L9: a face that was found to be somebody's, and is not any more, leaves the albums that show it open."""

from __future__ import annotations

from pathlib import Path

import pytest

from sayso.archive import Doubt
from sayso.values import Purpose, Role
from tests.house import OPEN, SECOND, WREN, House, boxes, child, closed_share

WANDA = "wanda@example.org"

_KILLED = """
import importlib, os, sys
import sayso

def die(*_, **__):
    os._exit(9)

importlib.import_module("sayso.delivery.issue")._write = die
with sayso.open(sys.argv[1], name="anna") as archive:
    archive.review.confirm(int(sys.argv[2]), said_by_subject=True)
"""


@pytest.fixture
def claimed(found: House) -> tuple[House, Doubt]:
    """Somebody says that the face in one photo is hers, which a search had found to be another person's."""
    found.enrol(WANDA, None, purposes=[Purpose.FIND])
    photo, number = next(iter(found.faces("P10").items()))
    with found.open(SECOND) as archive:
        archive.people.point(WANDA, photo_id=photo, face=number)
        (doubt,) = archive.review.list(WANDA)
    return found, doubt


def shows(house: House, doubt: Doubt, album: Path) -> float | None:
    """How much of that face the album covers; None when the photo is not in it."""
    name = Path(doubt.photo.path)
    with house.open() as archive:
        mine = [one.photo.id for one in archive.people.photos(WREN)]
    pictures = sorted(album.glob("photos/*"))
    if doubt.photo.id not in mine:
        assert len(pictures) == len(mine)
        return None
    return closed_share(name, pictures[mine.index(doubt.photo.id)], boxes(name.stem)["P10"])


def test_L9_a_word_against_a_measurement_closes_the_face_in_albums(
    claimed: tuple[House, Doubt], tmp_path: Path
) -> None:
    house, doubt = claimed
    subject = house.subject(WREN)
    with house.open() as archive:
        archive.people.album(WREN, tmp_path / "wrens")
        archive.papers.export(WREN, tmp_path / "export")
        own = archive.acting(subject, Role.SUBJECT).mine
        before = own.refresh(subject).photos
    assert shows(house, doubt, tmp_path / "wrens") < OPEN  # type: ignore[operator]
    with house.open() as archive:
        archive.review.confirm(doubt.id, said_by_subject=True)
        album = archive.acting(subject, Role.SUBJECT).mine.album(subject)
    assert shows(house, doubt, tmp_path / "wrens") is None
    assert not (tmp_path / "export").exists()
    assert doubt.photo.id not in [one.id for one in album.photos]
    assert (len(album.photos), album.behind, album.waiting) == (before - 1, 0, 1)


def test_L9_a_kill_before_the_albums_are_written_leaves_that_to_the_next_opening(
    claimed: tuple[House, Doubt], tmp_path: Path
) -> None:
    house, doubt = claimed
    with house.open() as archive:
        archive.people.album(WREN, tmp_path / "wrens")
    done = child("-c", _KILLED, str(house.archive), str(doubt.id), environment=house.environment())
    assert done.returncode == 9, done.stderr
    house.open().close()
    assert shows(house, doubt, tmp_path / "wrens") is None


def test_L9_two_whom_a_search_cannot_tell_apart_leave_each_others_albums(found: House, tmp_path: Path) -> None:
    """A second record of the same person: both are as near to every face, and neither keeps it."""
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "wrens")
    assert list(tmp_path.glob("wrens/photos/*"))
    found.enrol(WANDA, "P10")
    with found.open() as archive:
        archive.people.find(subject=WANDA)
        assert archive.people.photos(WREN) == []
    assert not list(tmp_path.glob("wrens/photos/*"))
