"""Makes the chips on which the recogniser is quantised and checked: faces of the demo's people, who do not exist.

Run: .venv/bin/python tools/make_chips.py
Two sheets, a row for each person and a column for each portrait. Nobody is in both.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from sayso.values import Box
from sayso.vision import Aligner, prepare

PEOPLE = Path(__file__).parents[1] / "demo" / "people"
SHEETS = Path(__file__).parents[1] / "src" / "sayso" / "vision" / "calibration"

#: The first people are quantised with, the others only tell whether it went well.
_TO_QUANTISE = 12
_QUALITY = 82


def main() -> None:
    """Write both sheets into the package."""
    aligner = Aligner(prepare())
    people = sorted(path for path in PEOPLE.iterdir() if path.is_dir())
    SHEETS.mkdir(exist_ok=True)
    for name, part in (("quantise", people[:_TO_QUANTISE]), ("check", people[_TO_QUANTISE:])):
        sheet = np.concatenate([_row(aligner, person) for person in part])
        Image.fromarray(sheet).save(SHEETS / f"{name}.jpg", quality=_QUALITY, optimize=True)


def _row(aligner: Aligner, person: Path) -> npt.NDArray[np.uint8]:
    """One person's chips side by side."""
    chips = []
    for photo in json.loads((person / "meta.json").read_text("utf-8"))["photos"]:
        with Image.open(person / f"{photo['k']}.jpg") as file:
            rgb = np.asarray(file.convert("RGB"))
        left, top, right, bottom = photo["box"]
        chips.append(aligner.align_boxes(rgb, [Box(left, top, right - left, bottom - top)]).chips[0])
    return np.concatenate(chips, axis=1)


if __name__ == "__main__":
    main()
