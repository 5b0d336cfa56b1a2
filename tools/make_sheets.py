"""Makes the chips on which recognisers are quantised, checked and tried: faces of the demo's people, who do not exist.

Run it when the demo's people or an alignment change: .venv/bin/python tools/make_sheets.py [--to FOLDER]
A row of a sheet is one person; its columns are portraits in different poses and light. Nobody who is quantised with is
among those who tell whether it went well.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from sayso.values import Box
from sayso.vision import Aligner, prepare
from sayso.vision.align import arcface112

ROOT = Path(__file__).parents[1]
SHEETS = ROOT / "src" / "sayso" / "vision" / "calibration"

_TO_QUANTISE = 12
_TRIED, _TRIED_PORTRAITS = 24, 5


def main() -> None:
    """Write the sheets, by default into the package."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--to", type=Path, default=SHEETS, metavar="FOLDER", help="where they are written")
    folder = parser.parse_args().to
    folder.mkdir(exist_ok=True)
    people = sorted(path for path in (ROOT / "demo" / "people").iterdir() if path.is_dir())
    store = prepare()
    usual, arcface = Aligner(store), Aligner(store, template=arcface112())
    _write(folder / "quantise.jpg", [_row(usual, one) for one in people[:_TO_QUANTISE]], quality=82)
    _write(folder / "check.jpg", [_row(usual, one) for one in people[_TO_QUANTISE:]], quality=82)
    _write(folder / "arcface112.jpg", [_row(arcface, one, _TRIED_PORTRAITS) for one in people[:_TRIED]], quality=90)


def _row(aligner: Aligner, person: Path, most: int | None = None) -> npt.NDArray[np.uint8]:
    """One person's chips side by side."""
    chips = []
    for photo in json.loads((person / "meta.json").read_text("utf-8"))["photos"][:most]:
        with Image.open(person / f"{photo['k']}.jpg") as file:
            rgb = np.asarray(file.convert("RGB"))
        left, top, right, bottom = photo["box"]
        chips.append(aligner.align_boxes(rgb, [Box(left, top, right - left, bottom - top)]).chips[0])
    return np.hstack(chips)


def _write(path: Path, rows: list[npt.NDArray[np.uint8]], quality: int) -> None:
    Image.fromarray(np.vstack(rows)).save(path, quality=quality, optimize=True)


if __name__ == "__main__":
    main()
