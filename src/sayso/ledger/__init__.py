"""The ledger: an append-only Merkle log of what was done, and proofs that anybody can check."""

from .browsing import Browsed, Listed, browse
from .checkpoint import Checkpoint, open_checkpoint
from .cosignature import WitnessKey
from .entries import Entry
from .log import Ledger
from .note import VerifierKey
from .proof import FILE_ENDING, InclusionProof, verify_proof
from .publish import Published, growth_text
from .restored import RESTORED, Restored, facts_of
from .tables import TABLES, TRIGGERS, LedgerCheckpoint, LedgerEntry, LedgerNode
from .together import Together
from .verify import Verified
from .witnesses import Cosigned, add_witness, forget_witness, keep_cosignatures, known_witnesses

__all__ = [
    "FILE_ENDING",
    "RESTORED",
    "TABLES",
    "TRIGGERS",
    "Browsed",
    "Checkpoint",
    "Cosigned",
    "Entry",
    "InclusionProof",
    "Ledger",
    "LedgerCheckpoint",
    "LedgerEntry",
    "LedgerNode",
    "Listed",
    "Published",
    "Restored",
    "Together",
    "Verified",
    "VerifierKey",
    "WitnessKey",
    "add_witness",
    "browse",
    "facts_of",
    "forget_witness",
    "growth_text",
    "keep_cosignatures",
    "known_witnesses",
    "open_checkpoint",
    "verify_proof",
]
