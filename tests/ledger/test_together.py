"""Many who look at once share transactions; every entry stands once when its writer goes on, whatever others met."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest

from sayso.errors import ArchiveError, KeyDestroyedError
from sayso.ledger import Together
from sayso.storage import Session
from sayso.values import Act

from .conftest import START, Log, act

PEOPLE = 24


class Counted:
    """The log's transactions, counted."""

    def __init__(self, log: Log) -> None:
        self.log, self.begun, self.full = log, 0, False

    @contextmanager
    def begin(self) -> Iterator[Session]:
        self.begun += 1
        if self.full:
            raise ArchiveError("The disk is full.", "Free some space.")
        with self.log.database.begin() as session:
            yield session

    def append(self, session: Session, one: Act) -> int:
        return self.log.ledger.append(session, one, START)


def all_at_once(log: Log, together: Together, acts: list[Act]) -> list[BaseException | None]:
    """Write each act in a thread of its own; what each was told."""
    ready = Barrier(len(acts))

    def write(one: Act) -> BaseException | None:
        ready.wait(30)
        try:
            together.write(one)
        except Exception as error:
            return error
        with log.database.read() as session:
            assert one.verb in [entry.verb for entry in log.ledger.entries(session)]
        return None

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(write, acts))


def verbs(log: Log) -> list[str]:
    with log.database.read() as session:
        return [entry.verb for entry in log.ledger.entries(session)]


def test_each_entry_stands_once_when_its_writer_goes_on(log: Log) -> None:
    counted = Counted(log)
    together = Together(counted.begin, counted.append)
    acts = [act(f"look-{number}", "s1") for number in range(PEOPLE)]
    assert all_at_once(log, together, acts) == [None] * PEOPLE
    assert sorted(verbs(log)) == sorted(one.verb for one in acts)
    assert counted.begun < PEOPLE
    assert log.verify() == PEOPLE


def test_one_that_may_not_be_written_holds_up_nobody_else(log: Log) -> None:
    log.keys.destroy(["record-s2"])
    counted = Counted(log)
    together = Together(counted.begin, counted.append)
    acts = [act(f"look-{number}", "s2" if number % 5 == 0 else "s1") for number in range(PEOPLE)]
    told = all_at_once(log, together, acts)
    assert [isinstance(one, KeyDestroyedError) for one in told] == [number % 5 == 0 for number in range(PEOPLE)]
    assert sorted(verbs(log)) == sorted(one.verb for number, one in enumerate(acts) if number % 5)
    assert log.verify() == PEOPLE - 5


def test_a_full_disk_is_told_to_everybody_and_the_next_is_written_again(log: Log) -> None:
    counted = Counted(log)
    together = Together(counted.begin, counted.append)
    counted.full = True
    told = all_at_once(log, together, [act(f"look-{number}") for number in range(PEOPLE)])
    assert all(isinstance(one, ArchiveError) for one in told)
    assert verbs(log) == []
    counted.full = False
    together.write(act("later"))
    assert verbs(log) == ["later"]


def test_what_gathers_while_one_transaction_runs_is_written_in_the_next(log: Log) -> None:
    counted = Counted(log)
    together = Together(counted.begin, counted.append)

    @contextmanager
    def slow() -> Iterator[Session]:
        if counted.begun == 0:
            # The others stand in line before the first goes on.
            for _ in range(1000):
                if len(together._waiting) == PEOPLE - 1:
                    break
                time.sleep(0.01)
        with counted.begin() as session:
            yield session

    together._begin = slow
    assert all_at_once(log, together, [act(f"look-{number}") for number in range(PEOPLE)]) == [None] * PEOPLE
    assert counted.begun == 2
    assert log.verify() == PEOPLE


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_a_writer_who_is_stopped_leaves_nobody_believing(log: Log, error: type[BaseException]) -> None:
    def begin() -> Iterator[Session]:
        raise error

    together = Together(contextmanager(begin), lambda *_: None)  # type: ignore[arg-type]
    with pytest.raises(error):
        together.write(act("look"))
    assert verbs(log) == []
