"""Rules on reach: whose faces a collection allows to be measured, and what must be there before it is more than one.

May know: reach, basis, occasion, approval, counts of faces. Must not know: who is in a photo.
The reach ``pointed`` needs no basis; every rule on asking for a reach is satisfied by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..values import Reach
from .facts import Action, Facts
from .rules import Basis, Rule, known, person


def _pointed(facts: Facts) -> bool:
    return known(facts.reach, "reach") is Reach.POINTED


@dataclass(frozen=True, slots=True)
class BasisOpensReach(Rule):
    """The basis is one of the pack's codes for this reach. Free text is no code."""

    bases: tuple[Basis, ...]

    name: ClassVar[str] = "basis-opens-reach"
    must_guard: ClassVar[frozenset[Action]] = frozenset({Action.WIDEN, Action.APPROVE, Action.SWEEP_PHOTO})

    def holds(self, facts: Facts) -> bool:
        if _pointed(facts):
            return True
        basis = known(facts.basis, "basis")
        return any(one.code == basis and facts.reach in one.opens for one in self.bases)


@dataclass(frozen=True, slots=True)
class BasisForAccuracy(Rule):
    """Measuring accuracy measures every face in a folder, so it needs a code that opens ``swept``."""

    bases: tuple[Basis, ...]

    name: ClassVar[str] = "basis-for-accuracy"
    must_guard: ClassVar[frozenset[Action]] = frozenset({Action.MEASURE_ACCURACY})

    def holds(self, facts: Facts) -> bool:
        basis = known(facts.basis, "basis")
        return any(one.code == basis and Reach.SWEPT in one.opens for one in self.bases)


@dataclass(frozen=True, slots=True)
class AssessmentPresent(Rule):
    """The impact assessment itself lies with the collection."""

    name: ClassVar[str] = "assessment-present"

    def holds(self, facts: Facts) -> bool:
        return _pointed(facts) or known(facts.assessment_present, "assessment_present")


@dataclass(frozen=True, slots=True)
class OccasionSet(Rule):
    """The occasion has a beginning and an end, in that order."""

    name: ClassVar[str] = "occasion-set"

    def holds(self, facts: Facts) -> bool:
        if _pointed(facts):
            return True
        occasion = known(facts.occasion, "occasion")
        return occasion.start <= occasion.end


@dataclass(frozen=True, slots=True)
class ReachNotExpired(Rule):
    """The wider reach has a last moment, and it lies ahead."""

    name: ClassVar[str] = "reach-not-expired"

    def holds(self, facts: Facts) -> bool:
        return _pointed(facts) or known(facts.now, "now") < known(facts.reach_expires, "reach_expires")


@dataclass(frozen=True, slots=True)
class ProposerNamed(Rule):
    """Somebody answers for asking."""

    name: ClassVar[str] = "proposer-named"

    def holds(self, facts: Facts) -> bool:
        return _pointed(facts) or bool(person(facts.proposed_by, "proposed_by"))


@dataclass(frozen=True, slots=True)
class SecondPersonApproved(Rule):
    """Somebody other than the one who asked has approved."""

    name: ClassVar[str] = "second-person-approved"

    def holds(self, facts: Facts) -> bool:
        if _pointed(facts):
            return True
        return person(facts.approved_by, "approved_by") != person(facts.proposed_by, "proposed_by")


@dataclass(frozen=True, slots=True)
class WiderThanPointed(Rule):
    """At ``pointed`` only the face that somebody points at is measured, so no photo is searched."""

    name: ClassVar[str] = "wider-than-pointed"

    def holds(self, facts: Facts) -> bool:
        return not _pointed(facts)


@dataclass(frozen=True, slots=True)
class TakenInsideOccasion(Rule):
    """The photo has a capture time, and the occasion's window holds it."""

    name: ClassVar[str] = "taken-inside-occasion"

    def holds(self, facts: Facts) -> bool:
        return known(facts.occasion, "occasion").holds(known(facts.photo_taken_at, "photo_taken_at"))


@dataclass(frozen=True, slots=True)
class CuesPassed(Rule):
    """At ``narrowed`` only photos that passed a cue are measured."""

    name: ClassVar[str] = "cues-passed"

    def holds(self, facts: Facts) -> bool:
        return known(facts.reach, "reach") is not Reach.NARROWED or known(facts.cues_passed, "cues_passed")


@dataclass(frozen=True, slots=True)
class FacesWithinConsents(Rule):
    """No more faces than people who consented; ``uncounted`` are basis codes under which nobody is pictured."""

    uncounted: tuple[str, ...]

    name: ClassVar[str] = "faces-within-consents"

    def holds(self, facts: Facts) -> bool:
        if known(facts.basis, "basis") in self.uncounted:
            return True
        return known(facts.faces_in_photo, "faces_in_photo") <= known(facts.people_consented, "people_consented")
