"""Measures error rates on the demo's rendered people with the product's own measurement, and prints one table.

May know: the measure room, the demo's people. Must not know: archives.
Run: ``.venv/bin/python bench/accuracy.py [--write docs/benchmarks.md]``. The same machine gives the same table again.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from report import machine, write_section
from sayso.measure import AccuracyReport, measure_accuracy
from sayso.measure.accuracy_page import rate as shown
from sayso.policy import load_pack

PEOPLE = Path(__file__).parents[1] / "demo" / "people"
BASIS = "synthetic-people"


def markdown(report: AccuracyReport) -> str:
    """The rates with their intervals, and what they do not say."""
    lines = ["| rate | templates of | value (95 % interval) | errors in |", "|---|---:|---:|---:|"]
    lines.append(f"| FTA | – | {shown(report.fta)} | {report.photos:,} photos |")
    for one in report.verification:
        of = one.photos_enrolled
        lines.append(f"| EER | {of} | {shown(one.eer)} | {one.genuine:,} + {one.impostor:,} comparisons |")
        for target, rate in one.fnmr_at_fmr:
            value = shown(rate) if rate.value is not None else "too few comparisons"
            lines.append(f"| FNMR at FMR {target:g} | {of} | {value} | {one.genuine:,} comparisons |")
        for held in one.at_thresholds:
            if held.calibration == "synthetic-40":
                name = f"at the threshold for `{held.outcome}` ({held.fmr.threshold})"
                lines.append(f"| FMR {name} | {of} | {shown(held.fmr)} | {one.impostor:,} comparisons |")
                lines.append(f"| FNMR {name} | {of} | {shown(held.fnmr)} | {one.genuine:,} comparisons |")
    for search in report.identification:
        of = search.photos_enrolled
        lines.append(f"| rank-1 identification | {of} | {shown(search.rank_one)} | {search.known:,} searches |")
        for target, rate in search.fnir_at_fpir:
            value = shown(rate) if rate.value is not None else "too few searches"
            lines.append(f"| FNIR at FPIR {target:g} | {of} | {value} | {search.known:,} searches |")
    if report.slices:
        at = f"at the distance {report.slices.threshold}, where all together have FMR {report.slices.fmr:g}"
        lines += [
            "",
            f"Single photos by how the worse of the two was taken, {at}:",
            "",
            "| by | band | people | FNMR (95 % interval) | FMR (95 % interval) |",
            "|---|---|---:|---:|---:|",
        ]
        lines += [
            f"| {bands.title} | {band.name} | {band.persons} | {shown(band.fnmr)} | {shown(band.fmr)} |"
            for bands in report.slices.bands
            for band in bands.bands
        ]
    return (
        "## Accuracy on rendered people\n\n"
        f"{report.persons} people of the demo, {report.photos} portraits, one run of `bench/accuracy.py`; model "
        f"{report.model}, {report.precision}. Intervals are over people (bootstrap).\n"
        "These people do not exist and were chosen to be distinct: **synthetic rates say nothing about real people, "
        "nor about groups of them.**\nMeasure on photos of your own volunteers: "
        "[Measuring](measuring.md#accuracy).\n"
        f"Machine: {machine(('numpy', 'openvino'))}.\n\n" + "\n".join(lines) + "\n"
    )


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description="Measure error rates on the demo's people and print one table.")
    arguments.add_argument("--write", type=Path, help="also write the table to this file")
    target_page = arguments.parse_args().write
    text = markdown(measure_accuracy(PEOPLE, basis=BASIS, packs=[load_pack("EU")]))
    print(text)
    if target_page:
        write_section(target_page, "accuracy", text)
