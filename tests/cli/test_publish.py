"""`sayso publish`: the plan, the zip, and names that are none."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.house import COLLECTION, House


def test_publish_shows_the_plan_and_writes_a_new_zip_only(found: House, tmp_path: Path) -> None:
    plan = found.json("publish", COLLECTION)
    assert [set(one) for one in plan] == [{"photo", "manner", "open", "closed"}] * 8
    assert {one["manner"] for one in plan} == {"redacted"}
    target = tmp_path / "party.zip"
    nothing = found.cli("publish", COLLECTION, "--to", target, "--only-open")
    assert nothing.returncode == 2
    assert not target.exists()
    done = found.cli("publish", COLLECTION, "--to", target)
    assert (done.returncode, done.stderr) == (0, "")
    assert "8 photos in" in done.stdout
    with zipfile.ZipFile(target) as opened:
        assert len(opened.namelist()) == 9
    again = found.cli("publish", COLLECTION, "--to", target)
    assert again.returncode == 2
    assert "there already" in again.stderr
    assert found.cli("publish", COLLECTION, "--to", tmp_path / "folder").returncode == 2
    assert list(tmp_path.glob(".unfinished-*")) == []
