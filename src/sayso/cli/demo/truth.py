"""What is true in the demo's photos: who is where, in which scene. The program never sees it; the demo judges by it.

May know: the demo's data folder. Must not know: the archive.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import UsageError
from ...values import Box

# Intersection over union from which a located face is a labelled one. Labels frame the face closely, the locator wider.
_SAME_FACE = 0.3

_CAPTURES = 3


@dataclass(frozen=True, slots=True)
class Pictured:
    """One labelled face; the box is in pixels of the photo."""

    person: str
    box: Box


@dataclass(frozen=True, slots=True)
class Shot:
    """One photo of the event. ``scene`` is its light and background."""

    path: Path
    scene: tuple[str, str]
    people: tuple[Pictured, ...]

    @property
    def name(self) -> str:
        return self.path.stem

    def owner_of(self, box: Box) -> str | None:
        """Whose face is in a located box; None when no label is near."""
        best = max(self.people, key=lambda one: one.box.iou(box), default=None)
        return best.person if best is not None and best.box.iou(box) >= _SAME_FACE else None

    def shows(self, person: str) -> bool:
        return any(one.person == person for one in self.people)


@dataclass(frozen=True, slots=True)
class Truth:
    """All photos of the event by name, and where each person's portraits lie."""

    shots: dict[str, Shot]
    portraits: Path
    women: frozenset[str]

    @property
    def faces(self) -> int:
        return sum(len(shot.people) for shot in self.shots.values())

    def captures(self, person: str) -> list[Path]:
        """Three portraits, made to enrol."""
        return [self.portraits / person / f"{number}.jpg" for number in range(_CAPTURES)]

    def photos_of(self, person: str) -> list[Shot]:
        return [shot for shot in self.shots.values() if shot.shows(person)]

    def most_pictured(self, count: int) -> list[str]:
        """The people in most photos, women and men in turn."""
        seen = Counter(one.person for shot in self.shots.values() for one in shot.people)
        order = sorted(seen, key=lambda person: (-seen[person], person))
        women = [person for person in order if person in self.women]
        men = [person for person in order if person not in self.women]
        mixed = [person for pair in zip(women, men, strict=False) for person in pair]
        return mixed[:count]


def find_data(given: Path | None) -> Path:
    """The folder with the made-up people: the one given, the checkout's, or ./demo. Raises UsageError."""
    checkout = Path(__file__).parents[4] / "demo"
    for folder in [given] if given is not None else [checkout, Path("demo")]:
        if (folder / "event").is_dir() and (folder / "people").is_dir():
            return folder
    raise UsageError(
        f"The demo's people are not in {given if given is not None else checkout}.",
        "Give the `demo` folder of the source code with --data; installed packages do not carry it.",
    )


def read_truth(folder: Path) -> Truth:
    """The labels of a demo folder. Raises UsageError when it is damaged or too small for the story."""
    try:
        shots = [_shot(path) for path in sorted((folder / "event").glob("*.json"))]
        metas = [json.loads(path.read_text("utf-8")) for path in sorted((folder / "people").glob("*/meta.json"))]
        women = frozenset(meta["id"] for meta in metas if meta["female"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"The demo's data in {folder} is damaged: {error}.", "Fetch the folder again.") from None
    truth = Truth({shot.name: shot for shot in shots}, folder / "people", women)
    cast = truth.most_pictured(6)
    if len(cast) < 6 or any(len(truth.photos_of(person)) < 2 for person in cast):
        raise UsageError(
            f"There are too few photos in {folder / 'event'}.", "It takes six people, each in two photos or more."
        )
    return truth


def _shot(label: Path) -> Shot:
    facts: dict[str, Any] = json.loads(label.read_text("utf-8"))
    people = tuple(Pictured(one["id"], _box(*one["box"])) for one in facts["people"])
    return Shot(label.parent / facts["file"], (facts["light"], facts["background"]), people)


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    return Box(left, top, right - left, bottom - top)
