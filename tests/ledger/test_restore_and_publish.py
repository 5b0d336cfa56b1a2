"""The truth after an older copy was put back, what is published, and the file that checks it all without Sayso."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

import sayso_verify
from sayso.errors import ArchiveError, LedgerError, UsageError
from sayso.ledger import RESTORED, Published, facts_of, merkle, open_checkpoint
from sayso.ledger.publish import growth_text
from sayso.storage import Database
from sayso.values import Act, Actor

from .conftest import START, Log, act
from .test_merkle import LEAVES, ROOTS, grow
from .test_witnesses import LOG, PUBLIC, REMORA, STAGEMOLE, Witness, keep, know, note_of

GROWTHS = [(old, new) for new in range(9) for old in range(new + 1)]


def verifier(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the verifier as somebody would who has nothing else: its one file, copied, in a folder of its own."""
    command = [sys.executable, "-I", str(words[0]), *map(str, words[1:])]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def alone(tmp_path: Path) -> Path:
    """The verifier's file by itself."""
    copy = tmp_path / "elsewhere" / "check.py"
    copy.parent.mkdir()
    shutil.copy(sayso_verify.__file__, copy)
    return copy


def publish(log: Log, folder: Path) -> Published:
    with log.database.begin() as session:
        return log.ledger.publish(session, folder)


def restored_to(log: Log, copy: Path) -> None:
    """Put a copy of the database back, as its owner would."""
    assert log.database.path is not None
    log.database.close()
    for part in log.database.path.parent.glob("archive.db*"):
        part.unlink()
    shutil.copy(copy, log.database.path)


@pytest.fixture
def back(log: Log, tmp_path: Path) -> Log:
    """Three entries, a copy, two more, the copy put back: two entries and the checkpoint over five are lost."""
    log.append(act("scan"), act("scan"), act("find", "s1"))
    log.database.scrub()
    assert log.database.path is not None
    shutil.copy(log.database.path, tmp_path / "copy.db")
    log.append(act("album", "s1"), act("hide"))
    restored_to(log, tmp_path / "copy.db")
    return log


def accept(log: Log) -> None:
    with log.database.begin() as session:
        lost = log.ledger.lost(session)
        assert lost is not None
        log.ledger.append(session, Act(RESTORED, Actor("ben"), facts=facts_of(lost)), START)


def test_after_a_restore_the_ledger_goes_on_and_says_for_good_what_was_lost(back: Log) -> None:
    remembered = back.keys.recall("checkpoint")
    assert remembered is not None
    lost = open_checkpoint(remembered, back.ledger.verifier_key)
    assert "counts 5" in back.finding()
    back.append(act("scan"))
    back.append(act("scan"), act("scan"))
    assert "rewritten, or went on from an older copy" in back.finding()
    assert back.keys.recall("checkpoint") == remembered
    accept(back)
    with back.database.begin() as session:
        verified = back.ledger.verify(session)
        assert back.ledger.lost(session) is None
    (told,) = verified.restored
    assert (told.index, told.lost_size, told.lost_root) == (6, lost.size, lost.root.hex())
    assert verified.size == 7
    assert back.keys.recall("checkpoint") == verified.checkpoint_note
    back.append(act("scan"))
    with back.database.begin() as session:
        assert back.ledger.verify(session).restored == (told,)
    back.attack("DELETE FROM ledger_entries WHERE idx = 7", "DELETE FROM ledger_checkpoints WHERE size = 8")
    assert "counts 8" in back.finding()


def test_an_entry_that_names_another_checkpoint_excuses_nothing(back: Log) -> None:
    wrong = (("lost_size", 5), ("lost_root", "00" * 32))
    with back.database.begin() as session:
        back.ledger.append(session, Act(RESTORED, Actor("eve"), facts=wrong), START)
    assert "counts 5" in back.finding()


def test_a_process_killed_before_it_remembers_the_acceptance_catches_up(back: Log) -> None:
    before = back.keys.recall("checkpoint")
    assert before is not None
    accept(back)
    back.keys.remember("checkpoint", before)
    assert back.verify() == 4
    back.append(act("scan"))
    assert "\n5\n" in (back.keys.recall("checkpoint") or "")


