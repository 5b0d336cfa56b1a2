"""Rules on what must have happened before anybody is enrolled, and on whose word.

May know: invitation, notice, capture, witness, declarations. Must not know: pixels, templates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from .facts import Action, Facts
from .rules import Rule, known, person


def date_everywhere(now: datetime) -> date:
    """The latest date that has begun everywhere on earth (UTC−12), so that no waiting period ends early anywhere."""
    return (now - (now.utcoffset() or timedelta()) - timedelta(hours=12)).date()


@dataclass(frozen=True, slots=True)
class Invited(Rule):
    """Nobody enrols themselves or others unasked: somebody answers for the invite."""

    name: ClassVar[str] = "invited"

    def holds(self, facts: Facts) -> bool:
        return bool(person(facts.inviter, "inviter"))


@dataclass(frozen=True, slots=True)
class NoticeLanguages(Rule):
    """The notice is published, and in every one of ``languages`` (ISO 639-1 codes)."""

    languages: tuple[str, ...]

    name: ClassVar[str] = "notice-languages"
    must_guard: ClassVar[frozenset[Action]] = frozenset({Action.ENROL})
    about_archive: ClassVar[bool] = True

    def holds(self, facts: Facts) -> bool:
        published = known(facts.notice_languages, "notice_languages")
        return bool(published) and published >= set(self.languages)


@dataclass(frozen=True, slots=True)
class DeclaredBefore(Rule):
    """The declaration was made at least ``days`` full days ago."""

    declaration: str
    days: int

    name: ClassVar[str] = "declared-before"
    about_archive: ClassVar[bool] = True

    def holds(self, facts: Facts) -> bool:
        made = known(known(facts.declarations, "declarations").get(self.declaration), "declarations")
        return made + timedelta(days=self.days) <= date_everywhere(known(facts.now, "now"))


@dataclass(frozen=True, slots=True)
class PolicyPublished(Rule):
    """The public policy was out before this enrolment, and so before the first."""

    name: ClassVar[str] = "policy-published"
    about_archive: ClassVar[bool] = True

    def holds(self, facts: Facts) -> bool:
        return known(facts.policy_published_at, "policy_published_at") <= known(facts.now, "now")


@dataclass(frozen=True, slots=True)
class CaptureMadeKnowingly(Rule):
    """The capture was made for this, not taken out of the archive."""

    name: ClassVar[str] = "capture-made-knowingly"

    def holds(self, facts: Facts) -> bool:
        return not known(facts.capture_from_archive, "capture_from_archive")


@dataclass(frozen=True, slots=True)
class WitnessApart(Rule):
    """A capture that was not live has a witness, who is not the inviter."""

    name: ClassVar[str] = "witness-apart"

    def holds(self, facts: Facts) -> bool:
        if known(facts.capture_live, "capture_live"):
            return True
        return person(facts.witness, "witness") != person(facts.inviter, "inviter")


@dataclass(frozen=True, slots=True)
class WitnessQuota(Rule):
    """One witness vouches for at most ``quota`` captures a day."""

    quota: int

    name: ClassVar[str] = "witness-quota"

    def holds(self, facts: Facts) -> bool:
        return known(facts.capture_live, "capture_live") or (
            known(facts.witnessed_today, "witnessed_today") < self.quota
        )
