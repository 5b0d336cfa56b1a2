"""Tampering: whoever owns the database and drops its triggers is found out, and the first bad entry is named."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from sayso.errors import LedgerError
from sayso.ledger import Checkpoint, Ledger, merkle, verify_proof

from .conftest import START, Log, act


@pytest.fixture
def full(log: Log) -> Log:
    """Nine entries, the first five each in its own transaction, the rest in one."""
    for _ in range(5):
        log.append(act("enrol", "s1"))
    log.append(act("find", "s1"), act("find", "s2"), act("album"), act("hide"))
    assert log.verify() == 9
    return log


def body_of(log: Log, index: int) -> bytes:
    with log.database.begin() as session:
        return log.ledger.entries(session, start=index, limit=1)[0].body


def test_F10_a_changed_entry_is_named(full: Log) -> None:
    body = body_of(full, 3).replace(b"ada", b"eve")
    full.attack("UPDATE ledger_entries SET body = :body WHERE idx = 3", body=body)
    assert full.finding() == "Entry 3 was changed."


def test_F10_a_changed_entry_with_a_hash_to_match_is_named(full: Log) -> None:
    body = body_of(full, 3).replace(b"ada", b"eve")
    full.attack(
        "UPDATE ledger_entries SET body = :body, leaf = :leaf WHERE idx = 3", body=body, leaf=merkle.leaf_hash(body)
    )
    assert full.finding().startswith("Entry 3 was changed")


def test_F10_a_whole_tree_rebuilt_over_a_changed_entry_is_named(full: Log) -> None:
    """The strongest forger without the signing key: every hash in the tables is right again."""
    bodies = [body_of(full, index) for index in range(9)]
    bodies[6] = bodies[6].replace(b"ada", b"eve")
    tail = merkle.Tail()
    nodes = [node for body in bodies for node in tail.append(merkle.leaf_hash(body))]
    full.attack(
        "UPDATE ledger_entries SET body = :body, leaf = :leaf WHERE idx = 6",
        body=bodies[6],
        leaf=merkle.leaf_hash(bodies[6]),
    )
    for level, position, node in nodes:
        full.attack(
            "UPDATE ledger_nodes SET hash = :node WHERE level = :level AND position = :position",
            node=node,
            level=level,
            position=position,
        )
    assert full.finding().startswith("One of the entries 5 to 8 was changed")


def test_F10_a_persons_own_proof_detects_the_changed_entry(full: Log) -> None:
    with full.database.begin() as session:
        proof = full.ledger.proof(session, 3)
    key = str(full.ledger.verifier_key)
    verify_proof(proof.to_text(), body_of(full, 3), key)
    changed = body_of(full, 3).replace(b"ada", b"eve")
    full.attack("UPDATE ledger_entries SET body = :body WHERE idx = 3", body=changed)
    assert body_of(full, 3) == changed
    with pytest.raises(LedgerError, match="entry 3"):
        verify_proof(proof.to_text(), changed, key)


@pytest.mark.parametrize("index", [0, 4, 7])
def test_a_removed_entry_is_named(full: Log, index: int) -> None:
    full.attack(f"DELETE FROM ledger_entries WHERE idx = {index}")
    assert full.finding() == f"Entry {index} was removed."


def test_a_removed_entry_whose_gap_was_closed_is_named(full: Log) -> None:
    full.attack(
        "DELETE FROM ledger_entries WHERE idx = 4",
        "UPDATE ledger_entries SET idx = -idx WHERE idx > 4",
        "UPDATE ledger_entries SET idx = -idx - 1 WHERE idx < 0",
    )
    assert full.finding().startswith("Entry 4 was changed: it says that it is entry 5")


def test_reordered_entries_are_named(full: Log) -> None:
    full.attack(
        "UPDATE ledger_entries SET idx = 99 WHERE idx = 2",
        "UPDATE ledger_entries SET idx = 2 WHERE idx = 3",
        "UPDATE ledger_entries SET idx = 3 WHERE idx = 99",
    )
    assert full.finding().startswith("Entry 2 was changed: it says that it is entry 3")


def test_an_inserted_entry_is_named(full: Log) -> None:
    body = body_of(full, 8).replace(b'"i":8', b'"i":9')
    full.attack(
        "INSERT INTO ledger_entries (idx, body, leaf) VALUES (9, :body, :leaf)", body=body, leaf=merkle.leaf_hash(body)
    )
    assert full.finding() == "The entries 9 to 9 have no signed checkpoint."
    full.attack("UPDATE ledger_entries SET idx = -1 WHERE idx = 9")
    assert full.finding() == "Entry -1 does not belong to the ledger."


def test_an_entry_that_is_no_json_is_named(full: Log) -> None:
    full.attack(
        "UPDATE ledger_entries SET body = :body, leaf = :leaf WHERE idx = 1",
        body=b"\xff",
        leaf=merkle.leaf_hash(b"\xff"),
    )
    assert full.finding() == "Entry 1 was changed: it cannot be read."
    with full.database.begin() as session, pytest.raises(LedgerError, match="cannot be read"):
        full.ledger.entries(session)


def test_removed_newest_entries_are_told_by_their_checkpoint(full: Log) -> None:
    full.attack("DELETE FROM ledger_entries WHERE idx >= 5")
    assert full.finding() == "The entries 5 to 8 were removed: a checkpoint for 9 entries is there."


def cut_to_five(log: Log) -> None:
    log.attack(
        "DELETE FROM ledger_entries WHERE idx >= 5",
        "DELETE FROM ledger_checkpoints WHERE size > 5",
        "DELETE FROM ledger_nodes WHERE (position + 1) << level > 5",
    )


def test_a_tail_removed_without_a_trace_is_told_by_the_remembered_checkpoint(full: Log) -> None:
    cut_to_five(full)
    assert "counts 9" in full.finding()


def test_appending_after_a_removal_does_not_make_it_forgotten(full: Log) -> None:
    cut_to_five(full)
    full.append(*[act("scan")] * 2)
    assert "counts 9" in full.finding()
    for count in (2, 1, 5):
        full.append(*[act("scan")] * count)
        assert "rewritten" in full.finding()


def test_a_ledger_that_was_emptied_is_told_by_the_remembered_checkpoint(full: Log) -> None:
    full.attack("DELETE FROM ledger_entries", "DELETE FROM ledger_checkpoints", "DELETE FROM ledger_nodes")
    assert "0 entries" in full.finding()


def test_a_ledger_signed_anew_is_told_by_the_remembered_checkpoint(full: Log) -> None:
    """Even the holder of the signing key is found out, unless the place of the keys is rewritten too."""
    remembered = full.keys.recall("checkpoint")
    assert remembered is not None
    full.attack("DELETE FROM ledger_entries", "DELETE FROM ledger_checkpoints", "DELETE FROM ledger_nodes")
    full.append(*[act("innocent")] * 9)
    assert "rewritten" in full.finding()
    assert full.keys.recall("checkpoint") == remembered


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("UPDATE ledger_nodes SET hash = zeroblob(32) WHERE level = 2 AND position = 0", "over the entries 0 to 3"),
        ("UPDATE ledger_nodes SET hash = 'text' WHERE level = 3", "over the entries 0 to 7"),
        ("UPDATE ledger_entries SET body = CAST(body AS TEXT) WHERE idx = 3", "Entry 3 was changed"),
        ("UPDATE ledger_checkpoints SET note = CAST(note AS BLOB) WHERE size = 9", "for 9 entries cannot be trusted"),
        ("DELETE FROM ledger_nodes WHERE level = 1 AND position = 2", "over the entries 4 to 5"),
        ("INSERT INTO ledger_nodes VALUES (5, 7, zeroblob(32))", "entries that the ledger does not have"),
        ("UPDATE ledger_checkpoints SET note = replace(note, 'example', 'Example') WHERE size = 3", "for 3 entries"),
        ("UPDATE ledger_checkpoints SET note = 'nothing' WHERE size = 9", "for 9 entries cannot be trusted"),
        (
            "UPDATE ledger_checkpoints SET note = (SELECT note FROM ledger_checkpoints WHERE size = 2) WHERE size = 3",
            "3",
        ),
        ("DELETE FROM ledger_checkpoints WHERE size = 9", "The entries 5 to 8 have no signed checkpoint"),
        ("INSERT INTO ledger_checkpoints SELECT 0, note FROM ledger_checkpoints WHERE size = 9", "never had"),
        (
            "INSERT INTO ledger_checkpoints SELECT 12, note FROM ledger_checkpoints WHERE size = 9",
            "9 to 11 were removed",
        ),
    ],
)
def test_changed_hashes_and_checkpoints_are_told(full: Log, statement: str, finding: str) -> None:
    full.attack(statement)
    assert finding in full.finding()


def test_a_checkpoint_by_another_key_is_told(full: Log) -> None:
    full.keys.new("other")
    other = Ledger(full.keys, "example.org/archive", "other")
    with full.database.begin() as session:
        root = bytes.fromhex(full.ledger.verify(session).root_hex)
    head = Checkpoint("example.org/archive", 9, root)
    forged = head.sign(other.verifier_key, lambda message: full.keys.sign("other", message))
    full.attack("UPDATE ledger_checkpoints SET note = :note WHERE size = 9", note=forged)
    assert "does not bear a signature" in full.finding()


def test_a_damaged_memory_is_told_and_not_replaced(full: Log) -> None:
    full.keys.remember("checkpoint", "nothing")
    assert "outside the archive cannot be trusted" in full.finding()
    full.append(act("scan"))
    assert full.keys.recall("checkpoint") == "nothing"


def test_appending_to_a_ledger_with_a_gap_in_its_hashes_is_refused(full: Log) -> None:
    full.append(act("scan"))
    full.attack("DELETE FROM ledger_nodes WHERE level = 1 AND position = 4")
    with full.database.begin() as session, pytest.raises(LedgerError, match="gap"):
        full.ledger.append(session, act("scan"), START)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(index=st.integers(0, 8), place=st.integers(0, 120), change=st.integers(1, 255))
def test_any_changed_byte_of_any_entry_is_found(full: Log, index: int, place: int, change: int) -> None:
    body = body_of(full, index) if full.verify() == 9 else b""
    changed = bytearray(body)
    changed[place % len(body)] ^= change
    statement = "UPDATE ledger_entries SET body = :body WHERE idx = :index"
    full.attack(statement, body=bytes(changed), index=index)
    assert full.finding() == f"Entry {index} was changed."
    full.attack(statement, body=body, index=index)


def test_many_batches_verify_and_the_last_one_is_checked_too(log: Log) -> None:
    log.append(*[act("scan")] * 5000)
    log.append(act("scan"))
    assert log.verify() == 5001
    with log.database.begin() as session:
        proof = log.ledger.proof(session, 4097)
        assert session.scalar(text("SELECT count(*) FROM ledger_nodes")) == sum(5001 >> level for level in range(1, 13))
    verify_proof(proof.to_text(), proof.body, str(log.ledger.verifier_key))
    log.attack("UPDATE ledger_nodes SET hash = zeroblob(32) WHERE level = 1 AND position = 2499")
    assert "4998 to 4999" in log.finding()
