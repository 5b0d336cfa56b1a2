"""Progress, and the number of workers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.engine import Progress, Tracker, workers
from sayso.errors import UsageError


class _Time:
    def __init__(self) -> None:
        self.now = datetime(2026, 5, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def test_a_steady_pace_is_told_as_it_is() -> None:
    time = _Time()
    tracker = Tracker(time, 100)
    for _ in range(40):
        time.wait(0.5)
        progress = tracker.advance()
    assert (progress.done, progress.total) == (40, 100)
    assert progress.per_second == pytest.approx(2.0)
    assert progress.seconds_left == pytest.approx(30.0)


def test_a_change_of_pace_shows_smoothly() -> None:
    time = _Time()
    tracker = Tracker(time, 10_000)
    for _ in range(100):
        time.wait(0.1)
        tracker.advance()
    time.wait(1.0)
    slowing = tracker.advance().per_second
    assert slowing is not None
    assert 8.0 < slowing < 10.0
    for _ in range(60):
        time.wait(1.0)
        slowed = tracker.advance().per_second
    assert slowed == pytest.approx(1.0, abs=0.05)


def test_what_was_done_before_does_not_flatter_the_rate() -> None:
    time = _Time()
    tracker = Tracker(time, 100)
    assert tracker.skip(50) == Progress(50, 100)
    time.wait(10)
    progress = tracker.advance(10)
    assert progress.done == 60
    assert progress.per_second == pytest.approx(1.0)
    assert progress.seconds_left == pytest.approx(40.0)


@given(st.lists(st.tuples(st.floats(0, 100), st.integers(0, 50)), max_size=60))
@settings(max_examples=50, deadline=None)
def test_progress_is_never_negative_and_counts_everything(steps: list[tuple[float, int]]) -> None:
    time = _Time()
    tracker = Tracker(time, sum(items for _, items in steps))
    done = 0
    for seconds, items in steps:
        time.wait(seconds)
        progress = tracker.advance(items)
        done += items
        assert progress.done == done <= progress.total
        assert progress.per_second is None or progress.per_second >= 0
        assert progress.seconds_left is None or progress.seconds_left >= 0


def test_the_environment_overrides_the_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_WORKERS", "7")
    assert workers() == 7


@pytest.mark.parametrize("wrong", ["0", "-1", "many", "1.5", "99999", "²"])
def test_a_senseless_number_of_workers_is_told(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("SAYSO_WORKERS", wrong)
    with pytest.raises(UsageError, match="SAYSO_WORKERS"):
        workers()


def test_this_machine_gets_at_least_one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAYSO_WORKERS", raising=False)
    assert workers() >= 1


def test_the_total_may_become_known_later() -> None:
    time = _Time()
    tracker = Tracker(time)
    time.wait(5)
    tracker.expect(20)
    progress = tracker.advance(10)
    assert (progress.done, progress.total) == (10, 20)
    assert progress.seconds_left == pytest.approx(5.0)
    assert tracker.seconds == pytest.approx(5.0)
