"""Every command that a page of the documentation shows is run, in the page's order, in a folder with sample files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sayso.cli.demo.camera import programme, write_photos
from sayso.cli.demo.truth import read_truth

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), ROOT / "demo" / "README.md"])
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
MAKE = re.compile(r"^make \w+$")

#: What the pages call these people, and who they are in the demo's data.
PEOPLE = {"kim": "P10", "sasha": "P26"}
PHOTOS = 8
VOLUNTEERS = 20


def commands(page: Path) -> list[str]:
    """The lines that begin with ``$ ``, each with the lines that a backslash joins to it."""
    found: list[str] = []
    for block in BLOCK.findall(page.read_text("utf-8")):
        going_on = False
        for line in block.splitlines():
            if going_on:
                found[-1] += "\n" + line
            elif line.startswith("$ "):
                found.append(line[2:])
            else:
                continue
            going_on = line.endswith("\\")
    return found


def python(page: Path) -> str:
    """All Python on a page, as one program."""
    return "\n".join(re.findall(r"^```python\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with what the pages take for granted: photos, portraits, two notices, an assessment, volunteers."""
    truth = read_truth(ROOT / "demo")
    shots = list(truth.shots.values())
    write_photos(shots[:PHOTOS], programme(shots), tmp_path / "photos")
    for name, person in PEOPLE.items():
        (tmp_path / "portraits" / name).mkdir(parents=True)
        for capture in truth.captures(person):
            shutil.copy(capture, tmp_path / "portraits" / name)
    people = sorted(path for path in truth.portraits.iterdir() if path.is_dir())
    for person in people[:VOLUNTEERS]:
        (tmp_path / "volunteers" / person.name).mkdir(parents=True)
        for number in range(2):
            shutil.copy(person / f"{number}.jpg", tmp_path / "volunteers" / person.name)
    (tmp_path / "notice-en.txt").write_text("We look for your photos only if you say yes.\n", "utf-8")
    (tmp_path / "notice-fr.txt").write_text("Nous ne cherchons vos photos que si vous dites oui.\n", "utf-8")
    (tmp_path / "assessment.txt").write_text("Why this is needed, what could go wrong, what we do about it.\n", "utf-8")
    return tmp_path


def runnable(command: str) -> str:
    """The command itself; of ``make``, whose targets would run these tests again, what it would do."""
    return f"make --dry-run -C {ROOT} {command.removeprefix('make ')} > /dev/null" if MAKE.match(command) else command


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.name)
def test_the_commands_of_the_page_run(page: Path, place: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    bin_folder = str(Path(sys.executable).parent)
    environment |= {
        "HOME": str(place / "home"),
        "XDG_DATA_HOME": str(place / "home" / "data"),
        "XDG_STATE_HOME": str(place / "home" / "state"),
        "PATH": bin_folder + os.pathsep + environment["PATH"],
    }
    script = "set -euo pipefail\n" + "".join(
        f"echo '--- command {number}' >&2\n{runnable(command)}\n" for number, command in enumerate(commands(page), 1)
    )
    done = subprocess.run(
        ["bash", "-c", script], cwd=place, env=environment, capture_output=True, text=True, check=False
    )
    reached = done.stderr.count("--- command ")
    assert done.returncode == 0, f"{commands(page)[reached - 1]}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    assert reached == len(commands(page))


def test_there_are_pages_with_commands():
    with_commands = {page.name for page in PAGES if commands(page)}
    assert with_commands >= {"README.md", "operators.md", "subjects.md", "overseers.md", "engineers.md"}


def blocks(page: Path) -> list[tuple[str, list[str]]]:
    """Every fenced block with its language, in order."""
    found: list[tuple[str, list[str]]] = []
    inside = False
    for line in page.read_text("utf-8").splitlines():
        if line.startswith("```"):
            inside = not inside
            if inside:
                found.append((line.removeprefix("```"), []))
        elif inside:
            found[-1][1].append(line)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_command_hides_from_these_tests(page: Path):
    for language, lines in blocks(page):
        if language in ("console", "python"):
            continue
        assert language == "", f"a block in {language}"
        assert not any(re.match(r"\$ |sayso |make |\.venv/", line) for line in lines), lines


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


@pytest.mark.parametrize("page", [page for page in PAGES if python(page)], ids=lambda page: page.name)
def test_python_on_a_page_runs(page: Path, place: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(place)
    monkeypatch.setenv("SAYSO_KEYS", str(place / "keys"))
    monkeypatch.setenv("SAYSO_STATE", str(place / "state"))
    exec(compile(python(page), str(page), "exec"), {})
