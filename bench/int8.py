"""What the recogniser's thresholds give in each precision: the demo's people with whom int8 was not made.

Run: .venv/bin/python bench/int8.py (a minute). Templates are the means of every three of a person's eight portraits, as
the card's thresholds were set; probes are the other portraits, and the faces in the event's photos. Rates in percent.
"""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import numpy as np
import numpy.typing as npt

from sayso.values import Box
from sayso.vision import Aligner, DlibRecognizer, decode, find_int8, prepare

DEMO = Path(__file__).parents[1] / "demo"
FIRST_CHECKED = 13
PRECISIONS = ("f32", "bf16", "int8")

Floats = npt.NDArray[np.float32]


def main() -> None:
    """Print the table."""
    store = prepare()
    if find_int8(store).path is None:
        raise SystemExit(f"No int8 here: {find_int8(store).why}.")
    aligner = Aligner(store)
    people = sorted(path.name for path in (DEMO / "people").iterdir() if int(path.name[1:]) >= FIRST_CHECKED)
    portraits = np.concatenate([_portraits(aligner, name) for name in people])
    faces, shown = _event(aligner, people)
    card = store.card("dlib-resnet-29").calibration("synthetic-40")
    vectors = {one: _vectors(DlibRecognizer(store, precision=one), portraits, faces) for one in PRECISIONS}
    print(
        "| templates | probes | of | " + " | ".join(f"FMR, FNMR at {at}" for at in (card.matched, card.review)) + " |"
    )
    print("|---|---|---|---|---|")
    for enrolled, probed in (*((one, one) for one in PRECISIONS), ("f32", "int8")):
        templates, owners, used = _templates(vectors[enrolled][0], len(people))
        for name, probes, whose in (
            ("portraits", vectors[probed][0], np.repeat(np.arange(len(people)), 8)),
            ("event", vectors[probed][1], shown),
        ):
            distances = np.linalg.norm(templates[:, None] - probes[None], axis=2)
            same = owners[:, None] == whose[None]
            own = same & ~used if name == "portraits" else same
            rates = [
                f"{(distances[~same] <= at).mean():.4%}, {(distances[own] > at).mean():.2%}"
                for at in (card.matched, card.review)
            ]
            print(f"| {enrolled} | {name}, {probed} | {own.sum()} + {(~same).sum()} | {rates[0]} | {rates[1]} |")


def _chips(aligner: Aligner, photo: Path, boxes: list[list[float]]) -> npt.NDArray[np.uint8]:
    return aligner.align_boxes(decode(photo).rgb, [Box(b[0], b[1], b[2] - b[0], b[3] - b[1]) for b in boxes]).chips


def _portraits(aligner: Aligner, name: str) -> npt.NDArray[np.uint8]:
    folder = DEMO / "people" / name
    facts = json.loads((folder / "meta.json").read_text("utf-8"))["photos"]
    return np.concatenate([_chips(aligner, folder / f"{one['k']}.jpg", [one["box"]]) for one in facts])


def _event(aligner: Aligner, people: list[str]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.intp]]:
    chips, shown = [], []
    for truth in sorted((DEMO / "event").glob("*.json")):
        known = [one for one in json.loads(truth.read_text("utf-8"))["people"] if one["id"] in people]
        if known:
            chips.append(_chips(aligner, truth.with_suffix(".jpg"), [one["box"] for one in known]))
            shown += [people.index(one["id"]) for one in known]
    return np.concatenate(chips), np.array(shown)


def _vectors(recognizer: DlibRecognizer, *many: npt.NDArray[np.uint8]) -> list[Floats]:
    measured = [np.empty((len(chips), recognizer.dimension), np.float32) for chips in many]
    for chips, out in zip(many, measured, strict=True):
        recognizer.measure(chips, out)
    return measured


def _templates(vectors: Floats, people: int) -> tuple[Floats, npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
    """Every mean of three portraits of one person, whose it is, and which portraits went into it."""
    made, owners, used = [], [], []
    for person in range(people):
        for three in combinations(range(person * 8, person * 8 + 8), 3):
            made.append(vectors[list(three)].mean(0))
            owners.append(person)
            used.append(np.isin(np.arange(len(vectors)), three))
    return np.array(made), np.array(owners), np.array(used)


if __name__ == "__main__":
    main()
