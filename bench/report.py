"""Writes one script's results into the page of benchmarks and leaves the other scripts' alone.

May know: a Markdown file with a marked section for each script, this machine. Must not know: what was measured.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

TITLE = "# Benchmarks\n\nEach section is written by the script that it names; nobody edits it by hand.\n"


def write_section(page: Path, name: str, text: str) -> None:
    """Put ``text`` between the markers of ``name`` in ``page``, at the end if there are none yet."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    old = page.read_text("utf-8") if page.exists() else TITLE
    section = f"{begin}\n\n{text.strip()}\n\n{end}"
    before, found, rest = old.partition(begin)
    if found:
        _, _, after = rest.partition(end)
        new = before + section + after
    else:
        new = f"{old.rstrip()}\n\n{section}\n"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(new, "utf-8")


def machine(packages: Sequence[str]) -> str:
    """The processor, the system and the versions that a result holds for, in one line."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.split(":", 1)[1].strip() for line in text.splitlines() if line.startswith("model name")]
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    processor = models[0] if models else platform.machine()
    return f"{processor}, {os.cpu_count()} cores; {platform.system()}; Python {platform.python_version()}; {versions}"


def load() -> str:
    """How busy the machine is, in words."""
    return f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"
