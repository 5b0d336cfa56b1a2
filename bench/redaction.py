"""Attacks redaction, a mosaic and a blur on people who do not exist, and prints one table.

May know: the measure room, the folders of synthetic people. Must not know: archives.
Run: ``.venv/bin/python bench/redaction.py [--people 200] [--write docs/benchmarks.md]``. ``--people 0`` takes them all;
1,000 people take about ten minutes of one core. They come from ``make people SET=thousand``; without them the demo's
40 are taken.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from report import load, machine, write_section
from sayso.measure import RedactionReport, measure_redaction
from sayso.measure.redaction_page import luck, rate, sentences
from sayso.measure.redaction_report import FACE, SURROUNDINGS
from sayso.policy import load_pack

ROOT = Path(__file__).parents[1]
THOUSAND, DEMO = ROOT / "build" / "people" / "thousand", ROOT / "demo" / "people"
BASIS = "synthetic-people"
LEAST = 40


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--folder", type=Path, help="people's folders; by default the thousand, or else the demo's")
    asked.add_argument("--people", type=int, default=0, help="the first so many; 0 for all")
    asked.add_argument("--write", type=Path, help="the page to write the section into")
    given = asked.parse_args()
    before = load()
    folder = given.folder or (THOUSAND if len(people(THOUSAND)) >= LEAST else DEMO)
    with some(folder, given.people) if given.people else nullcontext(folder) as chosen:
        report = measure_redaction(chosen, basis=BASIS, packs=[load_pack("CA")])
    text = section(report, before)
    print(text)
    if given.write:
        write_section(given.write, "redaction", text)


def people(folder: Path) -> list[Path]:
    """The people of a folder that have their pictures already."""
    if not folder.is_dir():
        return []
    return [one for one in sorted(folder.iterdir()) if one.is_dir() and len(list(one.glob("*.jpg"))) > 1]


@contextmanager
def some(folder: Path, count: int) -> Iterator[Path]:
    """A folder with copies of the first people of another, which go when it is left."""
    with tempfile.TemporaryDirectory() as here:
        for person in people(folder)[:count]:
            own = Path(here) / person.name
            own.mkdir()
            for picture in person.glob("*.jpg"):
                shutil.copy(picture, own)
        yield Path(here)


def section(report: RedactionReport, before: str) -> str:
    """The section of the page of benchmarks."""
    people_and_photos = f"{report.persons} people who do not exist, {report.photos} photos"
    lines = [
        "## Redaction",
        "",
        f"{people_and_photos}; one run of `bench/redaction.py --people {report.persons}`,",
        f"{before} before it, {report.seconds:.0f} s.",
        "Each person's first photo is in the gallery, all others are closed and searched for.",
        f"Machine: {machine(('openvino', 'numpy', 'opencv-python-headless'))}.",
        "",
        *(f"- {sentence}" for sentence in sentences(report)),
        "",
        "Made-up people say nothing about real ones. That no pixel of a face reaches what covers it holds for",
        "everybody, and has a test of its own (`tests/vision/test_redact.py`).",
    ]
    for view, title in ((FACE, "What the closed face tells"), (SURROUNDINGS, "What twice as much of the photo tells")):
        rows = [trial for trial in report.trials if trial.view == view]
        if not rows:
            continue
        lines += [
            "",
            f"| {title} | closed by | named at once | by chance | among the nearest tenth | EER | as good by luck |",
            "|---|---|---:|---:|---:|---:|---:|",
            *(
                f"| {trial.attack} | {trial.way} | {rate(trial.judged.rank_one)} | {trial.judged.by_chance[0]:.2%} "
                f"| {rate(trial.judged.first_tenth)} | {rate(trial.judged.eer)} | {luck(trial.judged.luck)} |"
                for trial in rows
            ),
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
