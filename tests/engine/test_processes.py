"""Worker processes: crashes, starts, orphans, interruptions."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from sayso.engine import Processes
from sayso.errors import ImageError, SaysoError

from . import work


@pytest.fixture
def engine() -> Iterator[Processes]:
    made = Processes(2)
    yield made
    made.close()


def test_an_item_that_kills_its_worker_when_alone_ends_with_an_error_and_costs_no_other(
    engine: Processes, tmp_path: Path
) -> None:
    diary = tmp_path / "diary"
    results = list(engine.run(work.Deadly(frozenset({0, 7, 8, 29}), diary), range(30)))
    assert sorted(done.item for done in results) == list(range(30))
    for done in results:
        if done.item in {0, 7, 8, 29}:
            assert "makes the decoder crash" in str(done.error)
        else:
            assert done.value == done.item**2
    tries = Counter(map(int, diary.read_text().split()))
    assert set(tries) == set(range(30))
    assert max(tries.values()) <= 2


def test_an_item_whose_worker_dies_once_is_done_on_the_second_try(engine: Processes, tmp_path: Path) -> None:
    results = list(engine.run(work.DeadlyOnce(tmp_path / "mark"), range(12)))
    assert sorted((done.item, done.value) for done in results) == [(n, n * n) for n in range(12)]


def test_a_worker_killed_from_outside_is_replaced(engine: Processes) -> None:
    run = engine.run(work.process_id, range(60))
    victim = next(run).value
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    rest = list(run)
    assert len(rest) == 59
    assert all(done.error is None for done in rest)
    assert len({done.value for done in rest} - {victim}) >= 1


def test_a_worker_killed_between_two_runs_is_not_missed(engine: Processes) -> None:
    for victim in {done.value for done in engine.run(work.process_id, range(10))}:
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
    assert len(list(engine.run(work.square, range(10)))) == 10


def test_workers_are_kept_between_runs(engine: Processes) -> None:
    first = {done.value for done in engine.run(work.process_id, range(40))}
    second = {done.value for done in engine.run(work.process_id, range(40))}
    assert os.getpid() not in first
    assert first == second
    assert len(first) == 2


def test_workers_leave_no_core_dumps(engine: Processes) -> None:
    assert [done.value for done in engine.run(work.core_limit, [1])] == [(0, 0)]


def test_what_libraries_print_does_not_disturb_the_results(engine: Processes) -> None:
    assert sorted(done.value for done in engine.run(work.noisy, range(5)) if done.value is not None) == [0, 1, 2, 3, 4]


def test_a_value_that_cannot_travel_is_an_error_of_its_item(engine: Processes) -> None:
    (done,) = engine.run(work.unpicklable, [1])
    assert done.value is None
    assert done.error is not None


def test_start_runs_once_in_each_worker() -> None:
    engine = Processes(2, start=work.mark_start)
    assert {done.value for done in engine.run(work.started, range(20))} == {"once"}
    engine.close()


def test_a_failing_start_is_told_to_the_caller() -> None:
    engine = Processes(2, start=work.broken_start)
    with pytest.raises(ImageError, match="Prepare them"):
        list(engine.run(work.square, range(5)))


def test_a_start_that_kills_the_worker_does_not_go_on_for_ever() -> None:
    engine = Processes(2, start=work.deadly_start)
    with pytest.raises(SaysoError, match="could not start"):
        list(engine.run(work.square, range(5)))


def _is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _gone(processes: list[int], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while any(map(_is_running, processes)):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


_PARENT = """
from pathlib import Path
from sayso.engine import Processes
from {package} import work
engine = Processes(2)
workers = {{done.value for done in engine.run(work.process_id, range(40))}}
print(*workers, flush=True)
try:
    list(engine.run(work.slow, range(4)))
except KeyboardInterrupt:
    print("stopped", flush=True)
"""


def _parent() -> tuple[subprocess.Popen[str], list[int]]:
    code = f"import sys; sys.path[:] = {sys.path!r}\n" + _PARENT.format(package=__package__)
    # A group of its own, so that the interruption reaches parent and workers alike, as Ctrl+C does.
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, process_group=0)
    assert parent.stdout is not None
    workers = [int(word) for word in parent.stdout.readline().split()]
    assert len(workers) == 2
    assert all(map(_is_running, workers))
    time.sleep(0.5)
    return parent, workers


def test_killing_the_parent_leaves_no_orphan() -> None:
    parent, workers = _parent()
    with parent:
        parent.kill()
    assert _gone(workers)


def test_an_interruption_stops_cleanly_and_ends_the_workers() -> None:
    parent, workers = _parent()
    with parent:
        os.killpg(parent.pid, signal.SIGINT)
        said, _ = parent.communicate(timeout=20)
    assert said.strip() == "stopped"
    assert parent.returncode == 0
    assert _gone(workers)
