"""An overseer's journey: reads and checks everything that was done, sees no face, and can change nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sayso.archive import Archive, Kind
from sayso.errors import LedgerError, RefusedError
from sayso.ledger import InclusionProof, verify_proof
from sayso.values import Box, Purpose, Role
from tests.house import COLLECTION, ROBIN, SECOND, WREN, House

OVERSEER = "olga"


@pytest.fixture
def watched(found: House, tmp_path: Path) -> House:
    """After a search, an album and a withdrawal, an overseer's account is opened."""
    with found.open(SECOND) as archive:
        archive.people.album(WREN, tmp_path / "album")
        archive.people.withdraw(WREN)
    with found.open() as archive:
        archive.accounts.new(OVERSEER, Role.OVERSEER)
    return found


def test_an_overseer_reads_who_did_what_and_takes_proofs_home(watched: House) -> None:
    with watched.open(OVERSEER) as archive:
        verified = archive.ledger.verify()
        entries = archive.ledger.list()
        assert verified.size == len(entries)
        did = {(entry.verb, entry.actor) for entry in entries}
        assert did >= {("enrol", "anna"), ("find", "anna"), ("album", SECOND), ("withdraw", SECOND)}
        searches = [entry for entry in entries if entry.verb == "find" and entry.counts]
        counts = archive.status().counts
        assert sum(entry.counts.exposure for entry in searches if entry.counts) == counts.exposure > 0
        for entry in entries:
            assert WREN not in entry.body.decode()
            assert ROBIN not in entry.body.decode()
        taken = [(archive.ledger.proof(entry.index).to_text(), entry.body) for entry in entries[-3:]]
        key = archive.ledger.verifier_key
        assert archive.law.check() == []
        assert [one.name for one in archive.collections.list()] == [COLLECTION]
        assert COLLECTION in archive.papers.document(Kind.RECORD).markdown
    # At home, with the proofs and the public key alone; a changed word is found out.
    for text, body in taken:
        assert InclusionProof.from_text(text).index >= verified.size - 3
        verify_proof(text, body, key)
        with pytest.raises(LedgerError):
            verify_proof(text, body.replace(b'"actor":"', b'"actor":"x', 1), key)


CHANGES: dict[str, Callable[[Archive, Path], object]] = {
    "collection.new": lambda archive, _: archive.collections.new("mine"),
    "collection.approve": lambda archive, _: archive.collections.approve(COLLECTION),
    "collection.delete": lambda archive, _: archive.collections.delete(COLLECTION),
    "add": lambda archive, folder: archive.photos.add([folder], COLLECTION),
    "photo.show": lambda archive, _: archive.photos.faces(1),
    "preview": lambda archive, _: archive.photos.preview(1),
    "photo.redact": lambda archive, _: archive.photos.redact(1, Box(1, 1, 50, 50)),
    "photo.delete": lambda archive, _: archive.photos.delete([1]),
    "notice.publish": lambda archive, _: archive.notices.publish("mine"),
    "invite": lambda archive, _: archive.people.invite("x", purposes=[Purpose.FIND], collections=[COLLECTION]),
    "enrol": lambda archive, _: archive.people.enrol("token", purposes=[Purpose.FIND]),
    "confirm": lambda archive, _: archive.people.confirm("code"),
    "find": lambda archive, _: archive.people.find(),
    "point": lambda archive, _: archive.people.point(ROBIN, photo_id=1, face=1),
    "verify": lambda archive, _: archive.people.verify(ROBIN, captures=[], witness="x"),
    "album": lambda archive, folder: archive.people.album(ROBIN, folder / "album"),
    "withdraw": lambda archive, _: archive.people.withdraw(ROBIN),
    "export": lambda archive, folder: archive.papers.export(ROBIN, folder / "export"),
    "people.list": lambda archive, _: archive.people.list(),
    "review.list": lambda archive, _: archive.review.list(),
    "review.confirm": lambda archive, _: archive.review.confirm(1),
    "review.deny": lambda archive, _: archive.review.deny(1),
    "review.undo": lambda archive, _: archive.review.undo(1),
    "cease": lambda archive, _: archive.cease(),
    "account.new": lambda archive, _: archive.accounts.new("mole", Role.OPERATOR),
    "account.disable": lambda archive, _: archive.accounts.disable("anna"),
    "law.declare": lambda archive, _: archive.law.declare("biometric-bank", date(2026, 1, 1)),
    "law.add": lambda archive, folder: archive.law.add(folder / "XX.toml"),
    "law.publish-policy": lambda archive, _: archive.law.publish_policy(),
    "measure.accuracy": lambda archive, folder: archive.law.measure_accuracy(folder, basis="synthetic-people"),
    "measure.exposure": lambda archive, _: archive.collections.measure_exposure("Summer party"),
    "keys.rotate-master": lambda archive, _: archive.keys.rotate_master("file"),
}


def test_F10_an_overseer_changes_nothing_and_sees_no_face(watched: House, tmp_path: Path) -> None:
    before = watched.database.read_bytes()
    with watched.open(OVERSEER) as archive:
        size = archive.status().ledger_size
        for name, change in CHANGES.items():
            with pytest.raises(RefusedError, match="F10") as refused:
                change(archive, tmp_path)
            assert "overseer" in str(refused.value), name
        assert archive.status().ledger_size == size
    assert watched.database.read_bytes() == before


def test_F10_an_overseer_finds_out_what_was_altered_behind_the_archives_back(watched: House) -> None:
    with watched.open(OVERSEER) as archive:
        index = next(entry.index for entry in archive.ledger.list() if entry.verb == "find")
        proof, key = archive.ledger.proof(index).to_text(), archive.ledger.verifier_key
        body = archive.ledger.list(start=index, limit=1)[0].body
    with sqlite3.connect(watched.database) as database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{trigger}"')
        changed = body.replace(b'"actor":"anna"', b'"actor":"fred"')
        done = database.execute("UPDATE ledger_entries SET body = ? WHERE body = ?", (changed, body))
        assert done.rowcount == 1
    with watched.open(OVERSEER) as archive:
        with pytest.raises(LedgerError, match=f"Entry {index} was changed"):
            archive.ledger.verify()
        altered = archive.ledger.list(start=index, limit=1)[0].body
        with pytest.raises(LedgerError):
            verify_proof(proof, altered, key)
    verify_proof(proof, body, key)
