"""F4: a withdrawal that is killed at any step is completed when the archive is opened next, once and whole."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sayso.values import Purpose
from tests.house import COVERED, DEMO, ENROLLED, EVENT, OPERATOR, ROBIN, WREN, House, boxes, closed_share

from .killed import KILLED, STEPS, move_in

ROOT = Path(__file__).parents[2]

#: Steps at which the first transaction has not been committed yet.
UNCOMMITTED = {
    *(f"{when} {name}" for name in ("the refusal", "the key of the rest") for when in ("before", "after")),
    *(f"before {kind} {number}" for kind in ("commit", "sync") for number in (1, 2, 3)),
}


@dataclass
class Killed:
    """The folder with one archive for each step, and how each process ended."""

    folder: Path
    codes: dict[str, int]


@pytest.fixture(scope="module")
def killed(_empty_base: House, event_photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder = tmp_path_factory.mktemp("killed")
    photos = folder / "photos"
    photos.mkdir()
    for name in EVENT[:2]:
        shutil.copy(event_photos / f"{name}.jpg", photos)
    with pytest.MonkeyPatch.context() as patch:
        for name in _empty_base.environment():
            patch.setenv(name, "")
        base = _empty_base.copy(folder / "base" / "house")
        move_in(folder / "base")
        base.collection(add=photos)
        for label, person in ENROLLED.items():
            base.enrol(label, person, purposes=[Purpose.FIND, Purpose.SHARE])
        with base.open() as archive:
            archive.people.find()
            for label in ENROLLED:
                archive.people.album(label, folder / "now" / label)
    assert base.matches() == [1, 2]
    for step in STEPS:
        shutil.copytree(folder / "base", folder / step)
    done = subprocess.run(
        [sys.executable, "-m", "tests.law.killed", str(folder)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    return Killed(folder, json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("step", STEPS)
def test_F4_killed_at_this_step_it_completes(killed: Killed, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = killed.folder / step
    house = House(place / "house", place)
    for name in house.environment():
        monkeypatch.setenv(name, "")
    move_in(place)
    assert killed.codes[step] == KILLED, "the step was not reached"

    with house.open() as archive:
        left = {one.label for one in archive.people.list()}
        entries = [entry for entry in archive.ledger.list() if entry.verb == "withdraw"]
        archive.ledger.verify()
        templates = archive.status().templates
    if not entries:
        # Before the refusal was said nothing has happened: the person is there, with all that is theirs.
        assert step in UNCOMMITTED
        assert left == {WREN, ROBIN}
        assert house.matches() == [1, 2]
        return
    # A refusal that was remembered beside the keys, but not committed, is carried out when the archive is opened.
    assert [entry.actor for entry in entries] in ([OPERATOR], ["sayso"] if step in UNCOMMITTED else [])
    assert left == {ROBIN}
    # Two purposes with a key each, of which one has a template.
    assert (templates, len(house.key_ids("data-"))) == (1, 2)
    assert house.key_ids("withdrawal-") == []
    assert house.matches() == [1]
    rows = {
        name: house.rows(f"SELECT count(*) FROM {name}")[0][0]
        for name in ("withdrawals", "issued_albums", "issued_faces")
    }
    assert rows == {"withdrawals": 0, "issued_albums": 1, "issued_faces": 1}
    assert list((place / WREN).rglob("*.jpg")) == []
    assert (place / ROBIN / "index.html").is_file()
    after = (place / ROBIN / "photos" / "001.jpg").read_bytes()
    assert _closed(after, WREN) > COVERED, "the face of the person who withdrew is still open in the other's album"
    assert _closed(after, ROBIN) < 0.15, "the owner's own face must stay open"


def _closed(rendition: bytes, label: str) -> float:
    """Share of a person's face in the first photo in which nothing is left to see."""
    return closed_share(DEMO / "event" / f"{EVENT[0]}.jpg", rendition, boxes(EVENT[0])[ENROLLED[label]])
