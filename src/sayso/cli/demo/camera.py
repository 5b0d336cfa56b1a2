"""Prepares the event's photos as if a camera had written them: each scene has its own minutes of one day.

May know: scenes, files. Must not know: who is in a photo; a time that depended on it would be a dishonest cue.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ...values import Place, Window
from .exif import CameraFacts, with_facts
from .truth import Shot

CREATOR = "The demo's camera"
COPYRIGHT = "Nobody's rights: CC0"
#: By the lake of Geneva. No event took place there.
PLACE = Place(46.2074, 6.1559)

_DAY = datetime(2026, 6, 13, 9, 0)
#: Each scene lasts so long; one photo every two minutes.
SCENE = timedelta(minutes=20)
_BETWEEN = timedelta(minutes=2)

OCCASION = Window(_DAY - timedelta(hours=9), _DAY + timedelta(hours=14, minutes=59))


@dataclass(frozen=True, slots=True)
class Programme:
    """When each photo was taken, by name, and when each scene began."""

    taken: dict[str, datetime]
    begins: dict[tuple[str, str], datetime]

    def hour_of(self, scenes: Iterable[tuple[str, str]]) -> Window:
        """The hour, three scenes long, that holds most of these scenes, each as often as given; the first of equals."""
        moments = [self.begins[scene] for scene in scenes]
        hours = [Window(start, start + 3 * SCENE - timedelta(seconds=1)) for start in self.begins.values()]
        return max(hours, key=lambda hour: (sum(hour.holds(moment) for moment in moments), -hour.start.timestamp()))


def programme(shots: Iterable[Shot]) -> Programme:
    """Scenes one after the other in the order of their names; photos within a scene in the order of theirs."""
    by_scene: dict[tuple[str, str], list[Shot]] = {}
    for shot in sorted(shots, key=lambda one: (one.scene, one.name)):
        by_scene.setdefault(shot.scene, []).append(shot)
    begins = {scene: _DAY + number * SCENE for number, scene in enumerate(by_scene)}
    taken = {
        shot.name: begins[scene] + number * _BETWEEN
        for scene, inside in by_scene.items()
        for number, shot in enumerate(inside)
    }
    return Programme(taken, begins)


def write_photos(shots: Iterable[Shot], plan: Programme, folder: Path) -> None:
    """Copies of the photos with time, place, creator, copyright and thumbnail in their EXIF blocks."""
    folder.mkdir()
    for shot in shots:
        facts = CameraFacts(plan.taken[shot.name], PLACE, CREATOR, COPYRIGHT)
        (folder / f"{shot.name}.jpg").write_bytes(with_facts(shot.path.read_bytes(), facts))
