"""A clock that moves backwards brings nobody back and breaks nothing."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sayso.errors import RefusedError, UsageError
from tests.house import COLLECTION, ROBIN, WREN, House

WEEK = timedelta(days=7)


def test_a_withdrawal_stands_although_the_clock_went_back_before_the_consent(found: House, tmp_path: Path) -> None:
    subject = found.subject(WREN)
    with found.open() as archive:
        archive.people.withdraw(subject)
    found.clock.move(-WEEK)
    with found.open() as archive:
        assert [one.label for one in archive.people.list()] == [ROBIN]
        with pytest.raises((RefusedError, UsageError)):
            archive.people.album(subject, tmp_path / "album")
        archive.ledger.verify()


def test_a_new_yes_after_a_withdrawal_from_the_future_is_a_yes(found: House) -> None:
    found.clock.move(WEEK)
    with found.open() as archive:
        archive.people.withdraw(WREN)
    found.clock.move(-WEEK)
    found.enrol(WREN, "P10")
    for _ in range(2):
        with found.open() as archive:
            assert {one.label for one in archive.people.list()} == {WREN, ROBIN}
    with found.open() as archive:
        assert archive.people.find(subject=WREN, collection=COLLECTION)[0].matched >= 2


def test_what_is_done_in_the_past_is_written_and_verifies(enrolled: House, tmp_path: Path) -> None:
    enrolled.clock.move(-WEEK)
    with enrolled.open() as archive:
        archive.people.find(collection=COLLECTION)
        archive.people.album(WREN, tmp_path / "album")
        archive.people.withdraw(WREN)
        entries = archive.ledger.list()
        archive.ledger.verify()
    assert [entry.index for entry in entries] == list(range(len(entries)))
    assert entries[-1].at < entries[5].at


def test_an_invite_that_expired_stays_expired_until_its_time_is_there_again(house: House) -> None:
    house.clock.move(timedelta(days=400))
    house.enrol(WREN, "P10")
    house.clock.move(-timedelta(days=400))
    with house.open() as archive:
        archive.people.find(collection=COLLECTION)
        archive.people.withdraw(WREN)
        assert archive.people.list() == []
