"""Archives that cannot be opened: each says why and what to do, with exit code 1 or 2."""

from __future__ import annotations

import secrets
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import MakeHouse
from tests.house import House

from .conftest import Run


def _refused(answer: object, *said: str) -> None:
    code, out, text = answer.code, answer.out, answer.said  # type: ignore[attr-defined]
    assert (code, out) == (1, ""), text
    for words in said:
        assert words in text


def test_no_archive(tmp_path: Path, sayso: Run) -> None:
    _refused(sayso("status", "--archive", tmp_path / "none"), "There is no archive in", "sayso init")


def test_a_newer_archive(empty_house: House, sayso: Run) -> None:
    with sqlite3.connect(empty_house.database) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_later'")
    _refused(sayso("status"), "newer version of Sayso", "Update Sayso")


def test_a_damaged_database(empty_house: House, sayso: Run) -> None:
    empty_house.database.write_bytes(b"this was a database once" * 400)
    for left in empty_house.archive.glob("sayso.db-*"):
        left.unlink()
    _refused(sayso("status"), "damaged", "backup")


def test_a_missing_key_store(empty_house: House, sayso: Run) -> None:
    shutil.rmtree(empty_house.keys)
    _refused(sayso("status"), "→")


def test_a_wrong_master_key_file(empty_house: House, sayso: Run) -> None:
    master = next(empty_house.keys.rglob("master.key"))
    master.write_text(secrets.token_hex(32))
    _refused(sayso("status"), "master key", "→")
    master.write_text("not a key")
    _refused(sayso("status"), "master key", "damaged", "64 hex digits")
    master.chmod(0o644)
    _refused(sayso("status"), "may read the master key", "chmod 600")


def test_a_missing_seal(empty_house: House, sayso: Run) -> None:
    shutil.rmtree(empty_house.state)
    _refused(sayso("status"), "→")


def test_a_master_key_in_the_environment(new_house: MakeHouse, sayso: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    new_house().root.mkdir(parents=True)
    init = ("init", "--pack", "EU", "--master-key", "environment")
    _refused(sayso(*init), "SAYSO_MASTER_KEY is not set")
    key = secrets.token_hex(32)
    monkeypatch.setenv("SAYSO_MASTER_KEY", key)
    assert sayso(*init).code == 0
    assert sayso("status").code == 0
    monkeypatch.setenv("SAYSO_MASTER_KEY", secrets.token_hex(32))
    _refused(sayso("status"), "master key", "→")
    monkeypatch.setenv("SAYSO_MASTER_KEY", "short")
    _refused(sayso("status"), "damaged")
    monkeypatch.delenv("SAYSO_MASTER_KEY")
    answer = sayso("status")
    _refused(answer, "is not set")
    assert key not in answer.said


@pytest.mark.parametrize("name", ["Club archive 100% sure", "Fotoş #1?", "%41 %(x)s"])
def test_an_archive_lives_in_a_folder_of_any_name(new_house: MakeHouse, sayso: Run, tmp_path: Path, name: str) -> None:
    new_house()
    folder = tmp_path / name / "archive"
    assert sayso("init", "--pack", "EU", "--archive", folder).code == 0
    assert sayso("collection", "new", "Fête 100 %", "--archive", folder).code == 0
    assert "Fête 100 %" in sayso("collection", "list", "--archive", folder).out
    assert (folder / "sayso.db").is_file()
    assert [path.name for path in (tmp_path / name).iterdir()] == ["archive"]


@pytest.mark.usefixtures("empty_house")
def test_an_archive_that_may_not_be_written(sayso: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    answer = sayso("init", "--pack", "EU", "--archive", tmp_path / "file" / "archive")
    _refused(answer, "cannot be made", "→")


@pytest.mark.usefixtures("empty_house")
def test_a_stranger_is_refused(sayso: Run) -> None:
    answer = sayso("status", as_="mallory")
    assert (answer.code, answer.out) == (3, "")
    assert "'mallory' has no account here" in answer.said
