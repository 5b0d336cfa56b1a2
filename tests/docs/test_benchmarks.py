"""The page of benchmarks: each script replaces its own section and leaves the others alone; one command runs them."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sayso.measure import Growth, Row, SpeedReport

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "bench"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a script of the folder by its name."""
    monkeypatch.syspath_prepend(BENCH)

    def load(name: str) -> ModuleType:
        return importlib.import_module(name)

    return load


def cells(text: str) -> list[list[str]]:
    """The rows of the one table in a text, its head first, without the line of dashes."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in lines if not re.match(r"^\|[-:|]+$", line)
    ]


def test_each_script_replaces_its_own_section_only(script: Any, tmp_path: Path) -> None:
    report = script("report")
    page = tmp_path / "docs" / "benchmarks.md"
    for name, text in (("one", "first"), ("two", "## Two\n"), ("one", "second")):
        report.write_section(page, name, text)
    told = page.read_text("utf-8")
    assert told.startswith("# Benchmarks\n")
    assert "first" not in told
    assert told.index("second") < told.index("## Two")
    assert told.count("<!-- begin one -->") == told.count("<!-- end one -->") == 1
    report.write_section(page, "one", "second")
    assert page.read_text("utf-8") == told


def test_one_command_runs_every_script_that_writes_a_section_but_the_long_one(script: Any) -> None:
    every = script("all")
    named = {path.name for path in every.scripts()}
    assert {"speed.py", "ledger_and_keys.py"} <= named
    assert not named & {"all.py", "report.py", "growth.py"}
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "bench/all.py --write docs/benchmarks.md" in makefile
    assert "bench/growth.py --write docs/benchmarks.md" in makefile


def test_one_script_that_fails_keeps_none_of_the_others_from_running(
    script: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = script("all")
    (tmp_path / "a.py").write_text('raise SystemExit("--write" and 3)')
    (tmp_path / "b.py").write_text('import sys\nassert sys.argv[1] == "--write"\nopen(sys.argv[2], "w").write("done")')
    monkeypatch.setattr(every, "HERE", tmp_path)
    page = tmp_path / "page.md"
    assert every.run(page) == 1
    assert page.read_text("utf-8") == "done"


def test_the_table_of_speed_shows_medians_spreads_and_ratios(script: Any) -> None:
    rows = (
        Row("stage", "locate", "photo", (0.03, 0.01, 0.02), 5.0, "dlib", 4.0, bound=0.005),
        Row("whole", "add, all workers", "photo", (0.1,), 5.0, peak_bytes=2_000_000),
    )
    report = SpeedReport("2 made photos", 2, "f32", 100.0, rows, notes=("Nobody.",))
    text = script("speed").markdown(report, "load 0.1")
    head, locate, add = cells(text)
    assert len(head) == len(locate) == len(add)
    assert locate == ["locate", "20.00 per photo", "10.00 – 30.00", "50", "250", "4.0 × dlib", "25%"]
    assert "2 MB in `add`" in text


def test_the_table_of_growth_compares_the_first_steps_with_the_last(script: Any) -> None:
    steps = [Growth(1000 * n, 0.01 * n, 0.02, 10**8, 10**6 * n) for n in range(1, 11)]
    text = script("growth").markdown(steps, 50_000, "load 0.1")
    shown = [row[0] for row in cells(text)[1:]]
    assert shown == ["1,000", "2,000", "5,000", "10,000"]
    assert "stopped at 10,000 of 50,000" in text
    assert "`add` 6.33 times" in text
    assert "`find` 1.00 times" in text
