from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sayso.access import accounts, approvals
from sayso.errors import RefusedError, UsageError
from sayso.storage import Database
from sayso.values import Role

from .conftest import NOW


def test_an_act_stands_once_a_second_person_approved_exactly_it(database: Database) -> None:
    with database.begin() as session:
        asked = approvals.ask(session, "collection.approve", "collection 3 swept", "Olga", NOW)
        assert approvals.standing(session, "collection.approve", "collection 3 swept") is None
        assert approvals.waiting(session) == [asked]
        done = approvals.approve(session, asked.id, "Otto", NOW + timedelta(hours=1), rule="F5")
        assert (done.asked_by, done.approved_by) == ("olga", "otto")
        assert approvals.standing(session, "collection.approve", "collection 3 swept") == done
        assert approvals.standing(session, "collection.approve", "collection 4 swept") is None
        assert approvals.standing(session, "cease", "collection 3 swept") is None
        assert approvals.waiting(session) == []
        assert approvals.approve(session, asked.id, "Otto", NOW + timedelta(days=1), rule="F5") == done


@pytest.mark.parametrize("name", ["Olga", " OLGA", "ol\u200bga", "Ｏlga"])
def test_F5_whoever_asked_cannot_approve_under_any_spelling(database: Database, name: str) -> None:
    with database.begin() as session:
        asked = approvals.ask(session, "cease", "archive", "Olga", NOW)
        with pytest.raises(RefusedError) as refused:
            approvals.approve(session, asked.id, name, NOW, rule="F5")
        assert refused.value.reasons[0].rule == "F5"
        assert approvals.standing(session, "cease", "archive") is None


@pytest.mark.parametrize("name", ["Mallory", "Rita", "Vito", "Otto"])
def test_F10_only_an_open_operators_account_approves(database: Database, name: str) -> None:
    with database.begin() as session:
        asked = approvals.ask(session, "cease", "archive", "Olga", NOW)
        accounts.disable(session, "Otto", NOW)
        with pytest.raises(RefusedError) as refused:
            approvals.approve(session, asked.id, name, NOW, rule="F5")
        assert refused.value.reasons[0].rule == "F10"


def test_F5_the_database_refuses_the_same_person_twice(database: Database) -> None:
    with database.begin() as session:
        approvals.ask(session, "cease", "archive", "Olga", NOW)
    with database.engine.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(text("UPDATE approvals SET approved_by = 'olga'"))


def test_approving_what_nobody_asked_for_is_a_mistake(database: Database) -> None:
    with database.begin() as session:
        accounts.new(session, "Oda", Role.OPERATOR, "Olga", NOW)
        with pytest.raises(UsageError, match="nothing of that id"):
            approvals.approve(session, 7, "Oda", NOW, rule="F5")
