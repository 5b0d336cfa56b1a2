"""Counts how often the judge of live captures takes an attack for a person (APCER), and a person for an attack (BPCER).

May know: the judge, pictures of people who do not exist. Must not know: archives.
Run: ``.venv/bin/python bench/liveness.py [--write docs/benchmarks.md]``. It takes the live poses of
``build/people/live`` (``make people SET=live``), without them those of ``demo/live``, and the head turns of
``demo/turns`` and ``build/people/turns``. Rates and their names follow ISO/IEC 30107-3; each person makes one
presentation of a kind, so that they are independent.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random

import numpy as np

from report import machine, write_section
from sayso.measure.intervals import wilson
from sayso.measure.presenting import Frames, Pixels, Presenter, present
from sayso.measure.prints import Held, Print, shown
from sayso.vision import Aligner, Locator, decode, encode_jpeg, prepare
from sayso.vision.challenge import SIDEWAYS, Prompt, draw_challenge
from sayso.vision.liveness import Judge, Relief, State
from sayso.vision.relief import eyes_apart

ROOT = Path(__file__).parents[1]
SIZE = (640, 480)
STEPS = 7

#: Degrees from which a head is on its way, and at which one that nods still looks straight ahead.
_BEGUN, _ASIDE = 4.0, 6.0


@dataclass
class Tally:
    """What came of the presentations of one kind."""

    shown: int = 0
    passed: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    relief: list[Relief] = field(default_factory=list)
    frames: int = 0
    seconds: float = 0.0


class Bench:
    """The judge's models, and presentations to it."""

    def __init__(self) -> None:
        store = prepare()
        self.locator, self.aligner = Locator(store), Aligner(store)

    def play(self, tally: Tally, frames: Frames, random: Random, *, replayed: bool = False, every: int = 125) -> None:
        """One presentation. replayed: it follows another challenge than the one that is asked."""
        asked = draw_challenge(random, ways=tuple(frames.ways))
        other = draw_challenge(random, ways=tuple(frames.ways))
        while replayed and [one.prompt for one in other] == [one.prompt for one in asked]:
            other = draw_challenge(random, ways=tuple(frames.ways))
        instead = {number: one.prompt for number, one in enumerate(other)} if replayed else None
        judge = Judge(asked, self.locator, self.aligner)
        start = time.process_time()
        said = present(judge, Presenter(frames, instead=instead), every=every)
        tally.seconds += time.process_time() - start
        tally.frames += judge.frames
        tally.shown += 1
        tally.passed += said.state is State.DONE
        tally.failures[said.failure or ("passed" if said.state is State.DONE else "unfinished")] += 1
        tally.relief += judge.relief
        judge.close()

    def print_of(self, picture: Pixels) -> tuple[Print, float]:
        """A print of a straight look, turned about the bridge of its nose, and its eye distance."""
        landmarks = self.aligner.align(picture, self.locator.locate(picture)[:1]).landmarks[0]
        x, y = landmarks[6, :2].tolist()
        return Print(picture, (x, y)), eyes_apart(landmarks)

    def with_holes(self, one: Print) -> Print:
        """The same with its eyes cut out."""
        landmarks = self.aligner.align(one.picture, self.locator.locate(one.picture)[:1]).landmarks[0]
        apart = eyes_apart(landmarks)
        middles = [landmarks[corners, :2].mean(0) for corners in ([33, 133], [362, 263])]
        boxes = [(x - 0.3 * apart, y - 0.14 * apart, x + 0.3 * apart, y + 0.14 * apart) for x, y in middles]
        return Print(one.picture, one.middle, eyes=tuple(boxes), behind=0.35 * apart)


def attack(one: Print, widest: float, *, sliding: float = 0.0) -> Frames:
    """Whoever holds the print sees what is asked, and turns, tilts or brings it nearer, up to ``widest`` degrees."""

    def way(prompt: Prompt) -> list[Pixels]:
        return [_jpeg(shown(one, _held(prompt, step / STEPS, widest, sliding), SIZE)) for step in range(1, STEPS + 1)]

    straight = [_jpeg(shown(one, Held(across=0.4 * number), SIZE)) for number in range(3)]
    return Frames(straight, {prompt: way(prompt) for prompt in Prompt})


def _held(prompt: Prompt, share: float, widest: float, sliding: float) -> Held:
    match prompt:
        case Prompt.LEFT:
            return Held(yaw=widest * share, across=sliding * share)
        case Prompt.RIGHT:
            return Held(yaw=-widest * share, across=-sliding * share)
        case Prompt.UP:
            return Held(pitch=-widest * share, down=-sliding * share)
        case Prompt.DOWN:
            return Held(pitch=widest * share, down=sliding * share)
        case Prompt.CLOSER:
            return Held(nearer=1 + 0.6 * share)


