from __future__ import annotations

import pytest
from sqlalchemy import select

from sayso.access import accounts, passwords
from sayso.access.tables import AccountRow
from sayso.errors import RefusedError, UsageError
from sayso.storage import Database
from sayso.values import Actor, Role, Route

from .conftest import NOW

WORD = "correct horse battery staple"


def check(database: Database, name: str, password: str) -> Actor:
    with database.begin() as session:
        return passwords.check(session, name, password, Route.WEB)


def test_a_password_opens_its_own_account_and_no_other(database: Database) -> None:
    with database.begin() as session:
        passwords.set_password(session, " RITA ", WORD)
    assert check(database, "Rita", WORD) == Actor("rita", Role.REVIEWER, Route.WEB)
    said = set()
    for name, word in (("rita", WORD + "."), ("olga", WORD), ("nobody", WORD), ("rita", ""), ("rita", WORD * 1000)):
        with pytest.raises(RefusedError) as told:
            check(database, name, word)
        said.add(str(told.value))
    assert len(said) == 1


def test_the_database_holds_a_slow_salted_hash_and_never_the_password(database: Database) -> None:
    with database.begin() as session:
        for name in ("olga", "otto"):
            passwords.set_password(session, name, WORD)
        kept = [
            row.password_hash or "" for row in session.scalars(select(AccountRow).where(AccountRow.role == "operator"))
        ]
    assert len(set(kept)) == 2
    assert all(one.startswith("$argon2id$") for one in kept)
    assert database.path is not None
    for file in database.path.parent.iterdir():
        assert WORD.encode() not in file.read_bytes()


def test_a_new_password_ends_the_old_one_and_a_closed_account_has_none(database: Database) -> None:
    with database.begin() as session:
        passwords.set_password(session, "rita", WORD)
        passwords.set_password(session, "rita", WORD + " two")
    with pytest.raises(RefusedError):
        check(database, "rita", WORD)
    assert check(database, "rita", WORD + " two").name == "rita"
    with database.begin() as session:
        accounts.disable(session, "rita", NOW)
    with pytest.raises(RefusedError):
        check(database, "rita", WORD + " two")
    with database.begin() as session, pytest.raises(UsageError):
        passwords.set_password(session, "rita", WORD)


@pytest.mark.parametrize("word", ["short", "x" * 1025, ""])
def test_a_password_is_long_but_not_endless(database: Database, word: str) -> None:
    with database.begin() as session, pytest.raises(UsageError):
        passwords.set_password(session, "rita", word)
    with database.begin() as session:
        assert session.get_one(AccountRow, "rita").password_hash is None
