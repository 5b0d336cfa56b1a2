"""F10: every act is somebody's, in clear, for good; a person checks the entries about them alone."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sayso.errors import LedgerError, RefusedError
from sayso.ledger import InclusionProof, verify_proof
from sayso.values import Role
from tests.house import COLLECTION, OPERATOR, ROBIN, SECOND, WREN, House


def test_F10_the_overseer_still_names_the_actor_after_the_withdrawal(found: House, tmp_path: Path) -> None:
    subject = found.subject(WREN)
    with found.open() as archive:
        archive.accounts.new("olga", Role.OVERSEER)
    with found.open(SECOND) as archive:
        archive.people.album(subject, tmp_path / "album")
    with found.open() as archive:
        archive.people.withdraw(subject)
    with found.open("olga") as archive:
        entries = archive.ledger.list(subject=subject)
        archive.ledger.verify()
    told = [(entry.verb, entry.actor) for entry in entries if entry.verb not in ("people.list", "photos")]
    assert told == [
        ("enrol", OPERATOR),
        ("confirm", OPERATOR),
        ("find.begin", OPERATOR),
        ("find", OPERATOR),
        ("album", SECOND),
        ("withdraw", OPERATOR),
    ]
    enrolled = dict(entries[0].facts)
    assert enrolled["invited_by"] == OPERATOR
    search = next(entry for entry in entries if entry.verb == "find")
    assert (search.role, search.route, search.reach) == ("operator", "api", "swept")
    assert search.counts is not None
    assert search.counts.measured > 0


def test_F10_a_person_reads_the_entries_about_them_and_nobody_elses(found: House) -> None:
    with found.open() as archive:
        archive.people.photos(ROBIN)
        mine = {entry.index for entry in archive.ledger.list(subject=WREN)}
        theirs = {entry.index for entry in archive.ledger.list(subject=ROBIN)}
        every = archive.ledger.list()
    assert mine - theirs, "the enrolment of one is no business of the other"
    assert theirs - mine
    for entry in every:
        assert WREN.encode() not in entry.body
        assert ROBIN.encode() not in entry.body


def test_F10_the_link_to_the_person_is_sealed_and_differs_each_time(found: House) -> None:
    subject = found.subject(WREN)
    with found.open() as archive:
        links = [link for entry in archive.ledger.list(subject=subject) for link in entry.subjects_sealed]
        bodies = [entry.body for entry in archive.ledger.list()]
    assert len(set(links)) == len(links)
    assert not any(subject.encode() in body for body in bodies)


def test_F10_an_overseer_reads_and_changes_nothing(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.accounts.new("olga", Role.OVERSEER)
    with found.open("olga") as archive:
        assert archive.ledger.list()
        for act in (
            lambda: archive.people.find(collection=COLLECTION),
            lambda: archive.people.list(),
            lambda: archive.people.withdraw(WREN),
            lambda: archive.people.album(WREN, tmp_path / "album"),
            lambda: archive.photos.preview(1),
            lambda: archive.collections.new("Own"),
            lambda: archive.accounts.new("eve", Role.OPERATOR),
        ):
            with pytest.raises(RefusedError) as refused:
                act()
            assert refused.value.reasons[0].rule == "F10"


def test_F10_nobody_acts_without_an_account(found: House) -> None:
    for name in ("mallory", ""):
        with found.open(name) as archive, pytest.raises(RefusedError):
            archive.people.find(collection=COLLECTION)
    assert found.cli("find", as_="mallory").returncode == 3
    with found.open() as archive:
        archive.accounts.disable(SECOND)
    with found.open(SECOND) as archive, pytest.raises(RefusedError):
        archive.people.list()


def _tamper(house: House, index: int, old: bytes, new: bytes) -> None:
    """Change an entry past the program, as somebody with the database in hand would."""
    with closing(sqlite3.connect(house.database)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        (body,) = raw.execute("SELECT body FROM ledger_entries WHERE idx = ?", [index]).fetchone()
        assert old in body
        raw.execute("UPDATE ledger_entries SET body = ? WHERE idx = ?", [body.replace(old, new), index])
        raw.commit()


def test_F10_a_tampered_row_is_found_by_the_persons_own_proof_without_the_server(found: House) -> None:
    with found.open() as archive:
        key = archive.ledger.verifier_key
        index = next(entry.index for entry in archive.ledger.list(subject=WREN) if entry.verb == "find")
        kept = archive.ledger.proof(index).to_text()
        body = archive.ledger.proof(index).body
    verify_proof(kept, body, key)
    _tamper(found, index, b'"actor":"anna"', b'"actor":"ben"')
    with found.open() as archive:
        shown = next(entry for entry in archive.ledger.list() if entry.index == index)
        assert shown.actor == "ben"
        with pytest.raises(LedgerError, match="does not show"):
            verify_proof(kept, shown.body, key)
        with pytest.raises(LedgerError, match=f"Entry {index} was changed"):
            archive.ledger.verify()
    done = found.cli("ledger", "verify")
    assert done.returncode == 1
    assert f"Entry {index} was changed" in done.stderr


def test_F10_the_receipt_of_a_withdrawal_is_checked_without_the_server(found: House, tmp_path: Path) -> None:
    key = found.json("ledger", "verify")["key"]
    receipt = tmp_path / "receipt.tlog-proof"
    found.json("withdraw", WREN, "--receipt", receipt)
    text = receipt.read_text()
    body = InclusionProof.from_text(text).body
    verify_proof(text, body, key)
    assert json.loads(body)["verb"] == "withdraw"
    with pytest.raises(LedgerError):
        verify_proof(text, body.replace(b"anna", b"ben"), key)


def test_F10_the_database_refuses_to_change_or_delete_an_entry(found: House) -> None:
    with closing(sqlite3.connect(found.database)) as raw:
        for statement in ("UPDATE ledger_entries SET body = x'00'", "DELETE FROM ledger_entries"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                raw.execute(statement)
