"""Measures stopped with ctrl-C: what was finished is shown and called a part, or it is said that nothing was kept."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sayso import measure
from sayso.engine import Progress

from ..house import DEMO, PEOPLE, House
from .conftest import Run

BASIS = ("--basis", "synthetic-people")


@pytest.fixture(autouse=True)
def _one_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures come in their order."""
    monkeypatch.setenv("SAYSO_WORKERS", "1")


@pytest.fixture
def stop_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[Progress], bool]], None]:
    """Presses ctrl-C while a function of the measure room tells its progress."""

    def patch(name: str, now: Callable[[Progress], bool]) -> None:
        original = getattr(measure, name)

        def pressed(progress: Progress) -> None:
            if now(progress):
                raise KeyboardInterrupt

        def stopped(*words: Any, **options: Any) -> Any:
            return original(*words, **options | {"progress": pressed})

        monkeypatch.setattr(measure, name, stopped)

    return patch


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """21 people with two pictures each; the very first picture cannot be read."""
    root = tmp_path / "set"
    for person in sorted(PEOPLE.iterdir())[:21]:
        (root / person.name).mkdir(parents=True)
        for number in range(2):
            shutil.copy(person / f"{number}.jpg", root / person.name)
    (root / "P01" / "0-broken.jpg").write_bytes(b"no picture")
    return root


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three labelled photos of which the first cannot be read."""
    root = tmp_path / "photos"
    root.mkdir()
    for name in ("g03", "g24"):
        for ending in ("jpg", "json"):
            shutil.copy(DEMO / "event" / f"{name}.{ending}", root)
    (root / "a.jpg").write_bytes(b"no picture")
    (root / "a.json").write_text('{"faces": []}')
    return root


@pytest.mark.usefixtures("empty_house")
def test_accuracy_of_a_part_is_told_as_a_part_though_a_file_was_skipped(
    sayso: Run, folder: Path, stop_at: Callable[..., None]
) -> None:
    stop_at("measure_accuracy", lambda now: now.done == now.total)
    answer = sayso("measure", "accuracy", folder, *BASIS)
    assert answer.code == 1, answer.said
    assert "1 item skipped" in answer.err
    assert "Stopped. This holds for what was finished" in answer.err
    assert "EER" in answer.out
    told = sayso("measure", "accuracy", folder, *BASIS, "--json")
    assert (told.code, told.err) == (1, "")
    assert (told.json["stopped"], len(told.json["skipped"])) == (True, 1)


@pytest.mark.usefixtures("empty_house")
def test_leaks_of_a_part_are_told_as_a_part_though_a_file_was_skipped(
    sayso: Run, photos: Path, stop_at: Callable[..., None]
) -> None:
    stop_at("measure_leaks", lambda now: now.done == 2)
    answer = sayso("measure", "leaks", photos)
    assert answer.code == 1, answer.said
    assert "Skipped a.jpg" in answer.err
    assert "Stopped. This holds for what was finished" in answer.err
    assert "1 photos were looked at" in answer.said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("measure_accuracy", ("accuracy", "{folder}", *BASIS)),
        ("measure_redaction", ("redaction", "{folder}", *BASIS)),
        ("measure_leaks", ("leaks", "{photos}")),
        ("calibrate", ("calibrate", "{folder}", *BASIS, "--name", "choir")),
    ],
)
def test_with_nothing_finished_it_is_not_said_that_something_was_kept(
    empty_house: House,
    sayso: Run,
    folder: Path,
    photos: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    words: tuple[str, ...],
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["sayso.measure"], name, stop)
    answer = sayso("measure", *(word.format(folder=folder, photos=photos) for word in words))
    assert (answer.code, answer.out) == (1, "")
    assert "Nothing was kept" in answer.err
    with empty_house.open() as archive:
        assert not [one for one in archive.ledger.list() if one.verb.startswith("measure.")]


@pytest.mark.parametrize(
    "words",
    [
        ("accuracy", "{place}", *BASIS),
        ("redaction", "{place}", *BASIS),
        ("leaks", "{place}"),
        ("exposure", "Event"),
        ("speed",),
    ],
)
@pytest.mark.parametrize(
    ("option", "file", "said"),
    [("--csv", "none/rows.csv", "there is no folder"), ("--report", "taken", "it is a folder")],
)
def test_a_file_that_cannot_be_written_is_told_before_anything_is_opened(
    sayso: Run, tmp_path: Path, words: tuple[str, ...], option: str, file: str, said: str
) -> None:
    (tmp_path / "taken").mkdir()
    # Where no archive is, the first thing that is wrong would be that one.
    archive = () if words[0] == "speed" else ("--archive", tmp_path / "nowhere")
    answer = sayso("measure", *(one.format(place=tmp_path) for one in words), *archive, option, tmp_path / file)
    assert answer.code == 2, answer.said
    assert "cannot be written" in answer.said
    assert said in answer.said