def swapped(frames: Frames) -> Frames:
    """Pictures of every pose, held up one after the other: nothing lies between straight and turned."""
    return Frames(frames.straight, {prompt: [way[-1]] * 2 for prompt, way in frames.ways.items()})


def live_people(*folders: Path) -> Iterator[tuple[str, Frames]]:
    """Everybody with live poses."""
    for folder in folders:
        for truth in sorted(folder.glob("*/meta.json")):
            steps = json.loads(truth.read_text())["frames"]
            rgb = [decode(truth.parent / f"frame_{k:02}.jpg").rgb for k in range(len(steps))]
            ways: dict[str, list[Pixels]] = {}
            for picture, step in zip(rgb, steps, strict=True):
                ways.setdefault(step["way"], []).append(picture)
            yield truth.parent.name, Frames(ways["straight"], {prompt: ways[prompt.value] for prompt in Prompt})


def turning_people(*folders: Path) -> Iterator[tuple[str, Frames]]:
    """Everybody with head turns, which show no nod down and no step closer."""
    for folder in folders:
        for truth in sorted(folder.glob("*/meta.json")):
            steps = json.loads(truth.read_text())["frames"]
            rgb = [_padded(decode(truth.parent / f"frame_{k:02}.jpg").rgb) for k in range(len(steps))]
            ends = {
                Prompt.LEFT: max(steps, key=lambda one: one["yaw"])["k"],
                Prompt.RIGHT: min(steps, key=lambda one: one["yaw"])["k"],
                Prompt.UP: min(steps, key=lambda one: one["pitch"])["k"],
            }
            yield truth.parent.name, Frames(rgb[:3], {way: _there(rgb, steps, end) for way, end in ends.items()})


def _there(rgb: list[Pixels], steps: list[dict[str, float]], end: int) -> list[Pixels]:
    """The frames from straight to the end of a turn; of a nod, those that look straight ahead."""
    turns = abs(steps[end]["yaw"]) > abs(steps[end]["pitch"])

    def far(k: int) -> float:
        if not turns:
            return -steps[k]["pitch"] if abs(steps[k]["yaw"]) < _ASIDE else 0.0
        return steps[k]["yaw"] * (1 if steps[end]["yaw"] > 0 else -1)

    way = [end]
    for k in range(end - 1, -1, -1):
        if far(k) < _BEGUN:
            break
        if far(k) < far(way[0]) - 2:
            way.insert(0, k)
    return [rgb[k] for k in way]


def _padded(picture: Pixels) -> Pixels:
    (wide, high), (down, across) = SIZE, picture.shape[:2]
    top, left = (high - down) // 2, (wide - across) // 2
    edges = (top, high - down - top), (left, wide - across - left), (0, 0)
    return np.ascontiguousarray(np.pad(picture, edges, "edge"))


def _jpeg(picture: Pixels) -> Pixels:
    """What is left of a frame after it was sent."""
    return decode(encode_jpeg(picture, quality=85)).rgb


#: Kinds of attack instruments, and how each is made of a straight look.
Instrument = Callable[[Bench, Frames], Frames]


def _bent(bench: Bench, frames: Frames, radius: float, widest: float, about: str = "upright") -> Frames:
    flat, apart = bench.print_of(frames.straight[0])
    return attack(Print(flat.picture, flat.middle, bend=radius * apart, bent_about=about), widest)


INSTRUMENTS: dict[str, Instrument] = {
    "print, flat, turned up to 35°": lambda bench, one: attack(bench.print_of(one.straight[0])[0], 35),
    "print, flat, turned up to 55°": lambda bench, one: attack(bench.print_of(one.straight[0])[0], 55),
    "print, flat, turned up to 45° and moved": lambda bench, one: attack(
        bench.print_of(one.straight[0])[0], 45, sliding=60
    ),
    "print with eyes cut out, up to 45°": lambda bench, one: attack(
        bench.with_holes(bench.print_of(one.straight[0])[0]), 45
    ),
    "print bent to 0.8 eye distances, up to 55°": lambda bench, one: _bent(bench, one, 0.8, 55),
    "print bent to 1.3 eye distances, up to 45°": lambda bench, one: _bent(bench, one, 1.3, 45),
    "print bent to 1.3 eye distances, up to 60°": lambda bench, one: _bent(bench, one, 1.3, 60),
    "print bent to 2 eye distances, up to 60°": lambda bench, one: _bent(bench, one, 2.0, 60),
    "print bent about a level axis, up to 50°": lambda bench, one: _bent(bench, one, 1.5, 50, "level"),
    "prints of every pose, swapped": lambda _, one: swapped(one),
}


