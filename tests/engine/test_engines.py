"""Both engines keep the same promises."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sayso.engine import Engine, InProcess, Processes
from sayso.errors import ImageError, RefusedError, UsageError

from . import work


@pytest.fixture(scope="module", params=["in process", "processes"])
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    made: Engine = InProcess(2) if request.param == "in process" else Processes(2)
    yield made
    made.close()


def test_every_item_is_done_once(engine: Engine) -> None:
    results = list(engine.run(work.square, range(500)))
    assert sorted((done.item, done.value) for done in results) == [(n, n * n) for n in range(500)]
    assert all(done.error is None for done in results)


def test_nothing_to_do_gives_nothing(engine: Engine) -> None:
    assert list(engine.run(work.square, [])) == []


@given(st.lists(st.integers(-(10**12), 10**12), max_size=40))
@settings(max_examples=50, deadline=None)
def test_results_are_those_of_map_whatever_the_items(numbers: list[int]) -> None:
    engine = InProcess(3)
    values = Counter(done.value for done in engine.run(work.square, numbers))
    assert values == Counter(map(work.square, numbers))


def test_errors_belong_to_their_items_and_the_run_goes_on(engine: Engine) -> None:
    by_item = {done.item: done for done in engine.run(work.square_or_fail, range(40))}
    assert len(by_item) == 40
    for number, done in by_item.items():
        match number % 10:
            case 3:
                assert isinstance(done.error, ImageError)
                assert str(done.error) == f"Number {number} is damaged. Take another."
                assert done.error.next_step == "Take another."
            case 4:
                assert isinstance(done.error, RefusedError)
                assert done.error.reasons[0].rule == "F3"
            case 7:
                assert "ValueError" in str(done.error)
                assert "BEEF" not in str(done.error)
                assert done.error is not None
                assert done.error.__cause__ is None
            case _:
                assert done.value == number * number


def test_items_are_read_no_faster_than_results_are_taken(engine: Engine) -> None:
    read = 0

    def items() -> Iterator[int]:
        nonlocal read
        for number in range(1000):
            read += 1
            yield number

    run = engine.run(work.square, items())
    for taken in range(1, 51):
        next(run)
        assert read <= taken + 8
    run.close()
    assert read < 100


def test_an_error_of_the_source_reaches_the_caller(engine: Engine) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise UsageError("The list of photos ends here.")

    with pytest.raises(UsageError, match="ends here"):
        list(engine.run(work.square, items()))
    assert len(list(engine.run(work.square, range(10)))) == 10


def test_two_runs_at_once_do_not_mix(engine: Engine) -> None:
    first = engine.run(work.square, range(50))
    second = engine.run(work.square, range(100, 150))
    values: tuple[list[int | None], list[int | None]] = ([], [])
    for one, other in zip(first, second, strict=True):
        values[0].append(one.item)
        values[1].append(other.item)
    assert sorted(values[0]) == list(range(50))  # type: ignore[type-var]
    assert sorted(values[1]) == list(range(100, 150))  # type: ignore[type-var]


def test_at_least_one_worker_is_needed() -> None:
    for kind in (InProcess, Processes):
        with pytest.raises(ValueError, match="at least one"):
            kind(0)
