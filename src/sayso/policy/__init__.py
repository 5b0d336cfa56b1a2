"""The policy room: law packs as data, and one question, may this be done?

May know: the shared values. Must not know: everything else; the rooms above bring the facts.
"""

from .decide import Lacking, decide, explain, lacking
from .facts import Action, Facts
from .load import available, load_pack, read_pack
from .pack import Pack, Regulator, Remark
from .reading import PackError
from .rules import Basis
from .strictest import (
    Retention,
    age_of_consent,
    bare_age,
    basis_codes,
    declarations,
    full_age,
    languages,
    point_misses,
    proof_ends,
    proof_period,
    retention_limit,
    witness_quota,
)

__all__ = [
    "Action",
    "Basis",
    "Facts",
    "Lacking",
    "Pack",
    "PackError",
    "Regulator",
    "Remark",
    "Retention",
    "age_of_consent",
    "available",
    "bare_age",
    "basis_codes",
    "decide",
    "declarations",
    "explain",
    "full_age",
    "lacking",
    "languages",
    "load_pack",
    "point_misses",
    "proof_ends",
    "proof_period",
    "read_pack",
    "retention_limit",
    "witness_quota",
]
