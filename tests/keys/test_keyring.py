"""The keys through the front door and the command line: checked, and locked with another master key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sayso.errors import KeyStoreError, RefusedError
from sayso.values import Purpose, Reach, Role

from ..house import COLLECTION, House


def test_a_key_store_older_than_the_archive_is_told_by_check_and_by_what_it_cannot_open(
    empty_house: House, tmp_path: Path
) -> None:
    house = empty_house
    house.collection(reach=Reach.POINTED)
    house.enrol("wren@example.org", None, purposes=[Purpose.FIND])
    for part in (house.keys, house.state):
        shutil.copytree(part, tmp_path / part.name)
    later = house.enrol("robin@example.org", None, purposes=[Purpose.FIND, Purpose.SHARE], collections=[COLLECTION])
    with house.open() as archive:
        assert archive.keys.check().findings == ()
    for part in (house.keys, house.state):
        shutil.rmtree(part)
        shutil.copytree(tmp_path / part.name, part)
    told = house.cli("keys", "check")
    assert told.returncode == 1
    assert "2 living consents lack their key: this key store is older than the archive" in told.stdout
    with house.open() as archive, pytest.raises(KeyStoreError, match="older copy than the archive"):
        archive.people.photos(later)


def test_a_missing_key_store_and_a_missing_seal_are_named(empty_house: House, tmp_path: Path) -> None:
    missing = empty_house.cli("status", SAYSO_KEYS=str(tmp_path / "nowhere"))
    assert missing.returncode == 1
    assert "no key store" in missing.stderr
    assert "SAYSO_KEYS" in missing.stderr
    missing = empty_house.cli("status", SAYSO_STATE=str(tmp_path / "nowhere"))
    assert missing.returncode == 1
    assert "SAYSO_STATE" in missing.stderr


def test_rotating_the_master_key_keeps_people_and_is_in_the_ledger(empty_house: House) -> None:
    house = empty_house
    house.collection(reach=Reach.POINTED)
    subject = house.enrol("wren@example.org", None)
    before = next(house.keys.rglob("master*.key"))
    done = house.cli("keys", "rotate-master")
    assert done.returncode == 0, done.stderr
    assert "the old one opens nothing" in done.stdout
    assert not before.exists()
    with house.open() as archive:
        assert [one.id for one in archive.people.list()] == [subject]
        assert archive.ledger.list()[-2].verb == "keys.rotate-master"
        assert archive.keys.check().findings == ()
        archive.accounts.new("olive", Role.OVERSEER)
    with house.open("olive") as archive:
        assert archive.keys.check().keys > 3
        with pytest.raises(RefusedError, match="F10"):
            archive.keys.rotate_master("file")
    refused = house.cli("keys", "rotate-master", "--to", "clay")
    assert refused.returncode == 2
    assert "file, environment, keyring, pkcs11" in refused.stderr
