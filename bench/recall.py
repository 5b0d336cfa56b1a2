"""Counts which faces are found, and which are closed, on rendered scenes where that is hard.

May know: the detectors, pictures of people who do not exist, the truth about them. Must not know: who is who.
Run: ``.venv/bin/python bench/recall.py [--write docs/benchmarks.md]``. It takes the scenes of ``build/people/hard``
(``make people SET=hard``) from number 90 on, because the thresholds were chosen on those before; without them, those of
``demo/hard``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from report import load, machine, write_section
from sayso.measure.leaks import leak_rate
from sayso.values import Box
from sayso.vision import Closer, Locator, prepare, redact, second_detector
from sayso.vision.close import BLAZEFACE, TURNED, YUFACE, Region, merged
from sayso.vision.locate import SCALES, SMALL_FACES_SCALE

ROOT = Path(__file__).parents[1]
SCENES = 60
FIRST_UNSEEN = 90
EVENT_PHOTOS = 15

SIZES = (12, 24, 40, 81)
TILTS = (0, 45, 90, 135, 181)
SEEN = (0.25, 0.6, 0.9, 1.01)

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Face:
    """A face as the truth has it; ``tilt`` 0 to 180 degrees from upright, ``seen`` 0.25 to 1."""

    box: Box
    size: float
    tilt: float
    seen: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A photo with its faces, and with those of which so little is seen that they count for nothing."""

    rgb: Pixels
    faces: tuple[Face, ...]
    hidden: tuple[Box, ...]


@dataclass(slots=True)
class Tally:
    """What one way of looking came to. hits: (face, found or not); numbers are sums over photos."""

    hits: list[tuple[Face, bool]] = field(default_factory=list)
    photos: int = 0
    false: int = 0
    twice: int = 0
    area: float = 0.0
    seconds: list[float] = field(default_factory=list)

    def share(self, of: Callable[[Face], bool] = lambda _: True) -> str:
        """Found faces among those, in per cent."""
        found = [hit for face, hit in self.hits if of(face)]
        return f"{100 * np.mean(found):.1f}" if found else "–"

    def bands(self, edges: Sequence[float], value: Callable[[Face], float]) -> list[str]:
        """Shares between each two edges."""
        return [
            self.share(lambda face, low=low, high=high: low <= value(face) < high)  # type: ignore[misc]
            for low, high in pairwise(edges)
        ]

    def milliseconds(self) -> float:
        """Of the processor for a photo: the median."""
        return float(np.median(self.seconds)) * 1000


