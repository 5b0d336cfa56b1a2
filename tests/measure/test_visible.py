"""Leaks of a folder: real renditions against labels, and what happens when something is amiss."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from sayso.errors import UsageError
from sayso.ground import Sight
from sayso.measure import leaks_page, measure_leaks, read_labels
from sayso.vision import Closer, Located, Region
from tests.house import House

EVENT = Path(__file__).parents[2] / "demo" / "event"
SOME = ("g03", "g24")


@pytest.fixture(scope="module")
def sight() -> Sight:
    return Sight()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in SOME:
        shutil.copy(EVENT / f"{name}.jpg", tmp_path)
        shutil.copy(EVENT / f"{name}.json", tmp_path)
    return tmp_path


def people(name: str) -> list[str]:
    return [one["id"] for one in json.loads((EVENT / f"{name}.json").read_text())["people"]]


def test_L9_no_face_of_the_demo_stays_visible(folder: Path, sight: Sight) -> None:
    report = measure_leaks(read_labels(folder), locator=sight.locator, closer=sight.closer)
    assert report.leaks.goal.others == sum(len(people(name)) for name in SOME)
    assert report.leaks.goal.leaked == 0
    assert report.to_json()["goal"]["met"]
    assert (report.partial, report.counts.photos, report.counts.measured) == (False, 2, 0)
    assert 0 <= report.leaks.area_for_nothing < 0.25
    assert len(report.to_rows()) == 1 + len(report.faces)


def test_who_may_be_seen_is_opened_and_not_counted(folder: Path, sight: Sight) -> None:
    opened = people("g03")[0]
    labels = read_labels(folder, opened=[opened])
    report = measure_leaks(labels, locator=sight.locator, closer=sight.closer)
    may = sum(name == opened for photo in SOME for name in people(photo))
    assert report.leaks.goal.others == sum(len(people(name)) for name in SOME) - may
    assert report.leaks.goal.leaked == 0


class Blind(Closer):
    def __init__(self) -> None:
        self.sources = ("nothing",)

    def regions(self, _: object) -> list[Region]:
        return []


class Unseeing:
    def locate(self, _: object, **__: object) -> Sequence[Located]:
        return []


def test_L9_faces_that_nobody_locates_are_all_visible(folder: Path) -> None:
    report = measure_leaks(read_labels(folder), locator=Unseeing(), closer=Blind())  # type: ignore[arg-type]
    assert report.leaks.goal.leaked == report.leaks.goal.others > 0
    assert len(report.leaked) == report.leaks.goal.others
    assert {one.photo for one in report.leaked} == {f"{name}.jpg" for name in SOME}
    assert not report.to_json()["goal"]["met"]
    page = leaks_page(report)
    assert "g03.jpg" in page
    assert not any(person in page for person in people("g03"))


def test_photos_that_cannot_be_read_are_named(folder: Path, sight: Sight) -> None:
    (folder / "g03.jpg").write_bytes(b"no picture")
    report = measure_leaks(read_labels(folder), locator=sight.locator, closer=sight.closer)
    assert report.partial
    assert [one.name for one in report.skipped] == ["g03.jpg"]
    assert report.counts.photos == 1
    (folder / "g24.jpg").write_bytes(b"no picture either")
    with pytest.raises(UsageError, match="None of"):
        measure_leaks(read_labels(folder), locator=sight.locator, closer=sight.closer)


def test_photos_that_are_labelled_and_missing_count_as_labelled(folder: Path) -> None:
    (folder / "lost.json").write_text('{"faces": []}')
    report = measure_leaks(read_labels(folder), locator=Unseeing(), closer=Blind())  # type: ignore[arg-type]
    assert (report.labelled, report.counts.photos) == (3, 2)
    assert "2 of 3 labelled photos, 1 skipped" in leaks_page(report)


def test_stopped_early_the_report_says_so(folder: Path) -> None:
    def stop(_: object) -> None:
        raise KeyboardInterrupt

    report = measure_leaks(read_labels(folder), locator=Unseeing(), closer=Blind(), progress=stop)  # type: ignore[arg-type]
    assert report.stopped
    assert report.to_json()["partial"]
    assert report.counts.photos == 1
    assert "1 of 2 labelled photos, stopped early" in leaks_page(report)


def test_the_command_writes_every_form_and_notes_it(empty_house: House, folder: Path, tmp_path: Path) -> None:
    (folder / "lost.json").write_text('{"faces": []}')
    out = tmp_path / "out"
    out.mkdir()
    done = empty_house.cli(
        *("measure", "leaks", str(folder), "--csv", str(out / "l.csv"), "--report", str(out / "l.html"))
    )
    assert done.returncode == 4, done.stderr
    assert "the goal is 0" in done.stdout
    assert "lost.jpg" in done.stderr
    assert (out / "l.csv").read_text().startswith("photo,left,top")
    assert "<svg" in (out / "l.html").read_text()
    with empty_house.open() as archive:
        assert archive.ledger.list()[-1].verb == "measure.leaks"
