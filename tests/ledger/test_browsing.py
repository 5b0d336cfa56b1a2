from __future__ import annotations

from sayso.ledger import browse
from sayso.values import Act, Actor, Role

from .conftest import Log, act


def looked(log: Log, **wanted: object) -> tuple[list[int], int | None]:
    with log.database.begin() as session:
        found = browse(session, **wanted)  # type: ignore[arg-type]
    return [one.index for one in found.entries], found.older


def test_entries_come_newest_first_and_go_on_where_a_look_ended(log: Log) -> None:
    log.append(*[act("find") for _ in range(7)])
    assert looked(log, limit=3) == ([6, 5, 4], 4)
    assert looked(log, limit=3, before=4) == ([3, 2, 1], 1)
    assert looked(log, limit=3, before=1) == ([0], None)
    assert looked(log, limit=7) == ([6, 5, 4, 3, 2, 1, 0], None)
    assert looked(log, before=0) == ([], None)


def test_a_verb_or_an_actor_is_found_whole_and_not_where_a_fact_says_the_same(log: Log) -> None:
    other = Actor('o"tto, naïve', Role.OPERATOR)
    log.append(
        act("find"),
        act("find.begin"),
        Act("add", other, facts=(("verb", "find"), ("actor", "ada"))),
        Act("find", other),
    )
    assert looked(log, verb="find")[0] == [3, 0]
    assert looked(log, actor="ada")[0] == [1, 0]
    assert looked(log, actor=other.name)[0] == [3, 2]
    assert looked(log, verb="find", actor=other.name)[0] == [3]
    assert looked(log, verb="fin")[0] == []


def test_what_cannot_be_read_stands_at_its_place(log: Log) -> None:
    log.append(act("find"), act("add"), act("find"))
    log.attack("UPDATE ledger_entries SET body = 'no blob' WHERE idx = 1")
    log.attack("UPDATE ledger_entries SET body = x'7b22' WHERE idx = 0")
    with log.database.begin() as session:
        found = browse(session).entries
    assert [(one.index, one.entry is None, one.body) for one in found[1:]] == [(1, True, b"no blob"), (0, True, b'{"')]
    assert looked(log, verb="find")[0] == [2, 1]
