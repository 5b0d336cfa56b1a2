"""No words whatever end in a traceback: options are filled with odd texts and numbers, the exit code is 0 to 4."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.main import get_command

from sayso.cli import app
from tests.house import COLLECTION, WREN, House

from .conftest import call

#: Whatever a shell can hand over: no zero byte, and no half of a sign.
TEXTS = st.one_of(
    st.sampled_from(
        [
            *("", " ", "-", "--", "-1", "0", "1", "2", "1.5", "1e999", "nan", "inf", "-0", "9" * 25, "0x10", "١", "½"),
            *(
                COLLECTION,
                WREN,
                "anna",
                "find",
                "en",
                "fr",
                "EU",
                "swept",
                "*",
                "%s",
                "%",
                "'",
                '"',
                "\\",
                "; rm",
                "[red]",
            ),
            *("2026-06-14", "2026-13-01", "0001-01-01", "9999-12-31", "2026-06-14T24:00", "1,2", "1,2,3,4", "0,0,0,0"),
            *(
                "nan,nan",
                "1e308,1e308,1e308,1e308",
                "../..",
                "/",
                ".",
                "/dev/null",
                "/proc/self/mem",
                "~",
                "file:///etc",
            ),
            *("\u202e", "\u200b", "é", "e\u0301", "😀", "\n", "\t", "\x1b[31m", "x" * 5000, "é" * 300),
        ]
    ),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.integers().map(str),
    st.floats().map(str),
)


def _leaves(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
    for name, one in (inner or {}).items():
        yield from _leaves(one, (*words, name))


#: Not filled with odd words: it asks at the terminal, or takes a minute, or ends the archive.
_LEFT_OUT = {
    ("account", "password"),
    ("demo",),
    ("cease",),
    ("measure", "accuracy"),
    ("measure", "calibrate"),
    ("measure", "speed"),
    ("keys", "rotate-master"),
}
COMMANDS = {words: command for words, command in _leaves(get_command(app)) if words not in _LEFT_OUT}


@pytest.fixture(scope="module")
def _fuzzed(_base_found: House, tmp_path_factory: pytest.TempPathFactory) -> House:
    return _base_found.copy(tmp_path_factory.mktemp("fuzzed"))


@pytest.fixture
def fuzzed(_fuzzed: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> House:
    """One archive that all of this is done to; what the words create or delete in it does not matter."""
    for name, value in _fuzzed.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return _fuzzed


@st.composite
def words_of(draw: st.DrawFn) -> list[str]:
    """A command with its arguments and some of its options, each with a value that may mean nothing."""
    name, command = draw(st.sampled_from(sorted(COMMANDS.items(), key=lambda item: item[0])))
    words = list(name)
    for parameter in getattr(command, "params", []):
        if parameter.name in ("help", "archive", "as_") or not (parameter.required or draw(st.booleans())):
            continue
        values = [draw(_fitting(parameter.name)) for _ in range(max(parameter.nargs, 1))]
        if parameter.param_type_name == "argument":
            words += values
        elif getattr(parameter, "is_flag", False):
            words.append(parameter.opts[0])
        else:
            words += [parameter.opts[0], *values]
    return words


def _fitting(name: str) -> st.SearchStrategy[str]:
    """Mostly odd; now and then what an option of this name takes, so that the words get past the first check."""
    if name in ("to", "paths", "file", "source", "receipt", "folder", "assessment", "capture", "values", "page"):
        # Only below the test's own folder: these are written to, or read with all that lies below.
        return st.sampled_from(["out", "out/x.jpg", "none/there", "a b%20.jpg", "é.txt", "."])
    usual = {
        "photo_id": "1",
        "photo": "1",
        "face": "1",
        "subject": WREN,
        "collection": COLLECTION,
        "purpose": "find",
        "agree": "find",
        "where": "10,10,50,50",
        "language": "en",
        "on": "2026-01-01",
        "role": "overseer",
        "kind": "policy",
    }.get(name)
    return TEXTS if usual is None else st.one_of(TEXTS, st.just(usual))


@pytest.mark.usefixtures("fuzzed")
@settings(max_examples=250, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=False)
@given(words=words_of(), machine=st.booleans())
def test_no_words_end_in_a_traceback(words: list[str], machine: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        answer = call(patch, *words, *(["--json"] if machine and "--" not in words else []))
    assert answer.code in (0, 1, 2, 3, 4)
    if answer.code in (1, 2, 3) and answer.err:
        assert len(answer.err.encode()) < 20_000
        if machine and "--json" in words:
            assert answer.error["exit_code"] == answer.code


def test_the_archive_is_still_sound_after_all_that(fuzzed: House) -> None:
    with fuzzed.open() as archive:
        assert archive.ledger.verify().size > 10
        assert archive.keys.check().findings == ()
