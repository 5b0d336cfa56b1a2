from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from sayso.access import accounts, tokens
from sayso.errors import RefusedError, UsageError
from sayso.storage import Database
from sayso.values import Actor, Role, Route

from .conftest import NOW

DAY = timedelta(days=1)


def new(database: Database, name: str = "rita", days: int = 30) -> tuple[int, str]:
    with database.begin() as session:
        made, token = tokens.new(session, name, "backup script", NOW, NOW + days * DAY)
    return made.id, token


def opens(database: Database, token: str, after: timedelta = timedelta()) -> Actor | None:
    with database.begin() as session:
        try:
            return tokens.check(session, token, Route.API, NOW + after)
        except RefusedError:
            return None


def test_a_token_acts_as_its_account_until_it_runs_out(database: Database) -> None:
    _, token = new(database)
    assert token.startswith(tokens.PREFIX)
    assert opens(database, token) == Actor("rita", Role.REVIEWER, Route.API)
    assert opens(database, token, 30 * DAY - timedelta(seconds=1)) is not None
    assert opens(database, token, 30 * DAY) is None
    for wrong in ("", token[:-1], token + "x", token.swapcase(), tokens.PREFIX):
        assert opens(database, wrong) is None


def test_a_revoked_token_and_one_of_a_closed_account_open_nothing(database: Database) -> None:
    number, first = new(database)
    _, second = new(database)
    with database.begin() as session:
        tokens.revoke(session, number, NOW)
    assert opens(database, first) is None
    assert opens(database, second) is not None
    with database.begin() as session:
        accounts.disable(session, "rita", NOW)
    assert opens(database, second) is None


def test_only_the_hash_is_kept_and_tokens_differ(database: Database) -> None:
    made = {new(database)[1] for _ in range(20)}
    assert len(made) == 20
    with database.begin() as session:
        kept = str(session.execute(text("SELECT * FROM api_tokens")).all())
        assert [one.name for one in tokens.list_all(session, "RITA")] == ["rita"] * 20
        assert tokens.list_all(session, "olga") == []
    assert not any(token in kept or token.removeprefix(tokens.PREFIX) in kept for token in made)


@pytest.mark.parametrize("days", [0, -1, 367])
def test_a_token_lives_for_a_day_to_a_year(database: Database, days: int) -> None:
    with pytest.raises(UsageError):
        new(database, days=days)


def test_an_unknown_account_gets_no_token(database: Database) -> None:
    with pytest.raises(RefusedError):
        new(database, "mallory")
