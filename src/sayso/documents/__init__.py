"""Documents for people, made from the archive's live settings: policy, record, assessment, notices, receipts.

May know: settings, counts, law packs, what others wrote down. Must not know: vectors, pixels.
Everything here is engineering, not legal advice; every document says so.
"""

from . import breaches
from .breaches import Breach
from .pages import Document
from .papers import make, make_breach_notice
from .personal import make_own_data, make_receipt
from .state import Own, State, read_state
from .tables import BreachRow

__all__ = [
    "Breach",
    "BreachRow",
    "Document",
    "Own",
    "State",
    "breaches",
    "make",
    "make_breach_notice",
    "make_own_data",
    "make_receipt",
    "read_state",
]