def test_each_publication_proves_that_it_grew_out_of_the_one_before(log: Log, tmp_path: Path, alone: Path) -> None:
    folder, key = tmp_path / "www", str(log.ledger.verifier_key)
    log.append(act("scan"))
    assert publish(log, folder) == Published(1, None, None)
    assert publish(log, folder) == Published(1, 1, None)
    assert not (folder / "consistency").exists()
    for more in (2, 1, 4):
        log.append(*[act("scan")] * more)
        publish(log, folder)
    assert (folder / "key").read_text() == key + "\n"
    assert (folder / "checkpoint").read_text() == note_of(log) == (folder / "checkpoints" / "8").read_text()
    assert sorted(path.name for path in (folder / "consistency").iterdir()) == ["1-3", "3-4", "4-8"]
    for old, new in ((1, 3), (3, 4), (4, 8)):
        files = (folder / "checkpoints" / str(old), folder / "consistency" / f"{old}-{new}")
        checked = verifier(alone, "consistency", *files, "--key", folder / "key")
        assert checked.returncode == 0, checked.stderr
        assert f"of {new} entries begins with that of {old}" in checked.stdout
    swapped = verifier(alone, "consistency", folder / "checkpoints/3", folder / "consistency/4-8", "--key", key)
    assert swapped.returncode == 1
    assert "starts at 4 entries" in swapped.stderr
    content = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert b"ada" not in content


def test_a_rewritten_ledger_is_not_published_over_the_old_one(log: Log, tmp_path: Path, alone: Path) -> None:
    folder = tmp_path / "www"
    log.append(act("find"), act("find"))
    publish(log, folder)
    old = (folder / "checkpoint").read_text()
    log.attack("DELETE FROM ledger_entries", "DELETE FROM ledger_checkpoints", "DELETE FROM ledger_nodes")
    log.append(*[act("innocent")] * 3)
    with pytest.raises(LedgerError, match="no beginning of this ledger"):
        publish(log, folder)
    assert (folder / "checkpoint").read_text() == old
    forged = tmp_path / "forged"
    log.append(act("innocent"))
    with log.database.begin() as session:
        proof = log.ledger.consistency(session, 2)
        note = log.ledger.proof(session, 0).checkpoint
    forged.write_text(growth_text(2, proof, note), "utf-8")
    told = verifier(alone, "consistency", folder / "checkpoint", forged, "--key", folder / "key")
    assert told.returncode == 1
    assert "it was rewritten" in told.stderr


def test_after_an_accepted_restore_the_entry_is_published_instead_of_a_proof(
    back: Log, tmp_path: Path, alone: Path
) -> None:
    folder = tmp_path / "www"
    folder.mkdir()
    (folder / "checkpoint").write_text(back.keys.recall("checkpoint") or "", "utf-8")
    with pytest.raises(LedgerError, match="accept-restore"):
        publish(back, folder)
    accept(back)
    assert publish(back, folder) == Published(4, 5, 3)
    checked = verifier(alone, "proof", folder / "restored" / "3.tlog-proof", "--key", folder / "key")
    assert checked.returncode == 0, checked.stderr
    assert "did 'restored'" in checked.stdout
    assert "lost_size: 5" in checked.stdout


def test_a_folder_with_something_else_in_it_is_refused(log: Log, tmp_path: Path) -> None:
    log.append(act("scan"))
    (tmp_path / "checkpoint").write_text(PUBLIC, "utf-8")
    with pytest.raises(UsageError, match="did not publish"):
        publish(log, tmp_path)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(UsageError, match="another folder"):
        publish(log, blocked)


def test_the_verifier_says_who_signed_and_what_the_entry_says(log: Log, tmp_path: Path, alone: Path) -> None:
    press, council = Witness("press.example/w", 1), Witness("council.example/w", 2)
    know(log, press, council)
    log.append(act("find", "s1"))
    keep(log, press.cosign(note_of(log), START))
    folder, file = tmp_path / "www", tmp_path / "one.tlog-proof"
    publish(log, folder)
    with log.database.begin() as session:
        proof = log.ledger.proof(session, 0)
    file.write_text(proof.to_text(), "utf-8")
    asked = ("--key", folder / "key", "--witness", str(press.key), "--witness", str(council.key))
    checked = verifier(alone, "checkpoint", folder / "checkpoint", *asked)
    assert checked.returncode == 0, checked.stderr
    assert "1 of 2 witnesses: press.example/w (2026-05-01 09:30 UTC)" in checked.stdout
    checked = verifier(alone, "proof", file, *asked)
    assert checked.returncode == 0, checked.stderr
    assert "ada (operator, by api) did 'find'" in checked.stdout
    assert "About 1 person" in checked.stdout
    assert "0 of 2 witnesses" in checked.stdout
    for old, new in ((b"ada", b"eve"), (b"find", b"hide")):
        changed = sayso_verify.base64.b64encode(proof.body.replace(old, new)).decode()
        lines = [f"extra {changed}" if line.startswith("extra") else line for line in proof.to_text().split("\n")]
        file.write_text("\n".join(lines), "utf-8")
        refused = verifier(alone, "proof", file, *asked)
        assert refused.returncode == 1
        assert refused.stderr.startswith("DOES NOT VERIFY")
        assert refused.stdout == ""


