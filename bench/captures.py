"""Compares ways of making one template of three captures: their plain mean, and means weighted by quality.

May know: the vision room, the demo's people. Must not know: archives.
Run: ``.venv/bin/python bench/captures.py [--write docs/benchmarks.md]``. Each person's portraits give a template of
every three; the faces in the event's photos are held against all of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from report import machine, write_section
from sayso.measure import rates
from sayso.values import Box
from sayso.vision import Aligner, Quality, assess, decode, load_recognizer, prepare

DEMO = Path(__file__).parents[1] / "demo"
TARGETS = (1e-3, 1e-4)

Floats = npt.NDArray[np.float32]

#: What a capture counts for, by its quality.
WEIGHTS: dict[str, Callable[[Quality], float]] = {
    "all alike": lambda _: 1.0,
    "by sharpness": lambda one: one.sharpness,
    "by size": lambda one: one.inter_eye_distance,
    "by pose": lambda one: 1 / (1 + max(abs(one.yaw), abs(one.pitch)) / 15),
    "by all three": lambda one: one.sharpness * one.inter_eye_distance / (1 + max(abs(one.yaw), abs(one.pitch)) / 15),
}


def main(page: Path | None) -> None:
    """Print the table, and write it if a page is given."""
    store = prepare()
    aligner, recognizer = Aligner(store), load_recognizer(store)

    def measured(photo: Path, boxes: list[list[float]]) -> tuple[Floats, list[Quality]]:
        places = [Box(left, top, right - left, bottom - top) for left, top, right, bottom in boxes]
        aligned = aligner.align_boxes(decode(photo).rgb, places)
        out = np.zeros((len(boxes), recognizer.dimension), np.float32)
        recognizer.measure(aligned.chips, out)
        return out, [assess(chip, points) for chip, points in zip(aligned.chips, aligned.landmarks, strict=True)]

    captures: dict[str, list[tuple[Floats, Quality]]] = {}
    for person in sorted((DEMO / "people").iterdir()):
        for number, one in enumerate(json.loads((person / "meta.json").read_text())["photos"]):
            vectors, qualities = measured(person / f"{number}.jpg", [one["box"]])
            captures.setdefault(person.name, []).append((vectors[0], qualities[0]))
    probes, shown = [], []
    for truth in sorted((DEMO / "event").glob("*.json")):
        people = json.loads(truth.read_text())["people"]
        probes.append(measured(truth.with_suffix(".jpg"), [one["box"] for one in people])[0])
        shown += [one["id"] for one in people]
    lines = [f"| captures count | {' | '.join(f'FNMR at FMR {target:g}' for target in TARGETS)} |", "|---|---:|---:|"]
    for name, weight in WEIGHTS.items():
        templates, owners = [], []
        for person, own in captures.items():
            for three in combinations(own, 3):
                templates.append(np.average([v for v, _ in three], axis=0, weights=[weight(q) for _, q in three]))
                owners.append(person)
        distances = recognizer.distance(np.array(templates, np.float32), np.concatenate(probes))
        same = np.array(owners)[:, None] == np.array(shown)[None]
        found = [rates.fnmr_at_fmr(distances[same], distances[~same], target).rate for target in TARGETS]
        lines.append(f"| {name} | {' | '.join(f'{rate:.2%}' for rate in found if rate is not None)} |")
    text = "\n".join(
        [
            "## Captures weighted by quality",
            "",
            f"{len(captures)} people of the demo, templates of every three of their portraits, {len(shown)} faces of",
            "the event's photos; one run of",
            f"`bench/captures.py`. Machine: {machine(('openvino', 'numpy'))}.",
            "",
            *lines,
        ]
    )
    print(text)
    if page:
        write_section(page, "captures", text)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Compare ways of making a template.")
    arguments.add_argument("--write", type=Path, help="also write the table to this page")
    main(arguments.parse_args().write)
