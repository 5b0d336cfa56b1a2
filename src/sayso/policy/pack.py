"""What a law pack is once it has been read: titles, regulators, basis codes, remarks, and a list of rules.

May know: rules. Must not know: files, or how a decision falls.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .facts import Action
from .rules import Basis, Rule


@dataclass(frozen=True, slots=True)
class Regulator:
    """Whom to turn to. ``site`` is a name to print; nothing connects to it."""

    name: str
    site: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of the law that people should read and no program can check. ``texts`` by language."""

    citation: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pack:
    """The rules of one jurisdiction.

    ``titles`` by language. ``effective`` is the day from which the law in this form applies, ``review`` the day by
    which somebody must read it again. ``proof_years`` is how long the proof of a consent is kept, in whole years.
    ``members`` names the packs that a ``strictest_of`` pack combines; it is empty for all others. ``named`` are the
    actions that the pack has rules of its own on; for a combined pack, those that all its members have rules on.
    """

    id: str
    titles: Mapping[str, str]
    effective: date
    review: date
    regulators: tuple[Regulator, ...]
    proof_years: int
    proof_citation: str
    bases: tuple[Basis, ...]
    remarks: tuple[Remark, ...]
    rules: tuple[Rule, ...]
    members: tuple[str, ...] = ()
    named: frozenset[Action] = frozenset()

    def title(self, language: str = "en") -> str:
        """The pack's name; English where it has none in ``language``."""
        return self.titles.get(language, self.titles["en"])
