"""Waiting and stopping: progress in a terminal, and ctrl-C that loses nothing that was finished."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import COLLECTION, DEMO, NOON, House, shoot

_PATIENCE = 120.0


@pytest.fixture(scope="module")
def many_photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """72 photos, more than two chunks of what is stored at once."""
    folder = tmp_path_factory.mktemp("many")
    for number, source in enumerate(sorted((DEMO / "event").glob("*.jpg"))[:72]):
        shoot(source, folder / source.name, NOON, side=1280 - number % 2)
    return folder


class Terminal:
    """``sayso`` in a process of its own behind a terminal of 80 columns, as a person has it."""

    def __init__(self, house: House, *words: str | Path) -> None:
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        self._ours = ours
        self.seen = ""
        environment = {**os.environ, **house.environment(), "TERM": "xterm", "SAYSO_WORKERS": "1"}
        environment.pop("COLUMNS", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sayso", *map(str, words)],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=environment,
            # Its own session, and this its terminal: ctrl-C reaches all its workers too.
            preexec_fn=_own_terminal,
        )
        os.close(theirs)

    def read_until(self, done: Callable[[str], bool]) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not done(self.seen):
            assert time.monotonic() < deadline, self.seen
            if not self._read():
                break
        assert done(self.seen), self.seen

    def press_ctrl_c(self) -> None:
        os.write(self._ours, b"\x03")

    def end(self) -> int:
        while self._read():
            pass
        os.close(self._ours)
        return self.process.wait(_PATIENCE)

    def _read(self) -> bool:
        try:
            read = os.read(self._ours, 65536)
        except OSError:
            return False
        self.seen += read.decode("utf-8", "replace")
        return bool(read)


def _own_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _done(seen: str) -> int:
    """How far the progress line has come."""
    return max((int(number) for number in re.findall(r"(?:Adding|Searching) (\d+)/", seen)), default=0)


def test_progress_tells_rate_and_time_left(empty_house: House, many_photos: Path) -> None:
    empty_house.collection("Many")
    terminal = Terminal(empty_house, "add", many_photos, "--collection", "Many")
    assert terminal.end() == 0
    assert re.search(r"Adding \d+/72 · \d+\.\d/s · \d\d:\d\d left", terminal.seen)
    assert _done(terminal.seen) == 72
    assert "72 photos added" in terminal.seen
    again = Terminal(empty_house, "find", "--collection", "Many")
    assert again.end() == 3
    assert "Searching" in again.seen


def test_ctrl_c_in_add_keeps_the_work_and_a_rerun_finishes_it(empty_house: House, many_photos: Path) -> None:
    empty_house.collection("Many")
    terminal = Terminal(empty_house, "add", many_photos, "--collection", "Many")
    terminal.read_until(lambda seen: _done(seen) >= 40)
    terminal.press_ctrl_c()
    assert terminal.end() == 1
    assert "Traceback" not in terminal.seen
    assert "What was finished is kept; run the same command again to go on." in " ".join(terminal.seen.split())
    kept = empty_house.json("status")["photos"]
    assert 40 <= kept < 72
    rerun = empty_house.json("add", many_photos, "--collection", "Many")
    assert (rerun["added"], rerun["already_there"], rerun["skipped"]) == (72 - kept, kept, [])
    faces = empty_house.json("status")["faces"]
    empty_house.collection("Undisturbed")
    undisturbed = empty_house.json("add", many_photos, "--collection", "Undisturbed")
    assert (undisturbed["added"], undisturbed["counts"]["seen"]) == (72, faces)


def test_ctrl_c_in_find_keeps_the_work_and_a_rerun_finishes_it(
    enrolled: House, many_photos: Path, tmp_path: Path
) -> None:
    enrolled.collection("Many", add=many_photos)
    enrolled.enrol("wren@example.org", "P10", collections=("Many", COLLECTION))
    undisturbed = enrolled.copy(tmp_path / "undisturbed")
    terminal = Terminal(enrolled, "find", "--collection", "Many")
    terminal.read_until(lambda seen: _done(seen) >= 32)
    terminal.press_ctrl_c()
    code = terminal.end()
    assert "Traceback" not in terminal.seen
    assert code == 1
    assert "What was finished is kept" in " ".join(terminal.seen.split())
    rerun = enrolled.json("find", "--collection", "Many")[0]
    whole = undisturbed.json("find", "--collection", "Many")[0]
    assert rerun["done_before"] >= 32
    assert rerun["done_before"] + rerun["counts"]["photos"] == whole["counts"]["photos"]
    assert enrolled.json("status")["matched"] == undisturbed.json("status")["matched"] > 0
    verified = enrolled.json("ledger", "verify")
    assert verified["verified"]["size"] > 0


@pytest.mark.parametrize("words", [("status",), ("ledger", "verify")], ids=" ".join)
def test_an_interrupt_at_any_moment_does_no_harm(found: House, words: tuple[str, ...]) -> None:
    for tenths in range(1, 12, 2):
        child = subprocess.Popen(
            [sys.executable, "-m", "sayso", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **found.environment()},
        )
        time.sleep(tenths / 10)
        child.send_signal(signal.SIGINT)
        _, err = child.communicate(timeout=_PATIENCE)
        assert "mistake in Sayso" not in err
        assert child.returncode in (0, 1, -signal.SIGINT), err
    assert found.json("ledger", "verify")["verified"]["size"] > 0


def test_a_reader_that_goes_away_is_no_mistake(found: House) -> None:
    shell = shutil.which("sh") or "/bin/sh"
    done = subprocess.run(
        [shell, "-c", f"{sys.executable} -m sayso ledger list | head -n 1"],
        capture_output=True,
        text=True,
        env={**os.environ, **found.environment()},
        check=False,
    )
    assert done.stdout.startswith("no")
    assert "Traceback" not in done.stderr
    assert "mistake in Sayso" not in done.stderr
