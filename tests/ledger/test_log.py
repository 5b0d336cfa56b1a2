"""Appending, listing and proving: what was done stands in clear, and whom it was about only the record key tells."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from sayso.errors import ArchiveError, KeyDestroyedError, LedgerError, UsageError
from sayso.keys import KeyStore, MasterKey
from sayso.ledger import InclusionProof, Ledger, VerifierKey, merkle, open_checkpoint, verify_proof
from sayso.storage import Database
from sayso.values import Act, Actor, Counts, Purpose, Reach, Role, Route

from .conftest import START, Log, act

FIND = Act(
    "find",
    Actor("Zoë", Role.OPERATOR, Route.CLI),
    ("s1",),
    collection_id=7,
    purpose=Purpose.FIND,
    reach=Reach.SWEPT,
    counts=Counts(photos=10, seen=30, measured=12, kept=4, discarded=8),
    facts=(("model", "dlib-resnet-29"), ("chunk", 3)),
)


def test_F10_an_entry_says_everything_in_clear_but_the_subject(log: Log) -> None:
    assert log.append(act("enrol", "s1"), FIND) == [0, 1]
    with log.database.begin() as session:
        _, entry = log.ledger.entries(session)
    assert (entry.index, entry.verb, entry.actor, entry.role, entry.route) == (
        1,
        "find",
        "Zoë",
        Role.OPERATOR,
        Route.CLI,
    )
    assert (entry.collection, entry.purpose, entry.reach) == (7, Purpose.FIND, Reach.SWEPT)
    assert entry.counts == FIND.counts
    assert dict(entry.facts) == dict(FIND.facts)
    assert entry.at == START.replace(minute=31)
    assert b"s1" not in entry.body
    fields = json.loads(entry.body)
    assert fields["counts"]["exposure"] == 8
    assert fields["at"] == "2026-05-01T09:31:00.000000Z"
    assert json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() == entry.body


def test_F10_a_person_finds_their_own_entries_with_the_record_key(log: Log) -> None:
    log.append(act("enrol", "s1"), act("enrol", "s2"), act("scan"), act("share", "s2", "s1"), FIND)
    with log.database.begin() as session:
        assert [entry.index for entry in log.ledger.entries(session, subject="s1")] == [0, 3, 4]
        assert [entry.index for entry in log.ledger.entries(session, subject="s2")] == [1, 3]
        assert [entry.index for entry in log.ledger.entries(session, subject="s1", start=1, limit=1)] == [3]
        assert [entry.index for entry in log.ledger.entries(session, start=2, limit=2)] == [2, 3]


def test_F10_after_withdrawal_the_overseer_still_names_the_actor_but_nobody_the_subject(log: Log) -> None:
    log.append(FIND)
    log.keys.destroy(["record-s1"])
    with log.database.begin() as session:
        assert log.ledger.entries(session)[0].actor == "Zoë"
        with pytest.raises(KeyDestroyedError):
            log.ledger.entries(session, subject="s1")
        with pytest.raises(KeyDestroyedError):
            log.ledger.append(session, FIND, START)
    assert log.verify() == 1


def test_a_link_is_not_opened_by_another_subjects_key(log: Log) -> None:
    log.append(FIND)
    with log.database.begin() as session:
        link = log.ledger.entries(session)[0].subjects_sealed[0]
    assert log.keys.unseal("record-s1", base64.b64decode(link), b"ledger") == b"s1"
    with log.database.begin() as session:
        assert log.ledger.entries(session, subject="s2") == []


def test_F10_a_person_verifies_their_entry_alone(log: Log) -> None:
    log.append(act("enrol", "s1"), FIND, act("album", "s1"))
    with log.database.begin() as session:
        texts = [log.ledger.proof(session, index).to_text() for index in range(3)]
        bodies = [entry.body for entry in log.ledger.entries(session)]
    key = str(log.ledger.verifier_key)
    other = str(VerifierKey("example.org/archive", bytes(31) + b"\x01"))
    for index, (text_, body) in enumerate(zip(texts, bodies, strict=True)):
        assert text_.startswith("c2sp.org/tlog-proof@v1\nextra ")
        proof = InclusionProof.from_text(text_)
        assert (proof.index, proof.size, proof.body) == (index, 3, body)
        assert proof.to_text() == text_
        verify_proof(text_, body, key)
        with pytest.raises(LedgerError, match=f"entry {index}"):
            verify_proof(text_, body.replace(b"ada", b"eve") + b" ", key)
        with pytest.raises(LedgerError, match="does not bear"):
            verify_proof(text_, body, other)
        with pytest.raises(LedgerError, match="does not show"):
            verify_proof(text_.replace(f"index {index}", f"index {(index + 1) % 3}"), body, key)
        with pytest.raises(LedgerError, match="does not fit"):
            verify_proof(text_.replace("\n3\n", "\n4\n"), body, key)


@pytest.mark.parametrize(
    "text_",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nextra YQ==\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nYQ==\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\u00e9\n\ncheckpoint\n",
    ],
)
def test_a_malformed_proof_is_refused(text_: str) -> None:
    with pytest.raises(LedgerError, match="no proof"):
        InclusionProof.from_text(text_)


def test_a_proof_without_the_entry_in_it_verifies_too(log: Log) -> None:
    log.append(FIND)
    with log.database.begin() as session:
        proof = log.ledger.proof(session, 0)
    bare = InclusionProof(proof.index, proof.hashes, proof.checkpoint, b"")
    assert "extra" not in bare.to_text()
    assert InclusionProof.from_text(bare.to_text()) == bare
    verify_proof(bare.to_text(), proof.body, str(log.ledger.verifier_key))


def test_older_checkpoints_are_consistent_with_newer_ones(log: Log) -> None:
    heads = []
    for count in (1, 3, 1, 6):
        log.append(*[act("scan")] * count)
        with log.database.begin() as session:
            heads.append(open_checkpoint(log.ledger.verify(session).checkpoint_note, log.ledger.verifier_key))
    newest = heads[-1]
    assert [head.size for head in heads] == [1, 4, 5, 11]
    for head in heads:
        with log.database.begin() as session:
            proof = log.ledger.consistency(session, head.size)
        assert merkle.verify_consistency(head.size, newest.size, proof, head.root, newest.root)
    with log.database.begin() as session, pytest.raises(UsageError, match="11 entries"):
        log.ledger.consistency(session, 12)


def test_one_checkpoint_is_signed_for_each_transaction_and_remembered(log: Log) -> None:
    log.append(*[act("scan")] * 5)
    log.append(act("scan"))
    with log.database.begin() as session:
        sizes = list(session.scalars(text("SELECT size FROM ledger_checkpoints ORDER BY size")))
        verified = log.ledger.verify(session)
    assert sizes == [5, 6]
    assert log.keys.recall("checkpoint") == verified.checkpoint_note
    assert open_checkpoint(verified.checkpoint_note, log.ledger.verifier_key).root.hex() == verified.root_hex


def test_a_proof_within_the_transaction_covers_what_it_appended(log: Log) -> None:
    with log.database.begin() as session:
        log.ledger.append(session, act("scan"), START)
        first = log.ledger.proof(session, 0)
        log.ledger.append(session, act("scan"), START)
        assert log.ledger.proof(session, 1).size == log.ledger.verify(session).size == 2
    verify_proof(first.to_text(), first.body, str(log.ledger.verifier_key))
    with log.database.begin() as session:
        assert list(session.scalars(text("SELECT size FROM ledger_checkpoints"))) == [2]


def test_entries_share_the_fate_of_their_transaction(log: Log) -> None:
    log.append(act("scan"))
    remembered = log.keys.recall("checkpoint")

    def fail_after_appending() -> None:
        with log.database.begin() as session:
            log.ledger.append(session, act("scan"), START)
            log.ledger.proof(session, 1)
            raise RuntimeError("the act itself failed")

    with pytest.raises(RuntimeError):
        fail_after_appending()
    assert log.verify() == 1
    assert log.keys.recall("checkpoint") == remembered


def test_a_savepoint_that_is_rolled_back_takes_its_entries_along(log: Log) -> None:
    with log.database.begin() as session:
        log.ledger.append(session, act("first"), START)
        savepoint = session.begin_nested()
        log.ledger.append(session, act("undone"), START)
        savepoint.rollback()
        with session.begin_nested():
            log.ledger.append(session, act("second"), START)
    with log.database.begin() as session:
        assert [entry.verb for entry in log.ledger.entries(session)] == ["first", "second"]
    assert log.verify() == 2
    with log.database.begin() as session:
        log.ledger.append(session, act("third"), START)
        savepoint = session.begin_nested()
        log.ledger.append(session, act("undone"), START)
        savepoint.rollback()
    assert log.verify() == 3
    assert "\n3\n" in (log.keys.recall("checkpoint") or "")


def test_a_proof_before_or_within_a_savepoint_is_as_good(log: Log) -> None:
    key = str(log.ledger.verifier_key)
    with log.database.begin() as session:
        log.ledger.append(session, act("first"), START)
        log.ledger.proof(session, 0)
        savepoint = session.begin_nested()
        log.ledger.append(session, act("undone"), START)
        assert log.ledger.proof(session, 1).size == 2
        savepoint.rollback()
    assert log.verify() == 1
    assert "\n1\n" in (log.keys.recall("checkpoint") or "")
    with log.database.begin() as session, session.begin_nested():
        log.ledger.append(session, act("second"), START)
        proof = log.ledger.proof(session, 1)
    verify_proof(proof.to_text(), proof.body, key)
    assert log.verify() == 2
    assert log.keys.recall("checkpoint") == proof.checkpoint


def test_two_archives_processes_append_one_after_the_other(log: Log) -> None:
    assert log.database.path is not None
    other_keys = KeyStore.open(log.keys.folder, log.keys.seal_path, MasterKey(bytes(range(32)), "the test"))
    other = Log(Ledger(other_keys, "example.org/archive"), Database(log.database.path), other_keys)
    for _ in range(3):
        log.append(act("scan", "s1"))
        other.append(act("scan", "s2"), act("scan"))
    assert log.verify() == other.verify() == 9


@pytest.mark.parametrize("statement", ["UPDATE ledger_entries SET body = x'00'", "DELETE FROM ledger_entries"])
def test_the_database_refuses_to_change_entries(log: Log, statement: str) -> None:
    log.append(act("scan"))
    with pytest.raises(ArchiveError, match="append-only"), log.database.begin() as session:
        session.execute(text(statement))
    assert log.verify() == 1


def test_an_empty_ledger_verifies_and_proves_nothing(log: Log) -> None:
    with log.database.begin() as session:
        verified = log.ledger.verify(session)
        assert (verified.size, verified.root_hex, verified.checkpoint_note) == (0, merkle.EMPTY_ROOT.hex(), "")
        assert log.ledger.entries(session) == []
    log.append(act("scan"))
    with log.database.begin() as session, pytest.raises(UsageError, match="no entry 1"):
        log.ledger.proof(session, 1)


def test_times_without_a_zone_and_scores_are_refused(log: Log) -> None:
    with log.database.begin() as session:
        with pytest.raises(ValueError, match="zone"):
            log.ledger.append(session, act("scan"), datetime(2026, 5, 1))
        with pytest.raises(TypeError, match="whole numbers"):
            log.ledger.append(session, Act("find", Actor("ada"), facts=(("score", 0.4),)), START)  # type: ignore[arg-type]
        assert log.ledger.append(session, act("scan"), START) == 0
    assert log.verify() == 1


def test_an_origin_that_cannot_sign_is_refused(log: Log) -> None:
    with pytest.raises(ValueError, match="origin"):
        Ledger(log.keys, "two words")


def test_no_key_and_no_subject_is_in_the_database_file(log: Log, tmp_path: Path) -> None:
    subject = "subject-with-a-telling-id"
    log.keys.new(f"record-{subject}")
    log.append(act("enrol", subject))
    secrets = [log.keys._with_key(key_id, bytes) for key_id in log.keys.ids()]
    assert len(secrets) == 4
    forms = [subject.encode(), base64.b64encode(subject.encode())]
    for secret in secrets:
        forms += [secret, secret.hex().encode(), base64.b64encode(secret)]
    files = list(tmp_path.glob("archive.db*"))
    assert files
    for path in files:
        content = path.read_bytes()
        assert not [form for form in forms if form in content]
