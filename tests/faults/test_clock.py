"""A clock that moves backwards brings nobody back and breaks nothing."""

from __future__ import annotations

import shutil
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


def test_a_clock_that_was_set_back_deletes_no_photo_that_is_away(house: House, tmp_path: Path) -> None:
    away = next(iter(sorted(house.photos.iterdir())))
    kept = tmp_path / away.name
    shutil.move(away, kept)
    try:
        with house.open() as archive:
            assert archive.tend().photos_missing == 1
            house.clock.move(timedelta(days=-50 * 365))
            told = archive.tend()
            assert "--clock-is-right" in told.warnings[0]
            house.clock.move(timedelta(days=50 * 365, hours=1))
            again = archive.tend()
            assert (again.photos_deleted, again.photos_missing) == (0, 1)
            house.clock.move(timedelta(days=8))
            assert archive.tend().photos_deleted == 1
    finally:
        shutil.move(kept, away)


def test_a_clock_that_was_ahead_is_forgiven_once_somebody_says_so(house: House, tmp_path: Path) -> None:
    away = next(iter(sorted(house.photos.iterdir())))
    kept = tmp_path / away.name
    shutil.move(away, kept)
    try:
        with house.open() as archive:
            house.clock.move(timedelta(days=100))
            assert archive.tend().photos_missing == 1
            house.clock.move(timedelta(days=-100))
            assert archive.tend().warnings
            assert archive.tend(clock_is_right=True).warnings == []
            house.clock.move(timedelta(days=6))
            assert archive.tend().photos_missing == 1
            house.clock.move(timedelta(days=2))
            assert archive.tend().photos_deleted == 1
    finally:
        shutil.move(kept, away)
