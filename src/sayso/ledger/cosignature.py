"""Cosignatures of outside witnesses (C2SP tlog-cosignature, Ed25519): who has seen which checkpoint, and when.

May know: signed notes. Must not know: tables, private keys, entries.
A witness signs that a checkpoint is the largest consistent one of this log that it has seen; it reads no entries.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ..errors import LedgerError
from .note import key_id, key_text, parse_key, read_note, signatures_by, verify_signature

_COSIGNATURE = b"\x04"
_TIME_BYTES = 8


@dataclass(frozen=True, slots=True)
class WitnessKey:
    """A witness: a name without spaces and plus signs, and an Ed25519 public key (32 bytes)."""

    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes by which signature lines name this key."""
        return key_id(self.name, _COSIGNATURE, self.public_key)

    def __str__(self) -> str:
        return key_text(self.name, _COSIGNATURE, self.public_key)

    @classmethod
    def parse(cls, text: str) -> WitnessKey:
        """The key that ``str`` printed. Raises LedgerError when it is damaged, or no witness' key."""
        return cls(*parse_key(text, _COSIGNATURE))


def cosigned_at(note: str, witness: WitnessKey) -> datetime | None:
    """When ``witness`` cosigned the checkpoint in ``note`` last; None when it did not.

    Raises LedgerError when the note is malformed or a signature under the witness' name is wrong.
    """
    text, signatures = read_note(note)
    times = [_verified(text, witness, signature) for signature in signatures_by(witness.name, witness.id, signatures)]
    return max(times, default=None)


def cosignature_line(note: str, witness: WitnessKey) -> str | None:
    """The witness' newest signature line under ``note``, without its newline; None when there is none.

    Raises LedgerError as ``cosigned_at`` does.
    """
    text, _, lines = note.rpartition("\n\n")
    dated = [(cosigned_at(f"{text}\n\n{line}\n", witness), line) for line in lines.splitlines()]
    own = [(at, line) for at, line in dated if at is not None]
    return max(own)[1] if own else None


def _verified(text: str, witness: WitnessKey, signature: bytes) -> datetime:
    seconds = int.from_bytes(signature[:_TIME_BYTES], "big")
    message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    verify_signature(witness.name, witness.public_key, signature[_TIME_BYTES:], message)
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        raise LedgerError(f"The signature of {witness.name} bears an impossible time.", "Ask for it again.") from None
