"""The clock of requests: a month, and never more than thirty days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.lifecycle.requests import due

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ((2026, 4, 15), (2026, 5, 15)),
        ((2026, 5, 15), (2026, 6, 14)),
        ((2027, 1, 31), (2027, 2, 28)),
        ((2028, 1, 31), (2028, 2, 29)),
        ((2026, 12, 31), (2027, 1, 30)),
        ((2026, 11, 30), (2026, 12, 30)),
    ],
)
def test_L4_a_request_is_due_after_a_month_or_thirty_days(
    asked: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    assert due(datetime(*asked, 9, tzinfo=UTC)) == datetime(*expected, 9, tzinfo=UTC)


@given(moments)
def test_L4_the_clock_is_never_longer_than_thirty_days_nor_shorter_than_february(asked: datetime) -> None:
    assert timedelta(days=28) <= due(asked) - asked <= timedelta(days=30)
