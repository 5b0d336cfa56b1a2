"""Rules on children, and on anybody whose photos were frozen.

May know: an age in years, who consented, what the child was told. Must not know: names, birthdays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from .facts import Action, Facts
from .rules import Age, Rule, known


@dataclass(frozen=True, slots=True)
class GuardianBelowAge(Rule):
    """Below ``age`` (whole years) a guardian consents and the child is told."""

    age: Age

    name: ClassVar[str] = "guardian-below-age"
    must_guard: ClassVar[frozenset[Action]] = frozenset({Action.ENROL, Action.USE_TEMPLATE})

    def holds(self, facts: Facts) -> bool:
        if known(facts.age, "age") >= self.age:
            return True
        return known(facts.guardian_consented, "guardian_consented") and known(facts.child_told, "child_told")


@dataclass(frozen=True, slots=True)
class GuardianUntilAge(Rule):
    """From ``age`` (whole years) on, a guardian's consent no longer counts."""

    age: Age

    name: ClassVar[str] = "guardian-until-age"

    def holds(self, facts: Facts) -> bool:
        return known(facts.age, "age") < self.age or not known(facts.guardian_consented, "guardian_consented")


@dataclass(frozen=True, slots=True)
class NotFrozen(Rule):
    """Nobody with a right to do so has frozen this person's photos."""

    name: ClassVar[str] = "not-frozen"

    def holds(self, facts: Facts) -> bool:
        return not known(facts.frozen, "frozen")


@dataclass(frozen=True, slots=True)
class AlbumBareBelowAge(Rule):
    """Below ``age`` (whole years) an album tells nothing about when and where."""

    age: Age

    name: ClassVar[str] = "album-bare-below-age"

    def holds(self, facts: Facts) -> bool:
        return known(facts.age, "age") >= self.age or known(facts.album_bare, "album_bare")
