"""The ledger: an append-only Merkle log of what was done, and proofs that anybody can check."""

from .checkpoint import Checkpoint, open_checkpoint
from .entries import Entry
from .log import Ledger
from .note import VerifierKey
from .proof import FILE_ENDING, InclusionProof, verify_proof
from .tables import TABLES, TRIGGERS, LedgerCheckpoint, LedgerEntry, LedgerNode
from .verify import Verified

__all__ = [
    "FILE_ENDING",
    "TABLES",
    "TRIGGERS",
    "Checkpoint",
    "Entry",
    "InclusionProof",
    "Ledger",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerNode",
    "Verified",
    "VerifierKey",
    "open_checkpoint",
    "verify_proof",
]
