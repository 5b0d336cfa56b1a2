"""The threat model: every attacker's row names tests, and every test that it names exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "security.md"
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
#: Whom the page must not leave out, by a word of the row.
ATTACKERS = (
    "Curious operator",
    "Thief of the disk",
    "Thief of a backup",
    "Stalker",
    "Malicious upload",
    "Compromised worker",
    "Tampering insider",
    "legal demand",
    "Reader of an album",
)


def rows() -> list[str]:
    return [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| **")]


@pytest.mark.parametrize("attacker", ATTACKERS)
def test_each_attacker_has_a_row_with_what_does_not_help_and_with_tests(attacker: str) -> None:
    (row,) = [line for line in rows() if attacker in line.split("|")[1]]
    _, _, stops, does_not, tests, _ = row.split("|")
    assert len(stops.split()) > 8
    assert len(does_not.split()) > 5
    assert len(NAMED.findall(tests)) > 1


def test_every_test_that_the_page_names_exists() -> None:
    named = NAMED.findall(PAGE.read_text("utf-8"))
    assert len(named) > 30
    missing = [f"{file}::{name}" for file, name in named if name not in _defined(TESTS / file)]
    assert missing == []


def lines() -> list[list[str]]:
    """The checklist of the web: line of the standard, what it asks for, state, how."""
    told = PAGE.read_text("utf-8").partition("## The web, line by line")[2]
    found = [[cell.strip() for cell in row.strip("|").split("|")] for row in told.splitlines() if row.startswith("| ")]
    return found[1:]


def test_every_chapter_of_the_checklist_is_there_and_what_is_done_names_what_shows_it() -> None:
    assert {int(chapter) for line, *_ in lines() for chapter in re.findall(r"\b(\d+)\.\d", line)} == set(range(2, 15))
    for line, _, state, how in lines():
        assert state in ("done", "partly", "not done", "elsewhere", "–"), line
        if state == "done" and line not in _SEEN_IN_THE_CODE:
            assert NAMED.search(how), line
        if state != "done":
            assert len(how.split()) > 1 or how == "–", line


#: Where there is nothing to run: what is not in the code cannot be tried.
_SEEN_IN_THE_CODE = {"5.1.5", "6.3.1–6.3.3", "9.2.1–9.2.4"}


def _defined(path: Path) -> set[str]:
    if not path.exists():
        return set()
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)}
