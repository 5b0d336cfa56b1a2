"""The ledger through the front door and the command line: two persons after a restore, witnesses, publishing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sayso.errors import LedgerError, RefusedError, UsageError
from sayso.values import Role

from ..house import OPERATOR, SECOND, House
from .test_witnesses import Witness


def test_two_operators_accept_a_restore_and_verify_tells_of_it(empty_house: House, tmp_path: Path) -> None:
    house = empty_house
    copy = shutil.copy(house.database, tmp_path / "copy.db")
    with house.open() as archive:
        with pytest.raises(UsageError, match="no restore to accept"):
            archive.ledger.accept_restore()
        archive.accounts.new("olive", Role.OVERSEER)
        lost = archive.ledger.verify()
    for part in house.archive.glob("sayso.db*"):
        part.unlink()
    shutil.copy(copy, house.database)
    with house.open() as archive:
        with pytest.raises(LedgerError, match="an older copy was put back"):
            archive.ledger.verify()
        asked = archive.ledger.accept_restore()
        assert (asked.lost_size, asked.lost_root, asked.ledger_index) == (lost.size, lost.root_hex, None)
        with pytest.raises(RefusedError, match="F10"):
            archive.ledger.accept_restore()
        with pytest.raises(LedgerError):
            archive.ledger.verify()
    told = house.cli("ledger", "accept-restore", as_=SECOND)
    assert told.returncode == 0, told.stderr
    assert f"over {lost.size} entries" in told.stdout
    verified = house.cli("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
    assert "tells of a restore" in verified.stdout
    assert lost.root_hex in verified.stdout
    with house.open() as archive:
        (entry,) = [one for one in archive.ledger.list() if one.verb == "restored"]
    assert entry.actor == SECOND
    assert dict(entry.facts)["asked_by"] == OPERATOR


def test_an_overseer_sees_the_witnesses_and_changes_nothing(empty_house: House, tmp_path: Path) -> None:
    with empty_house.open() as archive:
        archive.accounts.new("olive", Role.OVERSEER)
    with empty_house.open("olive") as archive:
        assert archive.ledger.witnesses() == []
        acts = (
            archive.ledger.accept_restore,
            lambda: archive.ledger.add_witness("a", "b"),
            lambda: archive.ledger.remove_witness("a"),
            lambda: archive.ledger.cosign(""),
            lambda: archive.ledger.publish(tmp_path / "www"),
        )
        for act in acts:
            with pytest.raises(RefusedError, match="F10"):
                act()
    assert not (tmp_path / "www").exists()


def test_from_the_command_line_a_witness_signs_and_a_journalist_checks(empty_house: House, tmp_path: Path) -> None:
    house, www = empty_house, tmp_path / "www"
    witness = Witness("press.example/w", 1)
    assert "No outside witness is known" in house.cli("ledger", "verify").stdout
    assert house.json("ledger", "witness", "add", "press.example/w", str(witness.key))["witness"] == "press.example/w"
    assert house.json("ledger", "witness", "list") == [str(witness.key)]
    house.json("ledger", "publish", "--to", www)
    signed = tmp_path / "signed"
    signed.write_text(witness.cosign((www / "checkpoint").read_text(), datetime(2026, 6, 1, tzinfo=UTC)), "utf-8")
    assert house.json("ledger", "cosign", signed)[0]["witness"] == "press.example/w"
    assert "1 of 1 known witnesses signed the newest checkpoint" in house.cli("ledger", "verify").stdout
    published = house.json("ledger", "publish", "--to", www)
    assert published["since"] == published["size"]
    program = [Path(sys.executable).parent / "sayso-verify", "checkpoint", www / "checkpoint", "--key", www / "key"]
    checked = subprocess.run(
        [*program, "--witness", str(witness.key)], capture_output=True, text=True, check=False, timeout=60
    )
    assert checked.returncode == 0, checked.stderr
    assert "1 of 1 witnesses: press.example/w (2026-06-01 00:00 UTC)" in checked.stdout
    assert house.cli("ledger", "cosign", tmp_path / "missing").returncode == 2
    assert house.json("ledger", "witness", "remove", "press.example/w") == {"removed": "press.example/w"}
    assert house.json("ledger", "witness", "list") == []


def test_a_database_that_was_cut_short_is_said_to_be_damaged(empty_house: House) -> None:
    whole = empty_house.database.read_bytes()
    for size in (len(whole) // 3, 50):
        empty_house.database.write_bytes(whole[:size])
        told = empty_house.cli("ledger", "verify")
        assert told.returncode == 1
        assert told.stderr.startswith("The archive's database is damaged.")
