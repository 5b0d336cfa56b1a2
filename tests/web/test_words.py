"""The words of the pages: complete in every language, with the same places to fill, and all that a page asks for."""

from __future__ import annotations

import re
from importlib import resources
from string import Formatter

import pytest

from sayso.web.speaking import DEFAULT, languages, words


@pytest.mark.parametrize("language", [one for one in languages() if one != DEFAULT])
def test_a_language_has_every_word_with_the_same_places_to_fill(language: str) -> None:
    ours, theirs = words(DEFAULT), words(language)
    assert set(ours) == set(theirs)
    assert [name for name in ours if places(ours[name]) != places(theirs[name])] == []


def test_every_word_that_a_page_names_is_there() -> None:
    asked = set()
    for file in resources.files("sayso.web").joinpath("templates").rglob("*.html"):  # type: ignore[attr-defined]
        asked |= set(re.findall(r'say\("([a-z_]+\.[a-z_.]+)"[,)]', file.read_text("utf-8")))
    assert len(asked) > 100
    assert asked - set(words(DEFAULT)) == set()


def places(text: object) -> set[str]:
    """The places that a text leaves to be filled; those of both its forms, if it depends on a number."""
    forms = text.values() if isinstance(text, dict) else (text,)
    return {name for form in forms for _, name, _, _ in Formatter().parse(str(form)) if name}
