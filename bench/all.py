"""Runs every benchmark that writes a section of the page, one after the other, so that none disturbs another.

May know: the scripts beside it. Must not know: what they measure.
Run: ``.venv/bin/python bench/all.py --write docs/benchmarks.md``. Growth takes an hour; ``make bench-scale`` runs it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
LONG = {"growth.py"}


def scripts() -> list[Path]:
    """The scripts that can write a section, by name; not this one, and none that takes long."""
    own = Path(__file__).name
    found = sorted(path for path in HERE.glob("*.py") if path.name != own and path.name not in LONG)
    return [path for path in found if '"--write"' in path.read_text("utf-8")]


def run(page: Path) -> int:
    """Run them all, even after one failed; how many failed."""
    failed = 0
    for script in scripts():
        start = time.monotonic()
        print(f"— {script.name}", flush=True)
        code = subprocess.run([sys.executable, str(script), "--write", str(page)], check=False).returncode
        print(f"— {script.name}: {'done' if code == 0 else 'FAILED'} in {time.monotonic() - start:.0f} s", flush=True)
        failed += code != 0
    return failed


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Run every benchmark and write its section.")
    arguments.add_argument("--write", type=Path, required=True, help="the page that the sections are in")
    sys.exit(min(run(arguments.parse_args().write), 1))
