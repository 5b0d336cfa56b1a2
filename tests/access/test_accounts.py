from __future__ import annotations

import pytest

from sayso.access import accounts, actor
from sayso.errors import RefusedError, UsageError
from sayso.storage import Database
from sayso.values import Actor, Role, Route

from .conftest import NOW


def test_an_account_is_known_by_its_name_whatever_case_and_spacing(database: Database) -> None:
    with database.begin() as session:
        assert actor(session, "  RITA\u200b ", Route.CLI) == Actor("rita", Role.REVIEWER, Route.CLI)
        assert [account.name for account in accounts.list_all(session)] == ["olga", "otto", "rita", "vito"]


def test_F10_an_unknown_name_is_refused_with_the_next_step(database: Database) -> None:
    with database.begin() as session, pytest.raises(RefusedError, match="sayso account new NAME --role ROLE") as error:
        actor(session, "Mallory", Route.CLI)
    assert error.value.reasons[0].rule == "F10"


def test_the_first_account_is_an_operators(empty: Database) -> None:
    with empty.begin() as session:
        with pytest.raises(UsageError, match="first account"):
            accounts.new(session, "Vito", Role.OVERSEER, "Vito", NOW)
        assert accounts.new(session, "Olga", Role.OPERATOR, "Olga", NOW).role is Role.OPERATOR


@pytest.mark.parametrize(("name", "role"), [("", Role.OPERATOR), ("ritA ", Role.OPERATOR), ("Sam", Role.SUBJECT)])
def test_an_empty_name_a_taken_name_and_the_role_subject_get_no_account(
    database: Database, name: str, role: Role
) -> None:
    with database.begin() as session, pytest.raises(UsageError):
        accounts.new(session, name, role, "Olga", NOW)


def test_a_closed_account_is_refused_and_its_name_stays_taken(database: Database) -> None:
    with database.begin() as session:
        accounts.disable(session, "Rita", NOW)
        accounts.disable(session, "Rita", NOW)
        with pytest.raises(RefusedError, match="closed"):
            actor(session, "Rita", Route.CLI)
        with pytest.raises(UsageError, match="taken"):
            accounts.new(session, "Rita", Role.REVIEWER, "Olga", NOW)
        with pytest.raises(UsageError, match="no account"):
            accounts.disable(session, "Mallory", NOW)


def test_the_last_operator_stays(database: Database) -> None:
    with database.begin() as session:
        accounts.disable(session, "Otto", NOW)
        with pytest.raises(UsageError, match="last operator"):
            accounts.disable(session, "Olga", NOW)
