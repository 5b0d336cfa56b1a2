"""Who says no is signed out everywhere, and no job about them is kept; what ran out is deleted day by day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sayso.archive import Archive
from sayso.errors import UsageError
from sayso.values import Purpose
from tests.house import COLLECTION, OPERATOR, ROBIN, SECOND, WREN, House


def _sign_in(archive: Archive, subject: str) -> str:
    token = archive.visits.welcome(subject)
    assert archive.visits.who(token) is not None
    return token


def test_F4_a_no_ends_visits_links_and_jobs_of_this_person_only(house: House) -> None:
    subject, other = house.enrol(WREN, None, purposes=[Purpose.FIND, Purpose.SHARE]), house.enrol(ROBIN, None)
    with house.open() as archive:
        token, others = _sign_in(archive, subject), _sign_in(archive, other)
        assert archive.visits.letter_for(WREN) is not None
        archive.jobs.new("album", subject=WREN)
        archive.jobs.new("album", subject=ROBIN)
        archive.people.withdraw(WREN, purposes=[Purpose.SHARE])
        assert archive.visits.who(token) is not None
        archive.people.withdraw(WREN)
        assert archive.visits.who(token) is None
        assert archive.visits.who(others) is not None
        assert [one.parameters["subject"] for one in archive.jobs.list()] == [other]
    assert house.rows("SELECT count(*) FROM entry_links") == [(0,)]


def test_F10_a_job_keeps_no_label(house: House) -> None:
    subject = house.enrol(WREN, None)
    with house.open() as archive:
        assert archive.jobs.new("find", subject=WREN, collection=COLLECTION).parameters["subject"] == subject
        with pytest.raises(UsageError, match="Nobody with that id or label"):
            archive.jobs.new("find", subject="nobody@example.org")
    for path in house.archive.rglob("*"):
        assert not path.is_file() or WREN.encode() not in path.read_bytes()


def test_F5_the_end_signs_every_person_out_and_leaves_staff(house: House) -> None:
    subject = house.enrol(WREN, None)
    with house.open() as archive:
        archive.accounts.set_password(OPERATOR, "a long enough password")
        staff = archive.visits.sign_in(OPERATOR, "a long enough password")
        token = _sign_in(archive, subject)
        assert archive.visits.letter_for(WREN) is not None
        archive.jobs.new("album", subject=WREN)
    for name in (OPERATOR, SECOND):
        with house.open(name) as archive:
            archive.cease()
            kept = archive.visits.who(token), archive.visits.who(staff)
    assert kept[0] is None
    assert kept[1] is not None
    for table in ("jobs", "entry_links"):
        assert house.rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_what_ran_out_is_deleted_by_the_daily_run(house: House) -> None:
    subject = house.enrol(WREN, None)
    with house.open() as archive:
        _sign_in(archive, subject)
        archive.visits.letter_for(WREN)
        house.clock.move(timedelta(days=31))
        archive.tend()
    assert house.rows("SELECT count(*) FROM visits") == [(0,)]
    assert house.rows("SELECT count(*) FROM entry_links") == [(0,)]
