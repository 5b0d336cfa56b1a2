"""Says errors to a reader: in their language, and without commands that nobody can type into a browser.

May know: texts of errors, from ``words/LANGUAGE/errors/*.toml``; the law packs' words, through the front door.
Must not know: how an error came about. Must not do: change what programs are told.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources

from fastapi import Request

from ..errors import SaysoError
from .sessions import anybody
from .speaking import DEFAULT, Speech, speech_of

#: Gives the law packs' words: those of the reader's language by the English ones.
Law = Callable[[], Mapping[str, str]]

#: What law packs have rules on.
ACTIONS = (
    *("init", "add", "widen", "approve", "sweep-photo", "measure-point", "enrol", "use-template", "deliver", "publish"),
    *("verify", "measure-accuracy", "keep-chips", "export", "cease"),
)

#: Longer texts, or more sentences, stay as they are: what somebody made so long is not worth the search.
_LONGEST, _MOST_SENTENCES = 1500, 10

_REFUSED = "Refused. "
_REASON = re.compile(r"(.+?) (\[[A-Z]\d+(?:: [^\]]*)?\])(?: |$)", re.DOTALL)
_SENTENCE_ENDS = re.compile(r"(?<=[.!?]) ")
_PLACE = re.compile(r"\{(\d)(?::([a-z]+))?\}")

#: Values that have names on the pages.
_NAMED = {"purpose": "yes.purpose.{}.name", "reach": "collect.reach_{}"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A text of the source, with ``{}`` for each place that is filled, and what is said instead, with their numbers.

    ``{0}`` is filled as it is; ``{0:told}`` holds another text of an error, which is told too; ``{0:purpose}`` and
    ``{0:reach}`` hold values that have names on the pages.
    """

    text: str
    say: str
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, text: str, say: str) -> Entry:
        return cls(text, say, re.compile("(.*?)".join(re.escape(part) for part in text.split("{}")), re.DOTALL))

    @property
    def own(self) -> int:
        """How many signs are its own."""
        return len(self.text.replace("{}", ""))


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells errors in one language. ``law`` gives the law packs' words; it is asked only when a refusal needs it."""

    language: str
    law: Law = dict

    def __call__(self, text: str) -> str:
        """What happened, or what to do about it. As it is, where the catalogue has nothing for it."""
        reasons = _REASON.findall(text.removeprefix(_REFUSED)) if text.startswith(_REFUSED) else []
        if not reasons:
            return _said(self.language, text, dict) or text
        told = (f"{self.reason(reason)} {cited}" for reason, cited in reasons)
        return " ".join((Speech(self.language)("common.refused"), *told))

    def reason(self, text: str) -> str:
        """One reason of a refusal, without the rule that it cites."""
        return _said(self.language, text, dict) or _said(self.language, text, self.law) or text

    def in_full(self, error: SaysoError) -> str:
        """What happened and what to do about it, in one line."""
        return f"{self(error.what)} {self(error.next_step)}".strip()


def teller_of(request: Request) -> Teller:
    """How errors are told to whoever reads the answer to this request."""
    language = speech_of(request).language
    return Teller(language, cache(partial(_law, request, language)))


@cache
def catalogue(language: str) -> tuple[Entry, ...]:
    """What is said in a language instead of the source's texts; those with the most signs of their own come first."""
    folder = resources.files(__package__).joinpath("words", language, "errors")
    files = [one for one in folder.iterdir() if one.name.endswith(".toml")] if folder.is_dir() else []
    texts = (each for one in files for each in tomllib.loads(one.read_text("utf-8")).items())
    return tuple(sorted((Entry.of(*each) for each in texts), key=lambda one: -one.own))


def _said(language: str, text: str, law: Law) -> str | None:
    """A text of one or several sentences, each of which the catalogue or the law has; None when one is missing."""
    if len(text) > _LONGEST:
        return None
    whole = _plain(language).get(text) or law().get(text)
    if whole is not None:
        return whole
    ends = [*_SENTENCE_ENDS.finditer(text)]
    for end in reversed(ends if len(ends) <= _MOST_SENTENCES else []):
        head, rest = text[: end.start()], text[end.end() :]
        first = _plain(language).get(head) or law().get(head) or _filled(language, head)
        then = _said(language, rest, law) if first is not None else None
        if then is not None:
            return f"{first} {then}"
    return _filled(language, text)


@cache
def _plain(language: str) -> Mapping[str, str]:
    return {one.text: one.say for one in catalogue(language) if "{}" not in one.text}


def _filled(language: str, text: str) -> str | None:
    for one in catalogue(language):
        found = one.pattern.fullmatch(text)
        if found is not None:
            return _PLACE.sub(partial(_place, language, found.groups()), one.say)
    return None


def _place(language: str, values: tuple[str, ...], place: re.Match[str]) -> str:
    value, kind = values[int(place[1])], place[2]
    if kind == "told":
        return Teller(language)(value)
    if kind is not None:
        with suppress(KeyError):
            return Speech(language)(_NAMED[kind].format(value))
    return value


def _law(request: Request, language: str) -> Mapping[str, str]:
    """What the law packs of this archive say, English to the reader's language; nothing while it cannot be read."""
    found: dict[str, str] = {}
    if language == DEFAULT:
        return found
    law = anybody(request).law
    with suppress(SaysoError):
        for action in ACTIONS:
            plain, here = law.explain(action), law.explain(action, language=language)
            if len(plain) == len(here):
                found |= {one.text: other.text for one, other in zip(plain, here, strict=True)}
    return found
