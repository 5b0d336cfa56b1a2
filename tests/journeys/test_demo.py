"""The demo, run for real on fewer photos: what its table promises holds, and it touches no folder but its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "demo"
PHOTOS = 24
LEAVING = "Robin Fern"


@dataclass(frozen=True)
class Played:
    folder: Path
    home: Path
    numbers: dict[str, Any]

    def row(self, reach: str) -> dict[str, Any]:
        return next(row for row in self.numbers["reaches"] if row["reach"] == reach)


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SAYSO_")}
    environment |= {"HOME": str(home), "XDG_DATA_HOME": str(home / "data"), "XDG_STATE_HOME": str(home / "state")}
    return subprocess.run(
        [sys.executable, "-m", "sayso", "demo", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    root = tmp_path_factory.mktemp("demo")
    data, home, folder = root / "data", root / "home", root / "out"
    (data / "event").mkdir(parents=True)
    home.mkdir()
    (data / "people").symlink_to(DATA / "people")
    for number in range(PHOTOS):
        for ending in ("jpg", "json"):
            shutil.copy(DATA / "event" / f"g{number:02}.{ending}", data / "event")
    done = run("--to", str(folder), "--data", str(data), "--json", home=home)
    assert done.returncode == 0, done.stderr
    return Played(folder, home, json.loads(done.stdout))


def test_F8_a_narrower_reach_exposes_no_more_faces(played: Played):
    exposures = [played.row(reach)["exposure"] for reach in ("no template", "pointed", "narrowed", "swept")]
    assert exposures == sorted(exposures)
    assert exposures[0] == 0
    # One point at somebody else's face is part of the story, and it is counted.
    assert exposures[1] == 1
    assert exposures[2] < exposures[3]


def test_the_counts_add_up(played: Played):
    swept = played.row("swept")
    assert swept["photos"] == played.numbers["photos"] == PHOTOS
    assert swept["seen"] == played.numbers["located"]
    assert 0 < swept["kept"] <= swept["measured"] <= swept["seen"]
    assert swept["exposure"] == swept["measured"] - swept["kept"]
    assert played.row("pointed")["measured"] == 2 * 5 + 1


def test_people_find_their_photos(played: Played):
    assert all(row["precision"] >= 0.95 for row in played.numbers["reaches"])
    assert played.row("swept")["recall"] >= 0.95
    assert 0 < played.row("narrowed")["recall"] < played.row("swept")["recall"]


def test_L1_who_has_no_template_reaches_the_same_photos(played: Played):
    row = played.row("no template")
    assert row["measured"] == 0
    assert row["recall"] >= 0.95


def test_L9_the_albums_show_nobody_who_has_not_agreed(played: Played):
    albums = played.numbers["albums"]
    assert albums["others"] > 50
    assert albums["leaked"] == 0
    assert albums["with_place_or_thumbnail"] == 0
    assert albums["with_credit"] == albums["photos"]


def test_F4_nothing_is_left_of_the_person_who_withdrew(played: Played):
    withdrawal = played.numbers["withdrawal"]
    assert withdrawal["files_with_remains"] == 0
    assert withdrawal["files_searched"] > PHOTOS
    assert withdrawal["seen_before"] > 0
    assert withdrawal["seen_after"] == 0
    assert withdrawal["find_refused"]
    assert withdrawal["receipt_verifies"]
    assert not (played.folder / "albums" / LEAVING).exists()


def test_the_page_names_only_files_that_are_there(played: Played):
    page = (played.folder / "index.html").read_text("utf-8")
    assert "http" not in page.replace("http-equiv", "")
    for attribute in ("src", "href"):
        for part in page.split(f' {attribute}="')[1:]:
            assert (played.folder / part.split('"')[0].replace("%20", " ")).is_file()


def test_it_keeps_out_of_the_users_own_folders(played: Played):
    written = {path.relative_to(played.home).parts[0] for path in played.home.rglob("*") if path.is_file()}
    assert written <= {".cache"}


def test_it_refuses_a_folder_that_is_no_demo(played: Played, tmp_path: Path):
    (tmp_path / "thesis.txt").write_text("three years of work")
    done = run("--to", str(tmp_path), home=played.home)
    assert done.returncode == 2
    assert "holds something that is no demo" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_it_says_where_the_people_are_missing(played: Played, tmp_path: Path):
    done = run("--to", str(tmp_path / "out"), "--data", str(tmp_path), home=played.home)
    assert done.returncode == 2
    assert "--data" in done.stderr
    assert not (tmp_path / "out").exists()
