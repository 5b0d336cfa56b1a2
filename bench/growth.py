"""Lets an archive grow, a thousand made photos at a time, and tells whether it stays as fast and as small in memory.

May know: the front door, this machine. Must not know: what adding and searching do.
Run: ``.venv/bin/python bench/growth.py [--photos 50000] [--write docs/benchmarks.md]``. It takes long, so that
``make bench`` leaves it out; ``make bench-scale`` runs it. The disk holds a thousand photos at a time.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

from report import load, machine, write_section
from sayso.archive import measure_growth
from sayso.measure import Growth

_SHOWN = (1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000)


def markdown(steps: Sequence[Growth], wanted: int, busy: str) -> str:
    """The section, with the first and last steps compared."""
    reached = steps[-1].photos
    stopped = "" if reached >= wanted else f" It was stopped at {reached:,} of {wanted:,}."
    return "\n".join(
        [
            "## Growth",
            "",
            f"An archive that grows to {reached:,} photos of 640 × 480 pixels with 2 faces, in one run of",
            f"`bench/growth.py`; {busy} before it.{stopped}",
            "Each line is about the last photos that were added, and searched for one person.",
            f"Machine: {machine(['sqlalchemy', 'openvino'])}.",
            "",
            "| photos in the archive | add, ms a photo | find, ms a photo | most memory, MB | database, MB |",
            "|---:|---:|---:|---:|---:|",
            *(_line(one) for one in steps if one.photos in _SHOWN or one is steps[-1]),
            "",
            _compared(steps),
        ]
    )


def _line(one: Growth) -> str:
    memory = f"{one.peak_bytes / 1e6:,.0f}" if one.peak_bytes else "–"
    pace = f"{one.add * 1000:.1f} | {one.find * 1000:.1f}"
    return f"| {one.photos:,} | {pace} | {memory} | {one.database_bytes / 1e6:,.0f} |"


def _compared(steps: Sequence[Growth]) -> str:
    part = max(1, len(steps) // 5)
    first, last = steps[:part], steps[-part:]
    slower = [
        statistics.median(pace(one) for one in last) / statistics.median(pace(one) for one in first)
        for pace in (lambda one: one.add, lambda one: one.find)
    ]
    return (
        f"Median of the last fifth of the steps over that of the first: `add` {slower[0]:.2f} times the time for a "
        f"photo, `find` {slower[1]:.2f} times."
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Let an archive grow and time each step.")
    arguments.add_argument("--photos", type=int, default=50_000, help="how many in the end")
    arguments.add_argument("--write", type=Path, help="also write the table to this page")
    given = arguments.parse_args()
    before = load()
    done, _ = measure_growth(given.photos, progress=lambda now: print(f"{now.done:,} of {now.total:,}", flush=True))
    if not done:
        raise SystemExit("Stopped before the first step was done.")
    text = markdown(done, given.photos, before)
    print(text)
    if given.write:
        write_section(given.write, "growth", text)
