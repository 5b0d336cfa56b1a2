"""R3: nobody can tell a no from no answer. R5: contact and regulator stand wherever a person reads something."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

from sayso.errors import SaysoError
from sayso.policy import load_pack
from sayso.values import Kind, Purpose
from tests.conftest import MakeHouse
from tests.house import COLLECTION, CONTACT, WREN, House

INVITED = "quiet@example.org"


def _everything_an_operator_sees(house: House) -> dict[str, Any]:
    """The JSON of every command that lists or counts; times, ids and hashes taken out, they differ in any case."""
    words = [
        ["status"],
        ["collection", "list"],
        ["photo", "list"],
        ["review", "list"],
        ["account", "list"],
        ["law", "check"],
        ["ledger", "list"],
    ]
    seen = {}
    for command in words:
        text = json.dumps(house.json(*command), sort_keys=True)
        text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(\+00:00|Z)", "TIME", text)
        text = re.sub(r"\b[0-9a-f]{16,64}\b", "HASH", text)
        seen[" ".join(command)] = re.sub(r'"body": "\d+ bytes"', "", text)
    return seen


def test_R3_declined_looks_like_not_answered(
    empty_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One archive whose guest says no as loudly as the program lets them, and one whose guest does nothing at all."""
    with empty_house.open() as archive:
        archive.collections.new(COLLECTION)
        token = archive.people.invite(INVITED, purposes=[Purpose.FIND], collections=[COLLECTION])
    silent = empty_house.copy(tmp_path / "silent")
    for name, value in empty_house.environment().items():
        monkeypatch.setenv(name, value)
    with empty_house.open() as archive, pytest.raises(SaysoError):
        archive.people.enrol(token, purposes=[])
    declined = _everything_an_operator_sees(empty_house)
    for name, value in silent.environment().items():
        monkeypatch.setenv(name, value)
    assert _everything_an_operator_sees(silent) == declined


def test_R3_the_ledger_does_not_tell_who_was_invited(empty_house: House) -> None:
    with empty_house.open() as archive:
        archive.collections.new(COLLECTION)
        for label in (INVITED, WREN):
            archive.people.invite(label, purposes=[Purpose.FIND], collections=[COLLECTION])
        entries = [entry for entry in archive.ledger.list() if entry.verb == "invite"]
    assert {entry.subjects_sealed for entry in entries} == {()}
    assert len({json.dumps(dict(entry.facts)) for entry in entries}) == 1


@pytest.mark.parametrize("pack", ["EU", "CA", "CA-QC", "US-IL", "US-TX"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_R5_the_album_names_contact_and_regulator(
    new_house: MakeHouse, tmp_path: Path, pack: str, language: str
) -> None:
    house = new_house()
    house.create(packs=[pack]).close()
    house.collection()
    house.enrol(WREN, None)
    with house.open() as archive:
        archive.people.album(WREN, tmp_path / "album", language=language)
    text = html.unescape((tmp_path / "album" / "index.html").read_text("utf-8"))
    assert CONTACT in text
    for regulator in load_pack(pack).regulators:
        assert regulator.name in text


def test_R5_an_archive_has_a_contact_before_it_has_anything_else(new_house: MakeHouse) -> None:
    house = new_house()
    house.root.mkdir(parents=True)
    done = house.cli("init", "--pack", "EU", "--calibration", "synthetic-40")
    assert done.returncode == 0
    with house.open() as archive:
        assert archive._door.particulars.contact


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("kind", Kind)
def test_R5_the_documents_name_contact_and_regulator(found: House, kind: Kind, language: str) -> None:
    names = [regulator.name for regulator in load_pack("EU").regulators]
    with found.open() as archive:
        text = html.unescape(archive.papers.document(kind, language=language).html)
    assert CONTACT in text
    assert any(name in text for name in names)


def test_R5_receipt_and_export_name_contact_and_regulator(found: House, tmp_path: Path) -> None:
    names = [regulator.name for regulator in load_pack("EU").regulators]
    with found.open() as archive:
        receipt = html.unescape(archive.papers.receipt(WREN).page.html)
        archive.papers.export(WREN, tmp_path / "export")
    pages = [html.unescape(path.read_text("utf-8")) for path in (tmp_path / "export").rglob("*.html")]
    assert pages
    for text in (receipt, "".join(pages)):
        assert CONTACT in text
        assert any(name in text for name in names)