def test_the_verifier_reads_a_public_logs_checkpoint() -> None:
    keys = [sayso_verify.Key.parse(text) for text in (LOG, REMORA, STAGEMOLE)]
    checkpoint = sayso_verify.open_checkpoint(PUBLIC, keys[0], keys[1:])
    assert (checkpoint.size, len(checkpoint.witnesses)) == (1432088532, 2)
    for damaged in (PUBLIC.replace("rAWfBw", "rAWfCw"), PUBLIC.replace("S0\n", "S1\n"), PUBLIC[:-1], ""):
        if damaged != PUBLIC:
            with pytest.raises(sayso_verify.VerificationError):
                sayso_verify.open_checkpoint(damaged, keys[0], keys[1:])


@pytest.mark.parametrize(("old", "new"), GROWTHS)
def test_the_verifier_agrees_with_the_vectors_of_rfc_6962(old: int, new: int) -> None:
    _, read = grow(LEAVES)
    roots = [sayso_verify.hashlib.sha256().digest(), *map(bytes.fromhex, ROOTS)]
    proof = merkle.consistency_proof(old, new, read)
    assert sayso_verify.extends(old, new, proof, roots[old], roots[new])
    assert not sayso_verify.extends(old, new, [*proof, roots[1]], roots[old], roots[new])
    # Every tree begins with the empty one, whatever its root.
    assert sayso_verify.extends(old, new, proof, roots[old], bytes(32)) == (old == 0 < new)
    assert not sayso_verify.extends(old, new, proof, bytes(32), roots[new])
    assert not sayso_verify.extends(new + 1, new, proof, roots[old], roots[new])
    for index in range(new):
        path = merkle.inclusion_proof(index, new, read)
        leaf = sayso_verify.leaf_hash(LEAVES[index])
        assert sayso_verify.includes(index, new, leaf, path, roots[new])
        assert not sayso_verify.includes(index, new, leaf, [*path, leaf], roots[new])
        assert not sayso_verify.includes(index, new, sayso_verify.leaf_hash(b"x"), path, roots[new])
        assert not sayso_verify.includes(new, new, leaf, path, roots[new])


def test_the_verifier_imports_nothing_but_pythons_own_library_and_cryptography() -> None:
    tree = ast.parse(Path(sayso_verify.__file__).read_text("utf-8"))
    named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in named} - sys.stdlib_module_names == {"cryptography"}
    assert not {"socket", "urllib", "http", "ssl", "ctypes", "subprocess"} & {name.split(".")[0] for name in named}


def test_an_entry_cannot_play_tricks_on_the_readers_terminal() -> None:
    body = b'{"at":"now","actor":"ada\\u001b[2J","role":"operator","route":"api","verb":"find","collection":null,'
    body += b'"purpose":null,"reach":null,"counts":null,"facts":{"note":"a\\u202eb"},"subjects":[]}'
    told = sayso_verify.in_words(body)
    assert "did 'find'" in told
    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "none that this version" in sayso_verify.in_words(b"\x1b[2J")
    assert "\x1b" not in sayso_verify.in_words(b"\x1b[2J")


def test_after_every_entry_about_a_person_there_is_a_signed_checkpoint(log: Log) -> None:
    """So no day passes without one: what changed nothing since the last checkpoint needs no new one."""
    for number in range(4):
        log.append(act("find", "s1"), act("scan"))
        note = log.keys.recall("checkpoint")
        assert note is not None
        checkpoint = open_checkpoint(note, log.ledger.verifier_key)
        with log.database.begin() as session:
            entries = log.ledger.entries(session, subject="s1")
            proof = log.ledger.proof(session, entries[-1].index)
        assert checkpoint.size == 2 * number + 2
        assert proof.checkpoint == note
        assert entries[-1].at <= START + timedelta(minutes=1)


def test_a_ledger_whose_file_was_cut_short_is_said_to_be_damaged(log: Log) -> None:
    log.append(*[act("scan")] * 400)
    log.database.scrub()
    log.database.close()
    assert log.database.path is not None
    whole = log.database.path.read_bytes()
    for size in (len(whole) // 2, 100):
        log.database.path.write_bytes(whole[:size])
        with pytest.raises(ArchiveError, match="damaged"):
            Log(log.ledger, Database(log.database.path), log.keys).verify()
