"""The one gate of law: may this be done, given these facts, under these packs?

May know: rules, packs, facts. Must not know: where the facts come from, or what happens next.
Packs cumulate: the base rules and the rules of every pack must all be satisfied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..values import Decision, Reason
from .facts import Action, Facts
from .load import base_rules
from .pack import Pack
from .rules import Rule
from .rules_enrol import DeclaredBefore


@dataclass(frozen=True, slots=True)
class Lacking:
    """What is lacking before anybody may enrol, as a Reason tells it. ``declaration``: the name under which it is
    declared, if that is what is missing. ``where``: for whom it is; empty: for everybody."""

    rule: str
    text: str
    citation: str
    declaration: str = ""
    where: tuple[str, ...] = ()


def decide(action: Action, facts: Facts, packs: Sequence[Pack], *, language: str = "en") -> Decision:
    """Whether ``action`` is allowed. A fact that is not known never allows.

    When refused, ``reasons`` holds every objection, base rules first, then the packs in their order; when allowed it
    is empty. ``language`` is an ISO 639-1 code; English stands in for languages that a pack does not have.
    """
    named = tuple(pack.id for pack in packs if action in pack.named)
    reasons = _objections(_rules(action, packs), replace(facts, named_by=named), packs, language)
    return Decision(not reasons, reasons)


def explain(action: Action, packs: Sequence[Pack], *, language: str = "en") -> list[Reason]:
    """Everything that is checked for ``action``, in the order in which ``decide`` checks it."""
    return list(dict.fromkeys(rule.reason(language) for rule in _rules(action, packs)))


def lacking(facts: Facts, packs: Sequence[Pack], *, language: str = "en") -> list[Lacking]:
    """What an archive still lacks before anybody may be enrolled in it.

    Needs ``now`` and the facts about the archive: ``declarations``, ``policy_published_at``, ``notice_languages``.
    """
    under = replace(facts, packs=tuple(pack.id for pack in packs))
    found = []
    for rule in _rules(Action.ENROL, packs):
        reason = rule.check(under, language) if rule.about_archive else None
        if reason is not None:
            declaration = rule.declaration if isinstance(rule, DeclaredBefore) else ""
            found.append(Lacking(reason.rule, reason.text, reason.citation, declaration))
    return list(dict.fromkeys(found))


def _rules(action: Action, packs: Sequence[Pack]) -> Iterator[Rule]:
    for rule in (*base_rules(), *(rule for pack in packs for rule in pack.rules)):
        if action in rule.origin.actions:
            yield rule


def _objections(rules: Iterator[Rule], facts: Facts, packs: Sequence[Pack], language: str) -> tuple[Reason, ...]:
    under = replace(facts, packs=tuple(pack.id for pack in packs))
    reasons = (rule.check(under, language) for rule in rules)
    return tuple(dict.fromkeys(reason for reason in reasons if reason is not None))
