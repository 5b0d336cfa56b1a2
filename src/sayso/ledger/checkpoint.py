"""Checkpoints (C2SP tlog-checkpoint): how many entries a log has, and their root, in a signed note.

May know: signed notes. Must not know: entries, tables, keys at rest.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from ..errors import LedgerError
from .merkle import HASH_BYTES
from .note import VerifierKey, decode_base64, open_note, sign_note

_SIZE = re.compile(r"0|[1-9][0-9]{0,19}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its origin, its size in entries, its root (32 bytes), and lines of others, if any."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        """The lines that are signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """The checkpoint in the text of a note. Raises LedgerError when the text is no checkpoint."""
        lines = text.split("\n")
        try:
            origin, size, encoded, *extensions, end = lines
            root = decode_base64(encoded)
        except ValueError:
            raise _malformed() from None
        if not origin or end or not all(extensions) or not _SIZE.fullmatch(size) or len(root) != HASH_BYTES:
            raise _malformed()
        return cls(origin, int(size), root, tuple(extensions))

    def sign(self, key: VerifierKey, sign: Callable[[bytes], bytes]) -> str:
        """This checkpoint as a signed note; see ``sign_note``."""
        return sign_note(self.text(), key, sign)


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint in ``note``, once the signature of ``key`` verifies and the origin is the key's name.

    Raises LedgerError when it is malformed, wrongly signed, or another log's.
    """
    checkpoint = Checkpoint.parse(open_note(note, key))
    if checkpoint.origin != key.name:
        raise LedgerError("The checkpoint belongs to another ledger.", f"Ask for one of {key.name}.")
    return checkpoint


def _malformed() -> LedgerError:
    return LedgerError("This is no checkpoint.", "Take the text whole: origin, size, root and signature.")
