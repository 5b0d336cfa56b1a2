"""Outside witnesses that an archive knows, and the cosignatures they have given.

May know: the tables, checkpoints, witnesses' public keys. Must not know: private keys, or what an entry says.
Handing a cosignature in is no entry of its own: an entry would make a new checkpoint that nobody has cosigned yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ..errors import LedgerError, UsageError
from .checkpoint import open_checkpoint
from .cosignature import WitnessKey, cosignature_line, cosigned_at
from .note import VerifierKey, read_note
from .reading import stored_note
from .tables import LedgerCosignature, LedgerWitness


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A known witness, and the newest checkpoint that it signed: size 0 and no time when it signed none."""

    witness: str
    size: int
    at: datetime | None


def add_witness(session: Session, name: str, key: str, now: datetime) -> WitnessKey:
    """Know a witness from now on. Raises UsageError when ``name`` is not the key's, or is known; LedgerError for a
    damaged key."""
    parsed = WitnessKey.parse(key)
    if parsed.name != name:
        raise UsageError(f"The key is one of '{parsed.name}', not of '{name}'.", "Give the name that the key bears.")
    if session.get(LedgerWitness, name) is not None:
        raise UsageError(f"The witness '{name}' is known already.", "List them with `sayso ledger witness list`.")
    session.add(LedgerWitness(name=name, key=str(parsed), added_at=now))
    session.flush()
    return parsed


def known_witnesses(session: Session) -> list[WitnessKey]:
    """All witnesses, by name."""
    rows = session.scalars(select(LedgerWitness).order_by(LedgerWitness.name))
    return [WitnessKey.parse(row.key) for row in rows]


def keep_cosignatures(session: Session, note: str, key: VerifierKey) -> list[Cosigned]:
    """Keep what known witnesses have signed under one of this ledger's checkpoints; those who did.

    note: the checkpoint with the witnesses' lines below the ledger's own. Raises LedgerError when it is malformed,
    not this ledger's, not a checkpoint that the ledger has, or when a signature is wrong; UsageError when no known
    witness signed it.
    """
    checkpoint = open_checkpoint(note, key)
    stored = stored_note(session, checkpoint.size)
    if stored is None or read_note(stored)[0] != read_note(note)[0]:
        raise LedgerError(
            f"This ledger has no such checkpoint over {checkpoint.size} entries.",
            "If it is newer than the ledger, an older copy was restored; if not, the ledger was rewritten.",
        )
    kept = []
    for witness in known_witnesses(session):
        line = cosignature_line(note, witness)
        if line is not None:
            session.merge(LedgerCosignature(size=checkpoint.size, witness=witness.name, line=line))
            kept.append(Cosigned(witness.name, checkpoint.size, cosigned_at(note, witness)))
    session.flush()
    if not kept:
        raise UsageError(
            "No known witness has signed this checkpoint.",
            "Add the witness first: `sayso ledger witness add NAME KEY`.",
        )
    return kept


def cosigned_note(session: Session, size: int, note: str) -> str:
    """``note`` with the lines of every witness that signed the checkpoint over ``size`` entries."""
    query = select(LedgerCosignature.line).where(LedgerCosignature.size == size).order_by(LedgerCosignature.witness)
    return note + "".join(f"{line}\n" for line in session.scalars(query))


def check_cosignatures(session: Session) -> list[Cosigned]:
    """Each known witness with the newest checkpoint that it signed, every signature verified.

    Raises LedgerError when one does not fit the checkpoint that the ledger has.
    """
    return [_newest(session, witness) for witness in known_witnesses(session)]


def forget_witness(session: Session, name: str) -> None:
    """Know a witness no longer, with what it signed. Raises UsageError when there is none of that name."""
    if session.get(LedgerWitness, name) is None:
        raise UsageError(f"There is no witness '{name}'.", "List them with `sayso ledger witness list`.")
    session.execute(delete(LedgerCosignature).where(LedgerCosignature.witness == name))
    session.execute(delete(LedgerWitness).where(LedgerWitness.name == name))


def _newest(session: Session, witness: WitnessKey) -> Cosigned:
    query = select(LedgerCosignature).where(LedgerCosignature.witness == witness.name).order_by(LedgerCosignature.size)
    rows: Sequence[LedgerCosignature] = session.scalars(query).all()
    newest = Cosigned(witness.name, 0, None)
    for row in rows:
        note = stored_note(session, row.size)
        try:
            at = cosigned_at(f"{note}{row.line}\n", witness) if note else None
        except LedgerError:
            at = None
        if at is None:
            raise LedgerError(
                f"What {witness.name} signed over {row.size} entries is not what this ledger has: it was rewritten.",
                "Keep the archive as it is, and tell the overseer and the witness.",
            )
        newest = Cosigned(witness.name, row.size, at)
    return newest
