"""Proofs that an entry is in the ledger (C2SP tlog-proof), as text that a person keeps and checks alone.

May know: checkpoints, inclusion proofs. Must not know: tables, keys at rest, what entries mean.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from ..errors import LedgerError
from . import merkle
from .checkpoint import open_checkpoint
from .note import VerifierKey, decode_base64

FILE_ENDING = ".tlog-proof"
_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,19})")
_MOST_HASHES = 64


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Entry ``index`` is in the log whose signed head is ``checkpoint``.

    ``hashes`` lead from the entry to the root, the sibling first; ``body`` is the entry itself. In the text form the
    body travels as the format's *extra data*, so that one file is enough; it counts for nothing until it is verified.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    body: bytes

    @property
    def size(self) -> int:
        """How many entries the checkpoint covers. Raises LedgerError when the checkpoint is malformed."""
        lines = self.checkpoint.split("\n", 2)
        if len(lines) < 3 or not lines[1].isdecimal():
            raise _malformed()
        return int(lines[1])

    def to_text(self) -> str:
        """The content of a ``.tlog-proof`` file."""
        lines = [_HEADER]
        if self.body:
            lines.append(f"extra {base64.b64encode(self.body).decode()}")
        lines.append(f"index {self.index}")
        lines.extend(base64.b64encode(hash_).decode() for hash_ in self.hashes)
        return "\n".join(lines) + "\n\n" + self.checkpoint

    @classmethod
    def from_text(cls, text: str) -> InclusionProof:
        """The proof in a ``.tlog-proof`` file, unverified; ``body`` is empty when the file carries none.

        Raises LedgerError when the text is malformed.
        """
        head, separator, checkpoint = text.partition("\n\n")
        header, *lines = head.split("\n")
        if header != _HEADER or not separator or not lines:
            raise _malformed()
        try:
            body = decode_base64(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else b""
            index = _INDEX.fullmatch(lines.pop(0)) if lines else None
            hashes = tuple(decode_base64(line) for line in lines)
        except ValueError:
            raise _malformed() from None
        if index is None or len(hashes) > _MOST_HASHES or any(len(hash_) != merkle.HASH_BYTES for hash_ in hashes):
            raise _malformed()
        return cls(int(index[1]), hashes, checkpoint, body)


def verify_proof(text: str, body: bytes, verifier_key: str) -> None:
    """Check, with nothing but ``verifier_key``, that ``body`` is the entry that the proof in ``text`` speaks of.

    Raises LedgerError when the text is malformed, when the checkpoint is not signed by that key, or when the entry
    is not in the tree that was signed.
    """
    proof = InclusionProof.from_text(text)
    checkpoint = open_checkpoint(proof.checkpoint, VerifierKey.parse(verifier_key))
    leaf = merkle.leaf_hash(body)
    if not merkle.verify_inclusion(proof.index, checkpoint.size, leaf, proof.hashes, checkpoint.root):
        raise LedgerError(
            f"The proof does not show that this is entry {proof.index} of the ledger.",
            "The entry or the proof was changed; ask for both again, and tell the privacy contact.",
        )


def _malformed() -> LedgerError:
    return LedgerError("This is no proof of a ledger entry.", f"Open the whole {FILE_ENDING} file.")