def scenes(folder: Path, first: int, count: int) -> list[Scene]:
    """So many scenes, spread over those from number ``first`` on."""
    paths = [path for path in sorted(folder.glob("[0-9]*.json")) if int(path.stem) >= first]
    step = max(1, len(paths) // count)
    return [_scene(path, json.loads(path.read_text())) for path in paths[::step][:count]]


def _scene(path: Path, truth: dict[str, list[dict[str, float]]]) -> Scene:
    faces = tuple(
        Face(box_of(one["box"]), one["size"], min(one["tilt"], 360 - one["tilt"]), one["seen"])  # type: ignore[arg-type]
        for one in truth["faces"]
    )
    return Scene(pixels(path.with_suffix(".jpg")), faces, tuple(box_of(one["box"]) for one in truth["hidden_faces"]))  # type: ignore[arg-type]


def event(count: int) -> list[Scene]:
    """Group photos of the demo, where nothing is hard."""
    made = []
    for path in sorted((ROOT / "demo" / "event").glob("*.json"))[:count]:
        boxes = [box_of(one["box"]) for one in json.loads(path.read_text())["people"]]
        faces = tuple(Face(box, min(box.width, box.height), 0.0, 1.0) for box in boxes)
        made.append(Scene(pixels(path.with_suffix(".jpg")), faces, ()))
    return made


def pixels(path: Path) -> Pixels:
    """A picture: (h, w, 3) uint8, red first."""
    with Image.open(path) as file:
        return np.asarray(file.convert("RGB"))


def box_of(edges: Sequence[float]) -> Box:
    """A box from its left, top, right and bottom edges."""
    left, top, right, bottom = edges
    return Box(left, top, right - left, bottom - top)


def find(look: Callable[[Pixels], list[Box]], photos: Sequence[Scene]) -> Tally:
    """Which faces are found by a way of looking for people.

    A box finds a face when its centre lies in the face's box and neither is more than five times as large as the other.
    One box finds one face. Other boxes are false, or find a face twice if they overlap one.
    """
    tally = Tally()
    look(photos[0].rgb)
    for scene in photos:
        start = time.process_time()
        boxes = look(scene.rgb)
        tally.seconds.append(time.process_time() - start)
        pairs = sorted(
            (-box.iou(face.box), first, second)
            for first, face in enumerate(scene.faces)
            for second, box in enumerate(boxes)
            if _finds(box, face.box)
        )
        finder: dict[int, int] = {}
        for _, first, second in pairs:
            if first not in finder and second not in finder.values():
                finder[first] = second
        tally.hits += [(face, number in finder) for number, face in enumerate(scene.faces)]
        tally.photos += 1
        for number, box in enumerate(boxes):
            if number in finder.values() or any(_touches(box, hidden) for hidden in scene.hidden):
                continue
            again = any(_touches(box, face.box) for face in scene.faces)
            tally.twice, tally.false = tally.twice + again, tally.false + (not again)
    return tally


def _finds(box: Box, face: Box) -> bool:
    x, y = box.centre
    inside = face.x <= x <= face.right and face.y <= y <= face.bottom
    return inside and 0.2 <= box.area / face.area <= 5


def _touches(box: Box, face: Box) -> bool:
    return box.overlap(face) > 0.3 * min(box.area, face.area)


def close(regions: Callable[[Pixels], list[Region]], photos: Sequence[Scene]) -> Tally:
    """Which faces are closed, as ``sayso.measure`` counts leaks; ``area``: sum of the shares closed for nothing."""
    tally = Tally()
    regions(photos[0].rgb)
    for scene in photos:
        start = time.process_time()
        found = regions(scene.rgb)
        tally.seconds.append(time.process_time() - start)
        covered = redact(scene.rgb, [one.box for one in found])[1] > 127
        for face in scene.faces:
            tally.hits.append((face, leak_rate([face.box], [False], covered).leaked == 0))
        everybody = [*(face.box for face in scene.faces), *scene.hidden]
        tally.area += leak_rate(everybody, [False] * len(everybody), covered).area_for_nothing
        tally.photos += 1
    return tally


def closed_before(locator: Locator, rgb: Pixels) -> list[Region]:
    """What was closed before photos were mirrored at their rim and turned for BlazeFace, to compare with."""
    sides = (*SCALES, SMALL_FACES_SCALE)
    found = [Region(face.box, face.score, BLAZEFACE) for face in locator.locate(rgb, scales=sides, threshold=0.3)]
    for side in (160, 640, max(rgb.shape[:2])):
        found += _turned(rgb, side, 0, 0.35, YUFACE)
    for degrees in (45, -45, 90, -90, 135, -135, 180):
        found += _turned(rgb, 640, degrees, 0.6, TURNED)
    large = 0.02 * rgb.shape[0] * rgb.shape[1]
    return merged(one for one in found if one.box.area <= large or one.score >= 0.45)


def _turned(rgb: Pixels, side: int, degrees: int, least: float, source: str) -> Iterator[Region]:
    high, wide = rgb.shape[:2]
    scale = side / max(high, wide)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), degrees, scale)
    cosine, sine = abs(turn[0, 0]), abs(turn[0, 1])
    size = round(wide * cosine + high * sine), round(wide * sine + high * cosine)
    turn[:, 2] += (size[0] - wide) / 2, (size[1] - high) / 2
    finds = second_detector.look(np.asarray(cv2.warpAffine(rgb, turn, size), np.uint8), least)
    back = cv2.invertAffineTransform(turn)
    halves = finds.boxes[:, 2:] / 2
    middles = (finds.boxes[:, :2] + halves) @ back[:, :2].T + back[:, 2]
    reaches = np.sqrt(halves**2 @ (back[:, :2] ** 2).T)
    for (x, y), (across, down), score in zip(middles.tolist(), reaches.tolist(), finds.scores.tolist(), strict=True):
        yield Region(Box(x - across, y - down, 2 * across, 2 * down), score, source)


