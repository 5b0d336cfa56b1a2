"""Front door, the map of reaches: which reach the facts of a collection would allow, and why not a wider one.

May know: law packs, facts of collections. Must not know: photos, people, the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from .. import policy
from ..policy import Action, Facts, Pack
from ..values import Reach, Reason, Window
from .door import Door


@dataclass(frozen=True, slots=True)
class PackTitle:
    """A law pack that can be chosen. ``here``: it applies to everything in this archive anyway."""

    id: str
    title: str
    here: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """A basis code with what it says; ``opens`` are the reaches that every pack in force lets it open."""

    code: str
    text: str
    citation: str
    opens: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """Whether a reach could be asked for with some facts; ``objections`` say what is against it."""

    reach: Reach
    allowed: bool
    objections: tuple[Reason, ...]


class Reaches:
    """``archive.reaches``: what can be chosen, and what it would open. Nothing is kept."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def packs(self, *, language: str = "en") -> list[PackTitle]:
        """Every law pack that a collection or a person can be put under."""
        ground = self._door.ground
        self._door.enter("law.explain")
        names = policy.available(ground.own_packs)
        return [PackTitle(one.id, one.title(language), one.id in ground.packs) for one in ground.load(names)]

    def bases(self, packs: Sequence[str] = (), *, language: str = "en") -> list[Opening]:
        """Basis codes that some pack in force knows, and what they open under all of them (F9). Raises UsageError."""
        self._door.enter("law.explain")
        chosen = self._packs(packs)
        found = []
        for code, basis in {one.code: one for pack in chosen for one in pack.bases}.items():
            opens = [reach for reach in Reach if reach is not Reach.POINTED and _opens(code, reach, chosen)]
            text = basis.texts.get(language, basis.texts["en"])
            found.append(Opening(code, text, basis.citation, tuple(opens)))
        return found

    def judge(
        self,
        *,
        packs: Sequence[str] = (),
        basis: str | None = None,
        assessment: bool = False,
        occasion: Window | None = None,
        expires: datetime | None = None,
        language: str = "en",
    ) -> list[Judged]:
        """Each reach, from the narrowest to the widest, as the law would answer to these facts. Raises UsageError."""
        actor = self._door.enter("law.explain")
        chosen, now = self._packs(packs), self._door.ground.clock()
        judged = []
        for reach in Reach:
            facts = Facts(
                reach=reach,
                basis=basis or None,
                assessment_present=assessment,
                occasion=occasion,
                reach_expires=expires,
                proposed_by=actor.name,
                now=now,
            )
            decision = policy.decide(Action.WIDEN, facts, chosen, language=language)
            judged.append(Judged(reach, decision.allowed, decision.reasons))
        return judged

    def _packs(self, names: Sequence[str]) -> tuple[Pack, ...]:
        ground = self._door.ground
        return ground.load((*ground.packs, *names))


def _opens(code: str, reach: Reach, packs: Sequence[Pack]) -> bool:
    return all(any(one.code == code and reach in one.opens for one in pack.bases) for pack in packs)
