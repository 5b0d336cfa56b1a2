"""A poster asks everybody; whoever asks back is invited by an operator, and leaves nothing when they are not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sayso.consent.posters import WAITS, PosterError
from sayso.errors import RefusedError, UsageError
from sayso.values import Purpose, Role

from ..house import COLLECTION, House

ASKER = "heron@example.org"
FIND = (Purpose.FIND,)


def test_whoever_asks_by_a_poster_is_invited_once_an_operator_says_so(house: House) -> None:
    with house.open() as archive:
        made = archive.posters.new(purposes=FIND, collections=[COLLECTION])
        nobody = archive.acting("anybody", Role.SUBJECT)
        assert nobody.posters.read(made.code).collections == (COLLECTION,)
        nobody.posters.ask(made.code, f" {ASKER} ")
        nobody.posters.ask(made.code, ASKER.upper())
        (waiting,) = archive.posters.waiting()
        assert waiting.contact == ASKER
        granted = archive.posters.approve(waiting.id)
        assert granted.to == ASKER
        assert archive.posters.waiting() == []
        assert nobody.people.enrol(granted.token, purposes=FIND).subject.label == ASKER
        verbs = [one.verb for one in archive.ledger.list()]
        assert verbs[-4:] == ["poster.new", "poster.ask", "invite", "enrol"]


def test_F10_nobody_but_an_operator_reads_who_asked_or_answers(house: House) -> None:
    with house.open() as archive:
        archive.accounts.new("vito", Role.OVERSEER)
        made = archive.posters.new(purposes=FIND, collections=[COLLECTION])
        archive.posters.ask(made.code, ASKER)
        (waiting,) = archive.posters.waiting()
        for other in (archive.acting("vito"), archive.acting("anybody", Role.SUBJECT)):
            for act in (
                other.posters.waiting,
                lambda other=other: other.posters.approve(waiting.id),
                lambda other=other: other.posters.decline(waiting.id),
                lambda other=other: other.posters.end(made.id),
            ):
                with pytest.raises(RefusedError):
                    act()
        assert ASKER not in repr(waiting)


def test_R3_whoever_is_declined_or_never_answered_leaves_nothing(house: House) -> None:
    with house.open() as archive:
        made = archive.posters.new(purposes=FIND, collections=[COLLECTION])
        archive.posters.ask(made.code, ASKER)
        archive.posters.decline(archive.posters.waiting()[0].id)
        with pytest.raises(UsageError, match="Nobody waits"):
            archive.posters.approve(1)
        archive.posters.ask(made.code, "egret@example.org")
        assert any("request to be invited" in one.what for one in archive.status().due)
        house.clock.move(WAITS)
        assert archive.posters.waiting() == []
        assert archive.tend().askings_deleted == 1
    assert house.rows("SELECT count(*) FROM askings") == [(0,)]
    assert b"heron@" not in house.database.read_bytes()


def test_a_poster_that_is_unknown_taken_down_or_over_says_what_to_do(house: House) -> None:
    with house.open() as archive:
        made = archive.posters.new(purposes=FIND, collections=[COLLECTION], holds=timedelta(days=2))
        with pytest.raises(PosterError, match="Scan it again"):
            archive.posters.read("nothing")
        with pytest.raises(UsageError, match="needs a label"):
            archive.posters.ask(made.code, "  ")
        archive.posters.end(made.id)
        with pytest.raises(PosterError, match="is over"):
            archive.posters.ask(made.code, ASKER)
        with pytest.raises(UsageError, match="a year at most"):
            archive.posters.new(purposes=FIND, collections=[COLLECTION], holds=timedelta(days=400))
        with pytest.raises(UsageError, match="Choose a purpose"):
            archive.posters.new(purposes=[], collections=[COLLECTION])
        assert [one.id for one in archive.posters.list()] == [made.id]


def test_an_invite_by_a_poster_reaches_only_collections_that_are_there(house: House) -> None:
    with house.open() as archive:
        made = archive.posters.new(purposes=FIND, collections=[COLLECTION])
        archive.posters.ask(made.code, ASKER)
        archive.collections.delete(COLLECTION)
        with pytest.raises(UsageError, match="are deleted"):
            archive.posters.approve(archive.posters.waiting()[0].id)
        assert len(archive.posters.waiting()) == 1


def test_F5_after_the_end_nobody_waits_any_more(house: House) -> None:
    with house.open() as archive:
        made = archive.posters.new(purposes=FIND, collections=[COLLECTION])
        archive.posters.ask(made.code, ASKER)
        archive.cease()
        archive.acting("ben").cease()
        with pytest.raises(RefusedError, match="ceased"):
            archive.posters.ask(made.code, ASKER)
    assert house.rows("SELECT count(*) FROM askings") == [(0,)]
