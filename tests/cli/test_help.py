"""The pages of help: each says what it must, fits a terminal of 80 columns, and waits for no model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata

import pytest
from typer.main import get_command

from sayso.cli import app
from sayso.cli.chapters import CHAPTERS

from .conftest import Run

#: What looks at pictures, and what takes more than a moment to load.
HEAVY = ("openvino", "onnxruntime", "onnx", "scipy", "imagehash")
NO_ARCHIVE = ("sqlalchemy", "alembic", "numpy", "cv2", "PIL", "cryptography", "jinja2")


def _pages(command: object, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from _pages(inner, (*words, name))


PAGES = dict(_pages(get_command(app)))


@pytest.mark.parametrize("words", PAGES, ids=" ".join)
def test_every_page_explains_every_word_within_80_columns(
    words: tuple[str, ...], sayso: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERMINAL_WIDTH", "80")
    page = sayso(*words, "--help")
    assert page.code == 0
    assert max(len(line) for line in page.out.splitlines()) <= 80
    command = PAGES[words]
    assert getattr(command, "help", "").strip().endswith(".") or not words
    for option in getattr(command, "params", ()):
        assert getattr(option, "help", None), f"{option.name} is not explained"
        # A choice or a type in angle brackets breaks over several lines; one capital word does not.
        if option.name != "help":
            assert option.metavar is not None, f"{option.name} has no word for its value"
    assert not words or page.out.count("…") <= 2


def test_every_command_stands_in_a_chapter(sayso: Run) -> None:
    chapters = [name for names in CHAPTERS.values() for name in names]
    assert sorted(chapters) == sorted(get_command(app).commands)  # type: ignore[attr-defined]
    page = sayso("--help").out
    places = [page.index(f" {chapter} ") for chapter in CHAPTERS]
    assert places == sorted(places)
    for code in ("0 done", "1 failed", "2 the command makes no sense", "3 refused", "4 done, but"):
        assert code in " ".join(page.split())


@pytest.mark.parametrize("words", [("--help",), ("find", "--help"), ("nonsense",), ("enrol",)], ids=" ".join)
def test_help_and_mistyped_words_load_no_library_of_the_archive(words: tuple[str, ...]) -> None:
    assert not _loaded(words) & {*HEAVY, *NO_ARCHIVE}


@pytest.mark.usefixtures("found")
@pytest.mark.parametrize(
    "words",
    [
        ("ledger", "list"),
        ("ledger", "verify"),
        ("status",),
        ("photo", "list"),
        ("collection", "list"),
        ("review", "list"),
    ],
    ids=" ".join,
)
def test_looking_things_up_loads_nothing_that_looks_at_pictures(words: tuple[str, ...]) -> None:
    assert not _loaded(words) & set(HEAVY)


def _loaded(words: tuple[str, ...]) -> set[str]:
    """Modules that a command has loaded when it ends."""
    code = (
        "import sys\nfrom sayso.cli import main\nsys.argv = ['sayso', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n' + ' '.join(name for name in sys.modules if '.' not in name))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, env=dict(os.environ), check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_the_version_is_that_of_the_package(sayso: Run) -> None:
    told = sayso("--version")
    assert (told.code, told.out) == (0, f"sayso {metadata.version('sayso')}\n")


def test_the_program_says_its_name_however_it_is_started() -> None:
    for start in (["-m", "sayso"], ["-c", "from sayso.cli import main; main()"]):
        done = subprocess.run([sys.executable, *start, "fly"], capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "See `sayso --help`." in done.stderr


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize(
    "words", [[b"invite", b"Z\xfe", b"--purpose", b"find", b"-c", b"1"], [b"add", b"\xff", b"-c", b"1"]]
)
def test_bytes_that_are_no_text_are_told_so(words: list[bytes]) -> None:
    start = [os.fsencode(sys.executable), b"-m", b"sayso"]
    done = subprocess.run([*start, *words, b"--json"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    assert json.loads(done.stderr)["error"].startswith("A word of this command is no text")


@pytest.mark.usefixtures("empty_house")
def test_a_terminal_of_few_signs_stops_nothing() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    for words in (["--help"], ["collection", "new", "Fête"], ["collection", "list"], ["status", "--as", "Zoë"]):
        done = subprocess.run(
            [sys.executable, "-m", "sayso", *words], capture_output=True, text=True, env=environment, check=False
        )
        assert "Traceback" not in done.stderr
        assert "mistake in Sayso" not in done.stderr
        assert done.returncode in (0, 3)
