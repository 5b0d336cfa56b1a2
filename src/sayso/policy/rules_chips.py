"""Rules on face chips: whether the aligned pixels of faces may be kept between searches, and for how long.

May know: dates, the packs' ids. Must not know: whose faces they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from .facts import Action, Facts
from .rules import Rule, known

_CHIPS = frozenset({Action.KEEP_CHIPS})


@dataclass(frozen=True, slots=True)
class NamedByEveryPack(Rule):
    """Each pack has a rule of its own on the action: what a law is silent about is not done under it."""

    name: ClassVar[str] = "named-by-every-pack"

    def holds(self, facts: Facts) -> bool:
        return set(known(facts.packs, "packs")) == set(known(facts.named_by, "named_by"))


@dataclass(frozen=True, slots=True)
class ChipsEndWithReach(Rule):
    """Chips have a last moment; it lies ahead, and the wider reach lasts as long."""

    name: ClassVar[str] = "chips-end-with-reach"
    must_guard: ClassVar[frozenset[Action]] = _CHIPS

    def holds(self, facts: Facts) -> bool:
        until = known(facts.chips_until, "chips_until")
        return known(facts.now, "now") < until <= known(facts.reach_expires, "reach_expires")


@dataclass(frozen=True, slots=True)
class ChipsTerm(Rule):
    """Chips go after at most ``days`` days."""

    days: int

    name: ClassVar[str] = "chips-term"
    must_guard: ClassVar[frozenset[Action]] = _CHIPS

    def holds(self, facts: Facts) -> bool:
        return known(facts.chips_until, "chips_until") - known(facts.now, "now") <= timedelta(days=self.days)
