"""F9: a law pack of the operator's own needs no code, is kept as it was added, and can only make things stricter."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from sayso.errors import RefusedError, UsageError
from sayso.policy import PackError
from sayso.values import Purpose
from tests.conftest import MakeHouse
from tests.house import WREN, House
from tests.policy.packs import pack_text, write_pack


def test_F9_an_own_pack_is_added_named_and_holds(empty_house: House, tmp_path: Path) -> None:
    file = write_pack(tmp_path, "XX")
    added = empty_house.json("law", "add", file)
    assert added == {"id": "XX", "title": "Example", "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
    file.unlink()
    made = empty_house.json("collection", "new", "Berlin", "--pack", "XX")
    assert made["packs"] == ["XX"]
    (lacking,) = empty_house.json("law", "check")
    assert (lacking["text"], lacking["where"]) == ("The notice is published in de.", ["Berlin"])
    with pytest.raises(RefusedError, match="published in de"):
        empty_house.enrol(WREN, "P10", collections=["Berlin"])
    with empty_house.open() as archive:
        noted = [dict(entry.facts) for entry in archive.ledger.list() if entry.verb == "law.add"]
        assert noted == [{"pack": "XX", "sha256": added["sha256"]}]
        assert (
            "Example authority"
            in archive.papers.receipt(empty_house.enrol(WREN, None, collections=["Berlin"])).page.html
        )


def test_F9_an_own_pack_can_be_one_of_the_archives_own_from_the_start(new_house: MakeHouse, tmp_path: Path) -> None:
    house = new_house()
    house.create(packs=[str(write_pack(tmp_path, "XX")), "EU"]).close()
    with house.open() as archive:
        assert archive.status().packs == ("XX", "EU")
        assert [one.text for one in archive.law.check()] == ["The notice is published in de."]
        assert [entry.verb for entry in archive.ledger.list()][:2] == ["init", "law.add"]


@pytest.mark.parametrize(
    ("right", "wrong", "key"),
    [
        ('citation = "Example Act, section 4"\n', "", "citation is missing"),
        ('name = "guardian-below-age"', 'name = "guardian-if-asked"', "no such rule"),
        ("age = 15", "age = 200", "from 1 to 21"),
    ],
)
def test_F9_an_own_pack_with_a_mistake_is_not_kept(
    empty_house: House, tmp_path: Path, right: str, wrong: str, key: str
) -> None:
    text = pack_text("XX")
    assert right in text
    (tmp_path / "XX.toml").write_text(text.replace(right, wrong), encoding="utf-8")
    with empty_house.open() as archive:
        with pytest.raises(PackError, match=key):
            archive.law.add(tmp_path / "XX.toml")
        with pytest.raises(UsageError, match="no law pack"):
            archive.collections.new("Berlin", packs=["XX"])
        assert not [entry for entry in archive.ledger.list() if entry.verb == "law.add"]


def test_F9_an_own_pack_neither_replaces_another_nor_takes_anything_away(empty_house: House, tmp_path: Path) -> None:
    lenient = write_pack(tmp_path, "XX")
    with empty_house.open() as archive:
        archive.law.add(lenient)
        with pytest.raises(UsageError, match="already"):
            archive.law.add(lenient)
        with pytest.raises(PackError, match="ships with Sayso"):
            archive.law.add(write_pack(tmp_path, "EU"))
        made = archive.collections.new("Berlin", packs=["XX"])
        rules = archive.law.explain("enrol")
        assert {"In the European Union a guardian consents for a child below 16", "A guardian consents below 15."} <= {
            one.text.split(", and the child")[0] for one in rules
        }
        assert made.packs == ("XX",)


def test_F9_a_pack_added_elsewhere_is_known_at_once(empty_house: House, tmp_path: Path) -> None:
    with empty_house.open() as archive:
        archive.collections.new("Paris")
        with empty_house.open("ben") as other:
            other.law.add(write_pack(tmp_path, "XX"))
        archive.people.invite(WREN, purposes=[Purpose.FIND], collections=["Paris"], packs=["XX"])
