"""What a rule is: a small object that looks at the facts and objects, or does not.

May know: facts, and the texts and citations that a pack gives. Must not know: jurisdictions, or any rule in particular.
"""

from __future__ import annotations

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import MAXYEAR, datetime
from typing import ClassVar, NewType, TypeVar

from ..values import Reach, Reason
from .facts import Action, Facts
from .words import LANGUAGES, unknown

Known = TypeVar("Known")

#: Whole years of a person's age, as a rule's parameter.
Age = NewType("Age", int)


class UnknownFactError(Exception):
    """A rule needs a fact that nobody supplied. It never leaves this room: the rule objects instead."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


def known(value: Known | None, fact: str) -> Known:
    """The value of a fact; raises UnknownFactError when there is none, so that what is unknown never allows."""
    if value is None:
        raise UnknownFactError(fact)
    return value


def person(name: str | None, fact: str) -> str:
    """A name in the form in which two spellings of one person are equal. A blank name is unknown."""
    plain = " ".join(unicodedata.normalize("NFKC", name or "").casefold().split())
    return known(plain or None, fact)


def years_after(moment: datetime, years: int) -> datetime:
    """The anniversary of ``moment``; 29 February becomes 28 February, so that no term grows longer.

    A year beyond the calendar's last, 9999, becomes that.
    """
    year = min(moment.year + years, MAXYEAR)
    try:
        return moment.replace(year=year)
    except ValueError:
        return moment.replace(year=year, day=28)


@dataclass(frozen=True, slots=True)
class Basis:
    """A basis code: what makes it lawful to measure more than a pointed face. ``opens`` names the reaches."""

    code: str
    opens: frozenset[Reach]
    citation: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a rule comes from: the row of the law page, what it guards, its source, and its text by language."""

    id: str
    actions: frozenset[Action]
    citation: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rule(ABC):
    """One rule of one pack. Fields that a subclass adds are the parameters that a pack must give."""

    origin: Origin

    name: ClassVar[str]
    #: Actions that the rule must guard wherever a pack has it, so that a slip cannot switch it off.
    must_guard: ClassVar[frozenset[Action]] = frozenset()
    #: The rule asks about the whole archive, not about one person.
    about_archive: ClassVar[bool] = False

    @abstractmethod
    def holds(self, facts: Facts) -> bool:
        """True when the facts satisfy the rule; raises UnknownFactError when one that it needs is missing."""

    def check(self, facts: Facts, language: str = "en") -> Reason | None:
        """None when the rule is satisfied, else why it is not."""
        try:
            return None if self.holds(facts) else self.reason(language)
        except UnknownFactError as missing:
            plain = self.reason(language)
            return Reason(plain.rule, f"{plain.text} {unknown(missing.fact, language)}", plain.citation)

    def reason(self, language: str = "en") -> Reason:
        """The rule in words; English where the pack has no text in ``language``."""
        text = self.origin.texts.get(language, self.origin.texts[LANGUAGES[0]])
        return Reason(self.origin.id, text.format(**self.parameters()), self.origin.citation)

    def parameters(self) -> dict[str, str]:
        """The parameters as words, for the text's placeholders."""
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("origin", "bases")}
        return {name: ", ".join(v) if isinstance(v, tuple) else str(v) for name, v in values.items()}
