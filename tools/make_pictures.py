"""Makes the pictures of the README from a demo's output: an original beside what was delivered, and an album's page.

Run: .venv/bin/sayso demo --to demo-out && .venv/bin/python tools/make_pictures.py demo-out
The page is photographed by a Chromium; name another one in CHROMIUM. It loads nothing from a network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

from PIL import Image

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
#: A page of a code host should not wait for its pictures.
MOST_BYTES = 250_000

_BESIDE = (1600, 533)
_PHONE = (390, 844)
_GAP = 6


def main() -> None:
    """Write docs/pictures from the demo in the folder that is named on the command line."""
    demo = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-out")
    page = (demo / "index.html").read_text("utf-8")
    original, delivered = (demo / unquote(name) for name in re.findall(r'<img src="([^"]+)"', page)[:2])
    PICTURES.mkdir(parents=True, exist_ok=True)
    _save(_beside(original, delivered), PICTURES / "beside.jpg")
    _save(_photographed(delivered.parents[1] / "index.html"), PICTURES / "album.jpg")


def _beside(first: Path, second: Path) -> Image.Image:
    width, height = (_BESIDE[0] - _GAP) // 2, _BESIDE[1]
    canvas = Image.new("RGB", (2 * width + _GAP, height), "white")
    for place, path in enumerate((first, second)):
        with Image.open(path) as photo:
            canvas.paste(
                photo.convert("RGB").resize((width, height), Image.Resampling.LANCZOS), (place * (width + _GAP), 0)
            )
    return canvas


def _photographed(page: Path) -> Image.Image:
    """The page as a phone shows it, at two pixels a point, in its light colours."""
    with tempfile.TemporaryDirectory() as folder:
        shot = Path(folder) / "page.png"
        subprocess.run(
            [
                os.environ.get("CHROMIUM", "chromium"),
                *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2"),
                f"--window-size={_PHONE[0]},{_PHONE[1]}",
                f"--screenshot={shot}",
                page.absolute().as_uri(),
            ],
            check=True,
            capture_output=True,
        )
        with Image.open(shot) as image:
            return image.convert("RGB")


def _save(image: Image.Image, path: Path) -> None:
    for quality in (88, 80, 70, 60):
        image.save(path, quality=quality, optimize=True, progressive=True)
        if path.stat().st_size <= MOST_BYTES:
            return
    raise SystemExit(f"{path} stays above {MOST_BYTES} bytes; make it smaller.")


if __name__ == "__main__":
    main()
