"""Rules on the archive as a whole: its law, its sources, its end, and tests of accuracy.

May know: packs' ids, kinds of stores, approvals, counts of people. Must not know: any person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .facts import Facts
from .rules import Rule, known, person


@dataclass(frozen=True, slots=True)
class PackChosen(Rule):
    """At least one law pack is chosen; none is a default."""

    name: ClassVar[str] = "pack-chosen"
    about_archive: ClassVar[bool] = True

    def holds(self, facts: Facts) -> bool:
        return bool(known(facts.packs, "packs"))


@dataclass(frozen=True, slots=True)
class SourceConfigured(Rule):
    """Photos come from one of ``kinds``, stores that an operator holds."""

    kinds: tuple[str, ...]

    name: ClassVar[str] = "source-configured"

    def holds(self, facts: Facts) -> bool:
        return known(facts.source, "source") in self.kinds


@dataclass(frozen=True, slots=True)
class PersonsApproved(Rule):
    """At least ``persons`` different people approved."""

    persons: int

    name: ClassVar[str] = "persons-approved"

    def holds(self, facts: Facts) -> bool:
        approvers = known(facts.approvers, "approvers")
        return len({person(one, "approvers") for one in approvers}) >= self.persons


@dataclass(frozen=True, slots=True)
class PersonsInFolder(Rule):
    """Rates are computed on at least ``persons`` people, so that they say nothing about one of them."""

    persons: int

    name: ClassVar[str] = "persons-in-folder"

    def holds(self, facts: Facts) -> bool:
        return known(facts.persons_in_folder, "persons_in_folder") >= self.persons