def finding_table(locator: Locator, hard: Sequence[Scene], easy: Sequence[Scene]) -> Iterator[str]:
    """Rows of the table about finding people."""
    ways = {
        "upright at 3 sizes, score 0.5 (before)": {"scales": SCALES, "threshold": 0.5},
        "**as `add` looks**": {},
        "upright at 4 sizes, score 0.5 (before)": {"scales": (*SCALES, SMALL_FACES_SCALE), "threshold": 0.5},
        "**`add --small-faces`**": {"small_faces": True},
    }
    yield "| looking for people | 12–23 px | 24–39 | 40–80 | all | false a photo | twice | easy photos | time |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    tilts, first = [], 0.0
    for name, how in ways.items():

        def look(rgb: Pixels, how: dict[str, object] = how) -> list[Box]:
            return [one.box for one in locator.locate(rgb, **how)]  # type: ignore[arg-type]

        told, plain = find(look, hard), find(look, easy)
        first = first or told.milliseconds()
        cells = [
            *told.bands(SIZES, lambda face: face.size),
            told.share(),
            f"{told.false / told.photos:.2f}",
            f"{told.twice / told.photos:.2f}",
            f"{plain.share()}, {plain.false / plain.photos:.2f} false",
            f"{told.milliseconds() / first:.1f} ×",
        ]
        yield f"| {name} | {' | '.join(cells)} |"
        tilts.append(f"| {name} | {' | '.join(_difficulties(told))} |")
    yield from ("", *_difficulty_head("looking for people"), *tilts)


def closing_table(locator: Locator, hard: Sequence[Scene], easy: Sequence[Scene]) -> Iterator[str]:
    """Rows of the table about closing faces."""
    closer = Closer(locator)
    ways: dict[str, Callable[[Pixels], list[Region]]] = {
        "before": lambda rgb: closed_before(locator, rgb),
        "**as albums are closed**": closer.regions,
    }
    yield "| closing faces | 12–23 px | 24–39 | 40–80 | all | area for nothing | the same, easy photos | time |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|"
    tilts, first = [], 0.0
    for name, regions in ways.items():
        told, plain = close(regions, hard), close(regions, easy)
        first = first or told.milliseconds()
        cells = [
            *told.bands(SIZES, lambda face: face.size),
            told.share(),
            f"{100 * told.area / told.photos:.1f} %",
            f"{100 * plain.area / plain.photos:.1f} %, {plain.share()} closed",
            f"{told.milliseconds() / first:.1f} ×",
        ]
        yield f"| {name} | {' | '.join(cells)} |"
        tilts.append(f"| {name} | {' | '.join(_difficulties(told))} |")
    yield from ("", *_difficulty_head("closing faces"), *tilts)


def _difficulty_head(title: str) -> tuple[str, str]:
    columns = "tilt 0–44° | 45–89° | 90–134° | 135–180° | seen 25–59 % | 60–89 % | 90–100 %"
    return f"| {title} | {columns} |", "|---|---:|---:|---:|---:|---:|---:|---:|"


def _difficulties(tally: Tally) -> list[str]:
    return [*tally.bands(TILTS, lambda face: face.tilt), *tally.bands(SEEN, lambda face: face.seen)]


def main(page: Path | None) -> None:
    """Print the tables, and put them into ``page``."""
    busy = load()
    made = ROOT / "build" / "people" / "hard"
    unseen = [path for path in made.glob("[0-9]*.json") if int(path.stem) >= FIRST_UNSEEN]
    folder, first = (made, FIRST_UNSEEN) if len(unseen) >= SCENES else (ROOT / "demo" / "hard", 0)
    hard, easy = scenes(folder, first, SCENES), event(EVENT_PHOTOS)
    locator = Locator(prepare())
    packages = ["openvino", *(["yuface"] if second_detector.AVAILABLE else [])]
    faces = sum(len(one.faces) for one in hard)
    lines = [
        "## Which faces are found, and which are closed",
        "",
        f"Per cent of {faces} faces in {len(hard)} scenes of `{folder.relative_to(ROOT)}`",
        f"(tools/people/README.md), and of {len(easy)} group photos of the demo as easy ones, in one run of",
        f"`bench/recall.py`; {busy} before it. The people are rendered: the figures rank ways of looking, they promise",
        "nothing about real photos. Time: of the processor, as times of the first row.",
        f"Machine: {machine(packages)}.",
        "",
        *finding_table(locator, hard, easy),
        "",
        *closing_table(locator, hard, easy),
    ]
    told = "\n".join(lines)
    print(told)
    if page:
        write_section(page, "recall", told)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Count which faces are found, and which are closed.")
    arguments.add_argument("--write", type=Path, help="also put the tables into their section of this page")
    main(arguments.parse_args().write)
