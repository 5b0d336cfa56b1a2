"""Outside witnesses: a real cosigned checkpoint of a public log, and witnesses of our own that sign ours."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sayso.errors import LedgerError, UsageError
from sayso.ledger import WitnessKey, add_witness, forget_witness, keep_cosignatures, known_witnesses, open_checkpoint
from sayso.ledger.cosignature import cosignature_line, cosigned_at
from sayso.ledger.note import VerifierKey

from .conftest import START, Log, act

# A checkpoint of a public Certificate Transparency log, cosigned by public witnesses on 23 May 2026.
LOG = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
STAGEMOLE = "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv"
PUBLIC = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei5"
    "9RA23oHP7Ry1k3ZFWwQ=\n"
    "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0D"
    "rAWfBw==\n"
    "— witness.stagemole.eu Z/euoAAAAABqEiEgw0i+7g2ENfDAWHmtRzCfKTHSDwYDJA2NmKeGi9Y8FtEyOUvVr+AJmIY/2TUFucgKi7lI7cUi"
    "OvKFYe/TmN9DAg==\n"
)
SIGNED_AT = datetime.fromtimestamp(0x6A122120, UTC)


class Witness:
    """An outside witness with a key of its own, that signs whatever checkpoint it is shown."""

    def __init__(self, name: str, seed: int) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.key = WitnessKey(name, self._private.public_key().public_bytes_raw())

    def cosign(self, note: str, at: datetime) -> str:
        """``note`` with this witness' line."""
        text = note.rpartition("\n\n")[0] + "\n"
        seconds = int(at.timestamp())
        signature = self._private.sign(f"cosignature/v1\ntime {seconds}\n{text}".encode())
        content = self.key.id + seconds.to_bytes(8, "big") + signature
        return f"{note}— {self.key.name} {base64.b64encode(content).decode()}\n"


def note_of(log: Log) -> str:
    with log.database.begin() as session:
        return log.ledger.verify(session).checkpoint_note


def keep(log: Log, note: str) -> list[str]:
    with log.database.begin() as session:
        return [one.witness for one in keep_cosignatures(session, note, log.ledger.verifier_key)]


def know(log: Log, *witnesses: Witness) -> None:
    with log.database.begin() as session:
        for one in witnesses:
            add_witness(session, one.key.name, str(one.key), START)


def test_a_public_logs_checkpoint_and_its_witnesses_verify() -> None:
    assert open_checkpoint(PUBLIC, VerifierKey.parse(LOG)).size == 1432088532
    for text in (REMORA, STAGEMOLE):
        witness = WitnessKey.parse(text)
        assert str(witness) == text
        assert cosigned_at(PUBLIC, witness) == SIGNED_AT
        line = cosignature_line(PUBLIC, witness)
        assert line is not None
        assert f"{line}\n" in PUBLIC
    with pytest.raises(LedgerError, match="does not fit"):
        cosigned_at(PUBLIC.replace("\n1432088532\n", "\n1432088533\n"), WitnessKey.parse(REMORA))
    with pytest.raises(LedgerError, match="does not fit"):
        cosigned_at(PUBLIC.replace("AAAABqEiEgPlf", "AAAABqEiEhPlf"), WitnessKey.parse(REMORA))


def test_a_log_key_is_no_witness_key_and_the_other_way_round() -> None:
    with pytest.raises(LedgerError, match="damaged"):
        WitnessKey.parse(LOG)
    with pytest.raises(LedgerError, match="damaged"):
        VerifierKey.parse(REMORA)


def test_verification_says_which_known_witnesses_signed(log: Log) -> None:
    press, council = Witness("press.example/w", 1), Witness("council.example/w", 2)
    stranger = Witness("stranger.example/w", 3)
    know(log, press, council)
    log.append(act("scan"), act("scan"))
    note = note_of(log)
    signed = stranger.cosign(press.cosign(note, START), START)
    assert keep(log, signed) == ["press.example/w"]
    with log.database.begin() as session:
        verified = log.ledger.verify(session)
    told = {one.witness: (one.size, one.at) for one in verified.witnesses}
    assert told == {"press.example/w": (2, START), "council.example/w": (0, None)}
    log.append(act("scan"))
    assert keep(log, council.cosign(press.cosign(note_of(log), START), START)) == [
        "council.example/w",
        "press.example/w",
    ]
    with log.database.begin() as session:
        assert [one.size for one in log.ledger.verify(session).witnesses] == [3, 3]
        forget_witness(session, "press.example/w")
        assert [one.name for one in known_witnesses(session)] == ["council.example/w"]
        assert [one.witness for one in log.ledger.verify(session).witnesses] == ["council.example/w"]


def test_a_rewritten_ledger_is_told_by_what_a_witness_signed(log: Log) -> None:
    """Even when the operator signs the whole tree anew and rewrites what is remembered beside the keys."""
    press = Witness("press.example/w", 1)
    know(log, press)
    log.append(act("find"), act("find"))
    seen = press.cosign(note_of(log), START)
    keep(log, seen)
    log.attack("DELETE FROM ledger_entries", "DELETE FROM ledger_checkpoints", "DELETE FROM ledger_nodes")
    (log.keys.folder / "remembered-checkpoint.txt").unlink()
    log.append(act("innocent"), act("innocent"))
    assert "press.example/w signed over 2 entries is not what this ledger has" in log.finding()
    with log.database.begin() as session, pytest.raises(LedgerError, match="no such checkpoint over 2"):
        keep_cosignatures(session, seen, log.ledger.verifier_key)


def test_what_is_no_cosignature_of_this_ledger_is_not_kept(log: Log) -> None:
    press, stranger = Witness("press.example/w", 1), Witness("stranger.example/w", 3)
    know(log, press)
    log.append(act("scan"))
    note = note_of(log)
    with pytest.raises(UsageError, match="No known witness"):
        keep(log, stranger.cosign(note, START))
    with pytest.raises(UsageError, match="No known witness"):
        keep(log, note)
    with pytest.raises(LedgerError, match="does not bear a signature"):
        keep(log, PUBLIC)
    forged = Witness("press.example/w", 9).cosign(note, START)
    line = forged.removeprefix(note)
    with pytest.raises(UsageError, match="No known witness"):
        keep(log, note + line)
    with pytest.raises(LedgerError, match="does not fit"):
        keep(log, press.cosign(note, START).replace("\n1\n", "\n1\n", 1)[:-9] + "AAAAAA==\n")


def test_a_witness_is_known_by_the_name_in_its_key_and_once(log: Log) -> None:
    press = Witness("press.example/w", 1)
    know(log, press)
    with log.database.begin() as session:
        with pytest.raises(UsageError, match="known already"):
            add_witness(session, "press.example/w", str(press.key), START)
        with pytest.raises(UsageError, match="is one of 'press"):
            add_witness(session, "council", str(press.key), START)
        with pytest.raises(LedgerError, match="damaged"):
            add_witness(session, "press.example/w", str(press.key)[:-1], START)
        with pytest.raises(UsageError, match="no witness 'council'"):
            forget_witness(session, "council")
