"""Rules on using what was consented to: templates, matches, albums.

May know: consent, purposes, collections, clocks, budgets. Must not know: vectors, scores, faces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..values import Purpose
from .facts import Action, Facts
from .rules import Rule, known, years_after


@dataclass(frozen=True, slots=True)
class ConsentLive(Rule):
    """There is a consent record, and it stands."""

    name: ClassVar[str] = "consent-live"

    def holds(self, facts: Facts) -> bool:
        return known(facts.consent_state, "consent_state") == "given"


@dataclass(frozen=True, slots=True)
class PurposeAgreed(Rule):
    """The consent names the purpose of this very act."""

    name: ClassVar[str] = "purpose-agreed"

    def holds(self, facts: Facts) -> bool:
        return known(facts.purpose, "purpose") in known(facts.purposes_agreed, "purposes_agreed")


@dataclass(frozen=True, slots=True)
class PurposeFits(Rule):
    """The purpose is one of ``purposes``, which are all that this action can serve."""

    purposes: tuple[Purpose, ...]

    name: ClassVar[str] = "purpose-fits"

    def holds(self, facts: Facts) -> bool:
        return known(facts.purpose, "purpose") in self.purposes


@dataclass(frozen=True, slots=True)
class Confirmed(Rule):
    """The invited contact confirmed; until then a template sleeps."""

    name: ClassVar[str] = "confirmed"

    def holds(self, facts: Facts) -> bool:
        return known(facts.confirmed, "confirmed")


@dataclass(frozen=True, slots=True)
class InvitedCollection(Rule):
    """For ``purposes``, which look into photos, the collection is one that the consent names."""

    purposes: tuple[Purpose, ...]

    name: ClassVar[str] = "invited-collection"

    def holds(self, facts: Facts) -> bool:
        if known(facts.purpose, "purpose") not in self.purposes:
            return True
        return known(facts.collection, "collection") in known(facts.collections, "collections")


@dataclass(frozen=True, slots=True)
class RetentionClock(Rule):
    """No use after ``after_contact_years`` without contact, nor ``after_purpose_years`` after the purpose ended.

    Whole years. A pack whose law counts nothing from the last contact leaves ``after_contact_years`` out.
    """

    after_purpose_years: int
    after_contact_years: int | None = None

    name: ClassVar[str] = "retention-clock"
    must_guard: ClassVar[frozenset[Action]] = frozenset({Action.USE_TEMPLATE})

    def holds(self, facts: Facts) -> bool:
        now = known(facts.now, "now")
        if now >= years_after(known(facts.purpose_ended, "purpose_ended"), self.after_purpose_years):
            return False
        if self.after_contact_years is None:
            return True
        return now < years_after(known(facts.last_contact, "last_contact"), self.after_contact_years)


@dataclass(frozen=True, slots=True)
class PointMisses(Rule):
    """One person misses at most ``misses`` times a day, so that pointing cannot be used to question strangers."""

    misses: int

    name: ClassVar[str] = "point-misses"

    def holds(self, facts: Facts) -> bool:
        return known(facts.misses_today, "misses_today") < self.misses


@dataclass(frozen=True, slots=True)
class NotMarked(Rule):
    """Nobody has asked that this face never be measured."""

    name: ClassVar[str] = "not-marked"

    def holds(self, facts: Facts) -> bool:
        return not known(facts.do_not_measure, "do_not_measure")


@dataclass(frozen=True, slots=True)
class OwnTemplate(Rule):
    """A person is compared with their own template and no other."""

    name: ClassVar[str] = "own-template"

    def holds(self, facts: Facts) -> bool:
        return known(facts.own_template, "own_template")