REPLAY = "replay of another challenge on a screen"


def main(page: Path | None, people: int) -> None:
    """Print the tables, and write them if a page is given."""
    bench = Bench()
    live, slow, turns = "all five prompts", "all five, at 4 frames a second", "left, right and up"
    bona_fide = {name: Tally() for name in (live, slow, turns)}
    attacks = {name: Tally() for name in (*INSTRUMENTS, REPLAY)}
    posing = ROOT / "build/people/live"
    for name, frames in islice(live_people(posing if posing.exists() else ROOT / "demo/live"), people):
        bench.play(bona_fide[live], frames, Random(name))
        bench.play(bona_fide[slow], frames, Random(name + "slow"), every=250)
        for kind, instrument in INSTRUMENTS.items():
            bench.play(attacks[kind], instrument(bench, frames), Random(name + kind))
        bench.play(attacks[REPLAY], frames, Random(name + REPLAY), replayed=True)
    for name, frames in islice(turning_people(ROOT / "demo/turns", ROOT / "build/people/turns"), people):
        bench.play(bona_fide[turns], frames, Random(name))
        bench.play(attacks[REPLAY], frames, Random(name + REPLAY), replayed=True)
    every = [*bona_fide.values(), *attacks.values()]
    cost = 1000 * sum(one.seconds for one in every) / sum(one.frames for one in every)
    length = bona_fide[live].frames / max(bona_fide[live].shown, 1)
    text = "\n".join(
        [
            "## Liveness",
            "",
            "How often a live capture takes an attack for a person (APCER) and a person for an attack (BPCER), with",
            "95 % intervals (Wilson), named as in ISO/IEC 30107-3. Nobody in these pictures exists; attacks are drawn:",
            "prints turned by projection, by somebody who sees what is asked and does their best. One challenge a",
            f"person and kind; {cost:.1f} ms of one core a frame, {length:.0f} frames at 8 a second until somebody has",
            f"passed. One run of `bench/liveness.py`. Machine: {machine(('openvino', 'numpy'))}.",
            "",
            "| bona fide | people | refused | BPCER | 95 % | why |",
            "|---|---:|---:|---:|---:|---|",
            *(_row(name, tally, tally.shown - tally.passed) for name, tally in bona_fide.items()),
            "",
            "| attack | presented | taken | APCER | 95 % | what gave it away |",
            "|---|---:|---:|---:|---:|---|",
            *(_row(name, tally, tally.passed) for name, tally in attacks.items()),
            "",
            *_evidence(bona_fide, attacks),
            "",
            "Not seen, and not measured: video that is injected past the camera, a video that is put together to fit",
            "the challenge while it is asked, masks, and whoever looks alike.",
        ]
    )
    print(text)
    if page:
        write_section(page, "liveness", text)


def _row(name: str, tally: Tally, errors: int) -> str:
    if not tally.shown:
        return f"| {name} | 0 | | | | |"
    low, high = wilson(errors, tally.shown)
    why = ", ".join(f"{reason} {count}" for reason, count in tally.failures.most_common() if reason != "passed")
    rate = errors / tally.shown
    return f"| {name} | {tally.shown} | {errors} | {rate:.1%} | {low:.1%}–{high:.1%} | {why} |"


def _evidence(bona_fide: dict[str, Tally], attacks: dict[str, Tally]) -> list[str]:
    """What turned heads and turned prints showed when the mesh believed that they were turned."""
    real = [one for tally in bona_fide.values() for one in tally.relief if one.prompt in SIDEWAYS]
    false = [
        one
        for name, tally in attacks.items()
        if name.startswith("print") and "swapped" not in name
        for one in tally.relief
        if one.prompt in SIDEWAYS
    ]
    if not real or not false:
        return []
    rows = [
        "| of a head that is turned, in eye distances | people: least, median | prints: median, most |",
        "|---|---:|---:|",
    ]
    measures: dict[str, Callable[[Relief], float]] = {
        "nose along the eyes, by the mesh": lambda one: abs(one.shift),
        "height of the nose above the face, by pixels": lambda one: abs(one.height),
        "what no plane explains, by the mesh": lambda one: one.residual,
    }
    for name, measure in measures.items():
        people, prints = sorted(map(measure, real)), sorted(map(measure, false))
        middles = statistics.median(people), statistics.median(prints)
        rows.append(f"| {name} | {people[0]:.2f}, {middles[0]:.2f} | {middles[1]:.2f}, {prints[-1]:.2f} |")
    return rows


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Measure the judge of live captures.")
    arguments.add_argument("--write", type=Path, help="also write the tables to this page")
    arguments.add_argument("--people", type=int, default=1000, help="at most so many of each set")
    given = arguments.parse_args()
    main(given.write, given.people)
