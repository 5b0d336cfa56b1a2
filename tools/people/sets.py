"""The sets: what one item of each is, and how it is written to files.

May know: scenes, portraits, turns, live poses, files. Must not know: how many processes work on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .develop import jpeg
from .figure import Person, make_person
from .live import live_poses
from .portraits import portrait
from .scenes import hard_scene
from .turns import CONVENTION, head_turn

_JPEG_QUALITY = 85
# Which of a person's portraits are taken: one from the front and neutral, one turned in another light.
_PORTRAITS = (0, 3)
# The first person of each set; people of no two sets are the same, nor of the demo (seeds 300 to 428).
_THOUSAND_FROM, _TURNS_FROM, _LIVE_FROM = 10_000, 50_000, 60_000

Truth = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Set:
    """items: how many the full set has. make: writes one into a folder; its truth file is written last.

    truth_file: that file's path by the item's number, which says that the item is finished.
    """

    name: str
    items: int
    make: Callable[[int, Path], None]
    truth_file: Callable[[int], str]


def _write_truth(path: Path, truth: Truth) -> None:
    """Write the file whole or not at all, so that a stopped run leaves no item that only looks finished."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.write_text(json.dumps(truth, indent=1) + "\n", "utf-8")
    unfinished.replace(path)


def _make_hard(number: int, folder: Path) -> None:
    photo, truth = hard_scene(number)
    name = f"{number:04}"
    folder.joinpath(f"{name}.jpg").write_bytes(photo)
    _write_truth(folder / f"{name}.json", {"file": f"{name}.jpg"} | dict(truth))


def _make_portraits(number: int, folder: Path) -> None:
    person = make_person(_THOUSAND_FROM + number)
    own = folder / f"P{number:04}"
    own.mkdir(exist_ok=True)
    photos = []
    for index in _PORTRAITS:
        photo, truth = portrait(person, index)
        own.joinpath(f"{index}.jpg").write_bytes(jpeg(photo, _JPEG_QUALITY))
        photos.append(truth)
    who = person.body.identity
    _write_truth(
        own / "meta.json",
        {"id": own.name, "seed": who.seed, "synthetic": True, "tone": round(who.tone, 2), "photos": photos},
    )


def _make_turn(number: int, folder: Path) -> None:
    person = make_person(_TURNS_FROM + number)
    own = folder / f"T{number:03}"
    own.mkdir(exist_ok=True)
    frames: list[Truth] = []
    for photo, truth in head_turn(person):
        own.joinpath(f"frame_{len(frames):02}.jpg").write_bytes(jpeg(photo, _JPEG_QUALITY))
        frames.append(truth)
    seed = person.body.identity.seed
    _write_truth(
        own / "meta.json",
        {"id": own.name, "seed": seed, "synthetic": True, "convention": CONVENTION, "frames": frames},
    )


def _make_live(number: int, folder: Path) -> None:
    own = folder / f"L{number:03}"
    own.mkdir(exist_ok=True)
    write_live(make_person(_LIVE_FROM + number), own)


def write_live(person: Person, folder: Path) -> None:
    """The frames of a person's live poses, and the truth about them, into a folder that is there."""
    frames: list[Truth] = []
    for photo, truth in live_poses(person):
        folder.joinpath(f"frame_{len(frames):02}.jpg").write_bytes(jpeg(photo, _JPEG_QUALITY))
        frames.append(truth)
    seed = person.body.identity.seed
    _write_truth(
        folder / "meta.json",
        {"id": folder.name, "seed": seed, "synthetic": True, "convention": CONVENTION, "frames": frames},
    )


SETS = {
    made.name: made
    for made in (
        Set("hard", 300, _make_hard, lambda number: f"{number:04}.json"),
        Set("thousand", 1000, _make_portraits, lambda number: f"P{number:04}/meta.json"),
        Set("turns", 200, _make_turn, lambda number: f"T{number:03}/meta.json"),
        Set("live", 40, _make_live, lambda number: f"L{number:03}/meta.json"),
    )
}
