"""The page of benchmarks: each script replaces its own section and leaves the others alone."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_each_script_replaces_its_own_section_only(tmp_path: Path) -> None:
    found = importlib.util.spec_from_file_location("report", ROOT / "bench" / "report.py")
    assert found is not None
    assert found.loader is not None
    report = importlib.util.module_from_spec(found)
    found.loader.exec_module(report)
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
