"""The words of the pages, in the reader's language: from ``words/LANGUAGE/*.toml``, English where a word is missing.

May know: languages, texts. Must not know: pages, persons. A language is added by adding its folder.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from fastapi import Request

DEFAULT = "en"
_COOKIE = "sayso-language"


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of one language. ``speech("me.title", count=3)`` is the text, with its places filled.

    A text that depends on a number is a table with ``one`` and ``many``; the number is called ``count``.
    """

    language: str

    def __call__(self, name: str, /, **places: object) -> str:
        text = _find(self.language, name, places)
        return text.format(**places) if places else text


@cache
def languages() -> tuple[str, ...]:
    """The languages that there are words for, the default first."""
    found = sorted(one.name for one in resources.files(__package__).joinpath("words").iterdir() if one.is_dir())
    return (DEFAULT, *(one for one in found if one != DEFAULT))


def speech_of(request: Request) -> Speech:
    """The reader's language: the one they chose, or the first of their browser's that there are words for."""
    chosen = request.query_params.get("lang") or request.cookies.get(_COOKIE)
    if chosen in languages():
        return Speech(str(chosen))
    wanted = request.headers.get("accept-language", "")[:200]
    for one in wanted.split(","):
        short = one.split(";")[0].strip().lower()[:2]
        if short in languages():
            return Speech(short)
    return Speech(DEFAULT)


@cache
def words(language: str) -> Mapping[str, object]:
    """Every text of a language by its name: file, dot, names inside."""
    found: dict[str, object] = {}
    for file in resources.files(__package__).joinpath("words", language).iterdir():
        if file.name.endswith(".toml"):
            found |= _flat(file.name.removesuffix(".toml"), tomllib.loads(file.read_text("utf-8")))
    return found


def _flat(prefix: str, part: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in part.items():
        if isinstance(value, dict) and not value.keys() <= {"one", "many"}:
            found |= _flat(f"{prefix}.{name}", value)
        else:
            found[f"{prefix}.{name}"] = value
    return found


def _find(language: str, name: str, places: Mapping[str, object]) -> str:
    value = words(language).get(name, words(DEFAULT).get(name))
    if isinstance(value, dict):
        count = places.get("count", 0)
        # In French nothing is singular, too.
        single = count == 1 or (language == "fr" and count == 0)
        value = value["one" if single else "many"]
    if not isinstance(value, str):
        raise KeyError(name)
    return value
