"""The words for facts that are not known, in each language.

May know: the words that ship with the packs. Must not know: rules, or the facts' values.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

#: Languages in which every text of every pack is written.
LANGUAGES = ("en", "fr")


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("sayso.policy").joinpath("packs", "_words.toml").read_text(encoding="utf-8")
    words: dict[str, dict[str, str]] = tomllib.loads(text)
    return words


def unknown(fact: str, language: str) -> str:
    """A short sentence that says which fact nobody supplied; English where ``language`` has no words."""
    words = _words()
    chosen = language if language in LANGUAGES else LANGUAGES[0]
    return words["unknown"][chosen].format(fact=words[fact][chosen])
