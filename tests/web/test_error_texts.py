"""The catalogue of errors: it has what a person can be told, nothing that no longer exists, and no command."""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from importlib import resources

import pytest

from sayso.policy import Action, available, explain, load_pack
from sayso.web.speaking import DEFAULT, languages
from sayso.web.telling import ACTIONS, catalogue

from .error_texts import every_text, modules, texts_of

#: The modules whose errors somebody can meet on a page: people on their own, strangers with an invite, a poster or a
#: photo in hand, and staff at the desk.
MET = {
    "access": "accounts approvals gate passkeys passwords proving",
    "archive": "collecting mine posting signing_in taking uploading visiting working",
    "consent": "children contacts enrolments invites live notices posters receipts records subjects",
    "delivery": "issue links own previews publish",
    "documents": "breaches",
    "engine": "jobs pool processes",
    "finding": "attempts captures chips enrol forecast guarding live making point reach review search sittings verify "
    "witnessing",
    "keys": "envelope files shelf store",
    "ledger": "entries log proof reading verify",
    "lifecycle": "cease correct export freeze hide redraw refresh requests standing withdraw",
    "matches": "decisions",
    "photos": "by_hand collections cues faces intake library reading sources staging zips",
    "policy": "strictest",
    "storage": "blobs database",
    "vault": "templates",
    "vision": "colour images quality",
    "web": "forms limits mail",
    "web/desk": "collections inviting jobs people posters uploading",
    "": "ground",
}
REACHED = sorted(f"{room}/{name}.py".lstrip("/") for room, names in MET.items() for name in names.split())

#: A room all of whose modules are named above, or are known to be met by nobody in a browser: a new module of theirs
#: that raises an error has to be put into one of the lists.
COUNTED = ("consent", "finding", "lifecycle", "delivery", "web")
NOT_MET = {
    # Albums as folders, documents, models: commands only.
    "delivery/album.py",
    "delivery/manifest.py",
    "delivery/words.py",
    "finding/models.py",
    "lifecycle/restore.py",
    # Starting the server.
    "web/serving.py",
    "web/settings.py",
}

COMMAND = re.compile(r"`|\bsayso [a-z]|--[a-z]|[Rr](?:un|epeat) the command|SAYSO_")
OTHERS = [one for one in languages() if one != DEFAULT]


def said(language: str) -> dict[str, str]:
    return {one.text: one.say for one in catalogue(language)}


@pytest.mark.parametrize("language", OTHERS)
def test_everything_that_somebody_can_be_told_is_said_in_every_language(language: str) -> None:
    ours = said(language)
    missing = {module: lacking for module in REACHED if (lacking := texts_of(module) - set(ours))}
    assert missing == {}


def test_no_command_is_left_without_words_for_a_browser() -> None:
    named = {text for module in REACHED for text in texts_of(module) if COMMAND.search(text)}
    assert len(named) > 40
    assert named - set(said(DEFAULT)) == set()
    assert {text for text in said(DEFAULT) if not COMMAND.search(text)} == set()


@pytest.mark.parametrize("language", languages())
def test_nobody_is_told_a_command(language: str) -> None:
    assert [say for say in said(language).values() if COMMAND.search(say)] == []


@pytest.mark.parametrize("language", languages())
def test_each_entry_stands_for_a_text_that_is_in_the_source(language: str) -> None:
    assert set(said(language)) - every_text() - unknown_facts(language).keys() == set()


@pytest.mark.parametrize("language", languages())
def test_each_entry_is_there_once_and_has_the_places_of_its_text(language: str) -> None:
    texts = [one.text for one in catalogue(language)]
    assert len(texts) == len(set(texts))
    kinds = re.compile(r"\{(\d)(?::(?:told|purpose|reach))?\}")
    for one in catalogue(language):
        places = kinds.findall(one.say)
        assert sorted(places) == [str(number) for number in range(one.text.count("{}"))], one.say
        assert not re.search(r"[{}]", kinds.sub("", one.say)), one.say


@pytest.mark.parametrize("language", OTHERS)
def test_what_the_law_has_to_know_is_said_in_the_words_of_the_packs(language: str) -> None:
    facts = unknown_facts(language)
    assert {text for text, ways in facts.items() if said(language)[text] not in ways} == set()


def test_every_action_that_the_law_has_rules_on_is_asked_about() -> None:
    packs = [load_pack(one) for one in available()]
    assert sorted(ACTIONS) == sorted(one.value for one in Action if explain(one, packs))


def test_rooms_that_are_counted_whole_are_counted_whole() -> None:
    raising = {one for one in modules() if one.startswith(COUNTED) and not one.startswith("web/api/") and texts_of(one)}
    assert raising - set(REACHED) == NOT_MET
    assert set(REACHED) <= set(modules())


def unknown_facts(language: str) -> dict[str, set[str]]:
    """How a refusal says that a fact is not known: English to another language, as the packs themselves have it."""
    if language == DEFAULT:
        return {}
    file = resources.files("sayso.policy").joinpath("packs", "_words.toml")
    facts = tomllib.loads(file.read_text("utf-8"))
    unknown = facts.pop("unknown")
    found: dict[str, set[str]] = defaultdict(set)
    for one in facts.values():
        found[unknown[DEFAULT].format(fact=one[DEFAULT])].add(unknown[language].format(fact=one[language]))
    return found
