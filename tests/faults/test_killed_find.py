"""A search that is killed at any moment loses nothing, doubles nothing, and hides nothing of what it measured."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.house import House, child
from tests.law.killed import KILLED

STEPS = [
    *(f"before commit {number}" for number in (3, 4, 5, 6)),
    *(f"{when} measuring {number}" for number in (1, 3, 5, 8) for when in ("before", "after")),
    "before the ledger's entry",
    "after the ledger's entry",
]

_DECIDED = "SELECT face_id, outcome, confirmed FROM matches ORDER BY face_id, outcome"
_SEARCHED = "SELECT photo_id, count(*) FROM searched GROUP BY photo_id ORDER BY photo_id"


def _told_in_ledger(house: House) -> tuple[int, int]:
    """Faces that the ledger owns to: measured, and measured at most by runs of which not all was written."""
    with house.open() as archive:
        entries = archive.ledger.list()
        archive.ledger.verify()
    measured = sum(entry.counts.measured for entry in entries if entry.verb == "find" and entry.counts)
    at_most = sum(int(dict(entry.facts)["faces_planned"]) for entry in entries if entry.verb == "find.begin")
    return measured, at_most


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_this_step_the_next_run_completes_it(
    undisturbed: House, enrolled: House, tmp_path: Path, step: str
) -> None:
    told = tmp_path / "told"
    told.touch()
    arguments = [str(enrolled.archive), str(told), step]
    done = child("-m", "tests.faults.dying", *arguments, environment=enrolled.environment())
    assert done.returncode == KILLED, done.stderr
    measured, at_most = _told_in_ledger(enrolled)
    assert measured <= told.stat().st_size <= at_most

    with enrolled.open() as archive:
        report = archive.people.find()[0]
        assert report.counts.photos + report.done_before == 8
        again = archive.people.find()[0]
    assert (again.counts.photos, again.counts.measured, again.done_before) == (0, 0, 8)
    # Faces and photos bear the same ids as in the archive whose search nobody disturbed.
    assert enrolled.rows(_DECIDED) == undisturbed.rows(_DECIDED)
    assert enrolled.rows(_SEARCHED) == undisturbed.rows(_SEARCHED)


def test_killed_by_signal_at_random_moments(undisturbed: House, enrolled: House) -> None:
    chance = random.Random(20260614)
    killed = 0
    for _ in range(6):
        process = enrolled.start("find", "--json")
        time.sleep(chance.uniform(0.3, 2.5))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
        with enrolled.open() as archive:
            archive.ledger.verify()
    assert killed >= 2
    with enrolled.open() as archive:
        archive.people.find()
    assert enrolled.rows(_DECIDED) == undisturbed.rows(_DECIDED)
    assert enrolled.rows(_SEARCHED) == undisturbed.rows(_SEARCHED)


def test_two_searches_at_once_double_nothing(undisturbed: House, enrolled: House) -> None:
    processes = [enrolled.start("find", "--json") for _ in range(2)]
    ends = [process.communicate(timeout=200) for process in processes]
    assert [process.returncode for process in processes] == [0, 0], ends
    assert enrolled.rows(_DECIDED) == undisturbed.rows(_DECIDED)
    with enrolled.open() as archive:
        archive.ledger.verify()
