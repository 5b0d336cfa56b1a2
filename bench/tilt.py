"""Counts how many tilted and lying heads the mesh is laid on the right way round, on rendered scenes.

May know: the aligner, pictures of people who do not exist, the truth about them. Must not know: who is who.
Run: ``.venv/bin/python bench/tilt.py [--write docs/benchmarks.md]``. It takes the scenes of ``build/people/hard``
(``make people SET=hard``) from number 90 on, and without them those of ``demo/hard``.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from pathlib import Path

import numpy as np

from report import machine, write_section
from sayso.values import Box
from sayso.vision import Aligner, decode, head_pose, prepare

ROOT = Path(__file__).parents[1]
SCENES = 120
FIRST = 90
TILTS = (0, 30, 60, 120, 181)

#: A mesh within so many degrees of the truth can be turned upright from there.
RIGHT = 20


def main(page: Path | None) -> None:
    """Print the table, and write it if a page is given."""
    folder = ROOT / "build" / "people" / "hard"
    found = sorted(folder.glob("[0-9]*.json"))[FIRST : FIRST + SCENES]
    if not found:
        folder = ROOT / "demo" / "hard"
        found = sorted(folder.glob("[0-9]*.json"))
    aligner = Aligner(prepare())
    results: list[tuple[float, bool]] = []
    for truth in found:
        faces = [
            one
            for one in json.loads(truth.read_text())["faces"]
            if one["size"] >= 24 and one["seen"] > 0.6 and abs(one["yaw"]) < 50
        ]
        if not faces:
            continue
        rgb = decode(truth.with_suffix(".jpg")).rgb
        places = [one["whole_box"] for one in faces]
        boxes = [Box(left, top, right - left, bottom - top) for left, top, right, bottom in places]
        for one, points in zip(faces, aligner.align_boxes(rgb, boxes).landmarks, strict=True):
            # Roll is positive anticlockwise in the picture, as the truth's tilt is.
            off = abs((head_pose(points)[2] - one["tilt"] + 180) % 360 - 180)
            results.append((min(one["tilt"], 360 - one["tilt"]), off < RIGHT))
    rows = []
    for low, high in pairwise(TILTS):
        right = [ok for tilt, ok in results if low <= tilt < high]
        rows.append(f"| {low}–{min(high, 180)}° | {len(right)} | {np.mean(right):.0%} |" if right else "")
    text = "\n".join(
        [
            "## Tilted and lying heads",
            "",
            f"Faces of 24 pixels and more, mostly seen and turned less than 50° aside, in {len(found)} scenes of",
            f"`{folder.relative_to(ROOT)}`; one run of",
            f"`bench/tilt.py`. Right: the mesh lies within {RIGHT}° of the truth. Machine: {machine(('openvino',))}.",
            "",
            "| tilt | faces | right |",
            "|---|---:|---:|",
            *filter(None, rows),
        ]
    )
    print(text)
    if page:
        write_section(page, "tilt", text)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Count heads that the mesh is laid on the right way round.")
    arguments.add_argument("--write", type=Path, help="also write the table to this page")
    main(arguments.parse_args().write)
