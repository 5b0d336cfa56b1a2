"""The policy room: law packs as data, and one question, may this be done?

May know: the shared values. Must not know: everything else; the rooms above bring the facts.
"""

from .decide import decide, explain, lacking
from .facts import Action, Facts
from .load import available, load_pack
from .pack import Pack, Regulator, Remark
from .reading import PackError
from .rules import Basis
from .strictest import (
    Retention,
    age_of_consent,
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
    "Pack",
    "PackError",
    "Regulator",
    "Remark",
    "Retention",
    "age_of_consent",
    "available",
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
    "retention_limit",
    "witness_quota",
]
