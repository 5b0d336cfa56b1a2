"""Times each step from file to vector and back, whole commands, and other ways of doing the same, on made photos.

May know: the front door, this machine. Must not know: how anything is timed; ``sayso measure speed`` does that.
Run: ``.venv/bin/python bench/speed.py [--write docs/benchmarks.md]``. All rows of a table come from one run.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from report import load, machine, write_section
from sayso.archive import measure_speed
from sayso.measure import Row, SpeedReport

_VERSIONS = ("openvino", "onnxruntime", "opencv-python-headless", "pillow", "dlib-bin")


def markdown(report: SpeedReport, busy: str) -> str:
    """The section: how it was measured, on what, the table, and what the columns mean."""
    return "\n".join(
        [
            "## From file to vector and back",
            "",
            f"Medians in one run of `bench/speed.py`, which is `sayso measure speed`: {report.photos}.",
            f"Stages and other programs, on 4 of the photos: every round runs all of them; {busy} before it. Whole",
            "commands run before them, in at most 3 rounds of their own, on all photos.",
            f"Stages and other programs run in one thread, whole commands with {report.workers} workers.",
            f"The recogniser counts in {report.precision}.",
            f"Machine: {machine(_VERSIONS)}.",
            "",
            "| step | ms | fastest – slowest round | photos/s | faces/s | times as fast as | of the bound |",
            "|---|---:|---:|---:|---:|---|---:|",
            *map(_line, report.rows),
            "",
            "The bound is what this machine could do at best: decoding by the library alone, and the networks' work",
            f"at {report.gflops:,.0f} GFLOP/s a thread, which a large matrix product reached in the same run.",
            f"Most memory at once, workers together: {_memory(report)}.",
            *report.notes,
        ]
    )


def _line(row: Row) -> str:
    low, high = min(row.seconds) * 1000, max(row.seconds) * 1000
    cells = [
        row.step,
        f"{row.median * 1000:,.2f} per {row.unit}",
        f"{low:,.2f} – {high:,.2f}",
        *("–" if pace is None else f"{pace:,.0f}" if pace >= 10 else f"{pace:.2f}" for pace in row.per_second.values()),
        f"{row.ratio:.1f} × {row.against}" if row.ratio else "–",
        f"{row.share_of_bound:.0%}" if row.share_of_bound else "–",
    ]
    return f"| {' | '.join(cells)} |"


def _memory(report: SpeedReport) -> str:
    told = [f"{row.peak_bytes / 1e6:,.0f} MB in `{row.step.split(',')[0]}`" for row in report.rows if row.peak_bytes]
    return " and ".join(told) or "not told on this system"


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Time each step and print one table.")
    arguments.add_argument("--write", type=Path, help="also write the table to this page")
    target = arguments.parse_args().write
    before = load()
    text = markdown(measure_speed(), before)
    print(text)
    if target:
        write_section(target, "speed", text)
