from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sayso.access import VERBS, accounts, may
from sayso.errors import RefusedError
from sayso.storage import Database
from sayso.values import Actor, Role

from .conftest import NOW

NAMES = {
    Role.OPERATOR: "olga",
    Role.REVIEWER: "rita",
    Role.OVERSEER: "vito",
    Role.SUBJECT: "0123456789abcdef",
}

#: Written out again by hand: what each role but the operator may do, and nothing else.
ALLOWED = {
    Role.REVIEWER: "photo.hide photo.hidden photo.unhide photo.keep-hidden "
    "collection.list collection.show photo.list photo.show people.list review.list review.confirm "
    "review.deny review.undo review.look freeze job.list ledger.verify status law.explain account.password "
    "account.token.new account.token.list account.token.revoke",
    Role.OVERSEER: "photo.hidden collection.list collection.show photo.list ledger.list ledger.verify ledger.proof "
    "status law.explain law.check poster.list account.list account.password account.token.new account.token.list "
    "account.token.revoke account.token.list.others keys.check request.list breach.list document breach.notice "
    "ledger.witness.list models.list job.list consent.count enrol.witnessed measure.read cease.drill",
    Role.SUBJECT: "photo.hide poster.ask enrol confirm find point photos export request.new receipt album verify "
    "withdraw freeze disown rename ledger.list ledger.verify ledger.proof law.explain job.list job.stop "
    "witness live passkey.new passkey.list passkey.remove",
}


def allowed(database: Database, actor: Actor, verb: str) -> bool:
    with database.begin() as session:
        try:
            may(session, actor, verb, actor.name)
        except RefusedError:
            return False
    return True


@pytest.mark.parametrize("role", list(ALLOWED))
def test_F10_each_role_may_do_exactly_what_is_written_down(database: Database, role: Role) -> None:
    can = {verb for verb in VERBS if allowed(database, Actor(NAMES[role], role), verb)}
    assert can == set(ALLOWED[role].split())


def test_F10_an_operator_may_do_everything_but_begin_again_and_what_is_a_persons_own(database: Database) -> None:
    can = {verb for verb in VERBS if allowed(database, Actor("olga", Role.OPERATOR), verb)}
    assert can == set(VERBS) - {"init", "live", "passkey.new", "passkey.list", "passkey.remove"}


def test_F10_a_refusal_cites_its_rule_and_names_the_role_and_the_verb(database: Database) -> None:
    with database.begin() as session, pytest.raises(RefusedError, match="overseer may not do `cease`") as refused:
        may(session, Actor("vito", Role.OVERSEER), "cease")
    assert [reason.rule for reason in refused.value.reasons] == ["F10"]


def test_F10_an_overseer_changes_nothing(database: Database) -> None:
    changing = ("new", "delete", "approve", "redact", "publish", "declare", "disable", "others")
    deciding = ("confirm", "deny", "undo")
    whole = {"init", "add", "invite", "enrol", "withdraw", "cease", "find", "freeze", "unfreeze", "tend"}
    of_their_own = {"account.token.new", "account.token.list.others"}
    for verb in VERBS.keys() - of_their_own:
        if verb.split(".")[-1] in changing + deciding or verb in whole:
            assert not allowed(database, Actor("vito", Role.OVERSEER), verb)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=st.text(max_size=20).filter(lambda text: text not in VERBS), role=st.sampled_from(list(Role)))
def test_F10_an_unknown_verb_is_refused_to_everybody(database: Database, verb: str, role: Role) -> None:
    assert not allowed(database, Actor(NAMES[role], role), verb)


def test_F10_a_role_that_is_not_the_accounts_an_unknown_name_and_a_closed_account_are_refused(
    database: Database,
) -> None:
    assert not allowed(database, Actor("rita", Role.OPERATOR), "find")
    assert not allowed(database, Actor("mallory", Role.OPERATOR), "find")
    assert allowed(database, Actor("otto", Role.OPERATOR), "find")
    with database.begin() as session:
        accounts.disable(session, "otto", NOW)
    assert not allowed(database, Actor("otto", Role.OPERATOR), "find")


def test_beginning_an_archive_is_for_its_first_operator_only(empty: Database) -> None:
    first = Actor("olga", Role.OPERATOR)
    assert allowed(empty, first, "init")
    assert not allowed(empty, Actor("olga", Role.OVERSEER), "init")
    assert not allowed(empty, first, "find")
    with empty.begin() as session:
        accounts.new(session, "Olga", Role.OPERATOR, "Olga", NOW)
    assert not allowed(empty, first, "init")
