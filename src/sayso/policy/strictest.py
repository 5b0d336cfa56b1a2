"""Single values that follow from several packs at once: wherever two laws differ, the stricter wins.

May know: packs and their rules. Must not know: facts.
Every function raises UsageError when no pack is given, unless the base rules have a value of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from ..errors import UsageError
from ..values import Reach
from .load import base_rules
from .pack import Pack
from .rules import Rule, years_after
from .rules_children import AlbumBareBelowAge, GuardianBelowAge, GuardianUntilAge
from .rules_enrol import DeclaredBefore, NoticeLanguages, WitnessQuota
from .rules_reach import BasisOpensReach
from .rules_use import PointMisses, RetentionClock

Kind = TypeVar("Kind", bound=Rule)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a template may be kept, in whole years. ``after_contact_years`` is None where no law counts from it."""

    after_purpose_years: int
    after_contact_years: int | None = None

    def ends(self, purpose_ended: datetime, last_contact: datetime) -> datetime:
        """The moment by which the template must be gone: whichever clock runs out first."""
        ends = years_after(purpose_ended, self.after_purpose_years)
        if self.after_contact_years is None:
            return ends
        return min(ends, years_after(last_contact, self.after_contact_years))


def age_of_consent(packs: Sequence[Pack]) -> int:
    """Whole years from which nobody needs a guardian: the highest of all packs."""
    return max(rule.age for rule in _required(packs, GuardianBelowAge))


def full_age(packs: Sequence[Pack] = ()) -> int:
    """Whole years from which a guardian's yes counts no more: the lowest of the base rules and all packs."""
    return min(rule.age for rule in _of(GuardianUntilAge, base_rules(), packs))


def bare_age(packs: Sequence[Pack] = ()) -> int:
    """Whole years from which an album may tell of time and place: the highest of the base rules and all packs."""
    return max(rule.age for rule in _of(AlbumBareBelowAge, base_rules(), packs))


def proof_period(packs: Sequence[Pack]) -> int:
    """Whole years for which the proof of a consent is kept: the longest of all packs.

    A shorter period would leave one of the laws without the proof that it asks for, and the longest is still no
    longer than a law that applies needs, which is what data minimisation allows (GDPR, Articles 5(1)(e), 17(3)(e)).
    """
    _chosen(packs)
    return max(pack.proof_years for pack in packs)


def proof_ends(ended: datetime, packs: Sequence[Pack]) -> datetime:
    """The moment at which the proof of a consent that ended at ``ended`` must go."""
    return years_after(ended, proof_period(packs))


def retention_limit(packs: Sequence[Pack]) -> Retention:
    """How long a template may be kept: for each of the two clocks, the shortest of all packs."""
    clocks = _required(packs, RetentionClock)
    after_contact = [clock.after_contact_years for clock in clocks if clock.after_contact_years is not None]
    return Retention(min(clock.after_purpose_years for clock in clocks), min(after_contact, default=None))


def languages(packs: Sequence[Pack]) -> frozenset[str]:
    """Languages in which a notice must be published (ISO 639-1): those of all packs. Empty: any one will do."""
    return frozenset(language for rule in _required(packs, NoticeLanguages) for language in rule.languages)


def declarations(packs: Sequence[Pack]) -> frozenset[str]:
    """Declarations to a regulator that some pack asks for before anybody enrols, by the names that packs give them."""
    return frozenset(rule.declaration for rule in _required(packs, DeclaredBefore))


def basis_codes(reach: Reach, packs: Sequence[Pack]) -> frozenset[str]:
    """Codes that open ``reach`` under every pack. Empty for ``pointed``, which needs none."""
    opened = [
        frozenset(basis.code for basis in rule.bases if reach in basis.opens)
        for rule in _required(packs, BasisOpensReach)
    ]
    return frozenset.intersection(*opened)


def witness_quota(packs: Sequence[Pack] = ()) -> int:
    """Captures a day that one witness may vouch for: the lowest of the base rules and all packs."""
    return min(rule.quota for rule in _of(WitnessQuota, base_rules(), packs))


def point_misses(packs: Sequence[Pack] = ()) -> int:
    """Pointings a day that may miss: the lowest of the base rules and all packs."""
    return min(rule.misses for rule in _of(PointMisses, base_rules(), packs))


def _chosen(packs: Sequence[Pack]) -> None:
    if not packs:
        raise UsageError("No law pack is chosen.", "Choose at least one; none is a default.")


def _required(packs: Sequence[Pack], kind: type[Kind]) -> list[Kind]:
    _chosen(packs)
    return list(_of(kind, (), packs))


def _of(kind: type[Kind], base: Iterable[Rule], packs: Sequence[Pack]) -> Iterator[Kind]:
    for rule in (*base, *(rule for pack in packs for rule in pack.rules)):
        if isinstance(rule, kind):
            yield rule
