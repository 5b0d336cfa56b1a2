"""Passwords at the command line: an account that has one is used by whoever can prove that it is theirs."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
from datetime import timedelta
from time import sleep

import pytest

from tests.house import COLLECTION, OPERATOR, SECOND, WITNESS, House, captures_of

from .conftest import Run

WORDS = "four words of the second"
OTHERS = "four words of the first one"


@pytest.fixture
def locked(empty_house: House) -> House:
    """The second operator has a password."""
    with empty_house.open(SECOND) as archive:
        archive.accounts.set_password(SECOND, WORDS)
    return empty_house


def _rule(error: dict[str, object]) -> object:
    (reason,) = error["reasons"]  # type: ignore[misc]
    return reason["rule"]


def test_F5_the_second_person_is_not_played_from_the_first_ones_shell(locked: House, sayso: Run) -> None:
    assert sayso("cease").code == 0
    played = sayso("cease", "--as", SECOND, "--json")
    assert played.code == 3
    assert _rule(played.error) == "F10"
    assert "SAYSO_PASSWORD or SAYSO_TOKEN" in played.error["next_step"]
    # Nor by giving the account another password first.
    taken = sayso("account", "password", SECOND, "--json")
    assert taken.code == 2
    assert not sayso("status", "--json").json["ceased"]
    assert locked.rows("SELECT count(*) FROM approvals WHERE approved_by IS NOT NULL") == [(0,)]


@pytest.mark.usefixtures("locked")
def test_F10_nobody_replaces_the_password_of_another(sayso: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_NEW_PASSWORD", OTHERS)
    taken = sayso("account", "password", SECOND, "--json")
    assert (taken.code, _rule(taken.error)) == (3, "F10")
    monkeypatch.setenv("SAYSO_PASSWORD", OTHERS)
    assert sayso("cease", "--as", SECOND).code == 3
    monkeypatch.setenv("SAYSO_PASSWORD", WORDS)
    assert sayso("account", "password", SECOND, "--as", f" {SECOND.upper()} ").code == 0
    assert sayso("status", "--as", SECOND).code == 3
    monkeypatch.setenv("SAYSO_PASSWORD", OTHERS)
    assert sayso("status", "--as", SECOND).code == 0


@pytest.mark.usefixtures("locked")
def test_F10_the_right_password_opens_and_a_wrong_one_is_not_repeated(
    sayso: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = "four words of a stranger"
    monkeypatch.setenv("SAYSO_PASSWORD", wrong)
    refused = sayso("status", "--json", as_=SECOND)
    assert (refused.code, _rule(refused.error)) == (3, "F10")
    assert wrong not in refused.out + refused.err
    # An account without a password is not asked, whatever the environment holds.
    assert sayso("status", as_=OPERATOR).code == 0
    monkeypatch.setenv("SAYSO_PASSWORD", WORDS)
    done = sayso("account", "list", "--json", as_=SECOND)
    assert {one["name"]: one["has_password"] for one in done.json} == {
        OPERATOR: False,
        SECOND: True,
        WITNESS: False,
        "dora": False,
    }
    assert WORDS not in done.out
    assert "$argon2" not in done.out


def test_F10_a_closed_account_is_opened_by_no_password(
    locked: House, sayso: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locked.open() as archive:
        archive.accounts.disable(SECOND)
    monkeypatch.setenv("SAYSO_PASSWORD", WORDS)
    refused = sayso("status", as_=SECOND)
    assert refused.code == 3
    assert "closed" in refused.said


def test_F10_a_token_of_the_account_does_as_well_until_it_ends(
    locked: House, sayso: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with locked.open(SECOND) as archive:
        kept, token = archive.accounts.new_token("nightly script")
    with locked.open() as archive:
        _, somebody_elses = archive.accounts.new_token("nightly script")
    locked.clock.move(timedelta(days=-3))
    with locked.open(SECOND) as archive:
        _, run_out = archive.accounts.new_token("old script", holds=timedelta(days=2))
    monkeypatch.setenv("SAYSO_TOKEN", token)
    assert sayso("status", as_=SECOND).code == 0
    for bad in (somebody_elses, run_out, token[:-1]):
        monkeypatch.setenv("SAYSO_TOKEN", bad)
        refused = sayso("status", "--json", as_=SECOND)
        assert (refused.code, _rule(refused.error)) == (3, "F10")
        assert bad not in refused.err
    monkeypatch.setenv("SAYSO_TOKEN", token)
    assert sayso("account", "token", "revoke", kept.id, as_=SECOND).code == 0
    assert sayso("status", as_=SECOND).code == 3


def test_a_terminal_is_asked_without_showing_what_is_typed(locked: House) -> None:
    code, printed = _typed(locked, WORDS.encode() + b"\n")
    assert code == 0, printed
    assert WORDS.encode() not in printed
    code, printed = _typed(locked, b"four words of a stranger\n")
    assert code == 3, printed
    assert b"stranger" not in printed
    code, printed = _typed(locked, b"\x04")
    assert code != 0
    assert b"Stopped." in printed


def test_F10_status_names_operators_whom_anybody_can_play(empty_house: House, sayso: Run) -> None:
    assert sayso("status", "--json").json["operators_without_password"] == [OPERATOR, SECOND]
    assert f"mean little while anybody can act as {OPERATOR} or {SECOND}" in sayso("status").said
    with empty_house.open() as archive:
        archive.accounts.set_password(SECOND, WORDS)
    assert sayso("status", "--json").json["operators_without_password"] == [OPERATOR]
    with empty_house.open() as archive:
        archive.accounts.disable(SECOND)
    assert sayso("status", "--json").json["operators_without_password"] == []
    assert "second approvals" not in sayso("status").said


def test_a_password_that_reads_like_a_token_is_not_taken(
    empty_house: House, sayso: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAYSO_NEW_PASSWORD", "sayso_and_more_words")
    refused = sayso("account", "password", OPERATOR)
    assert refused.code == 2
    assert "as tokens do" in refused.said
    assert "sayso_and_more_words" not in refused.said
    with empty_house.open() as archive:
        assert not any(one.has_password for one in archive.accounts.list())


def test_F11_a_witness_with_a_password_gives_it(house: House, sayso: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with house.open(WITNESS) as archive:
        archive.accounts.set_password(WITNESS, WORDS)
    token = sayso("invite", "Kim", "--purpose", "find", "-c", COLLECTION).out.strip()
    portraits = [word for path in captures_of("P12") for word in ("--capture", path)]
    words = ("enrol", token, "--agree", "find", "--witness", WITNESS, *portraits, "--json")
    asked = sayso(*words)
    assert (asked.code, _rule(asked.error)) == (3, "F10")
    assert "SAYSO_WITNESS_PASSWORD" in asked.error["next_step"]
    monkeypatch.setenv("SAYSO_WITNESS_PASSWORD", OTHERS)
    assert sayso(*words).code == 3
    monkeypatch.setenv("SAYSO_WITNESS_PASSWORD", WORDS)
    assert sayso(*words).code == 0
    said = json.dumps([list(one) for one in house.rows("SELECT body FROM ledger_entries")], default=repr)
    assert WORDS not in said


def _typed(house: House, keys: bytes) -> tuple[int, bytes]:
    """The exit code of ``sayso status`` by the second operator who presses these keys, and all that was printed."""
    own, theirs = pty.openpty()
    environment = {**os.environ, **house.environment(), "SAYSO_AS": SECOND}
    started = subprocess.Popen(
        [sys.executable, "-m", "sayso", "status"],
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    try:
        # What is typed before the terminal stops echoing is thrown away.
        while termios.tcgetattr(theirs)[3] & termios.ECHO and started.poll() is None:
            sleep(0.02)
        os.write(own, keys)
        out, err = started.communicate(timeout=60)
    finally:
        started.kill()
        os.close(theirs)
        os.close(own)
    return started.returncode, out + err
