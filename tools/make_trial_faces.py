"""Write the faces on which an added recogniser is tried: demo people, aligned as it will see them, on one sheet.

Run it when the demo's people or the alignment change: ``.venv/bin/python tools/make_trial_faces.py``. Nobody on the
sheet exists (demo/README.md). A row is one person; its columns are portraits in different poses and light.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

from sayso.values import Box
from sayso.vision import Aligner, prepare
from sayso.vision.align import arcface112

ROOT = Path(__file__).parent.parent
PEOPLE, PORTRAITS = 24, 5
SHEET = ROOT / "src/sayso/vision/calibration/arcface112.jpg"


def main() -> None:
    aligner = Aligner(prepare(), template=arcface112())
    rows = []
    for folder in sorted((ROOT / "demo/people").iterdir())[:PEOPLE]:
        photos = json.loads((folder / "meta.json").read_text("utf-8"))["photos"][:PORTRAITS]
        chips = []
        for photo in photos:
            left, top, right, bottom = photo["box"]
            with Image.open(folder / f"{photo['k']}.jpg") as file:
                picture = np.asarray(file.convert("RGB"))
            chips.append(aligner.align_boxes(picture, [Box(left, top, right - left, bottom - top)]).chips[0])
        rows.append(np.hstack(chips))
    SHEET.parent.mkdir(exist_ok=True)
    Image.fromarray(np.vstack(rows)).save(SHEET, quality=90, optimize=True)


if __name__ == "__main__":
    main()
