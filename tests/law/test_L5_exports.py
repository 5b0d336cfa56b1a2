"""L5: a no reaches the exports that were written, exactly their files, and says how many are out of reach."""

from __future__ import annotations

import json
from pathlib import Path

from sayso.values import FrozenBy, Purpose

from ..house import WREN, House


def test_L5_withdrawing_deletes_exactly_what_the_export_wrote(found: House, tmp_path: Path) -> None:
    export = tmp_path / "export"
    with found.open() as archive:
        archive.papers.export(WREN, export)
        archive.papers.export(WREN, export)
        (export / "my own note.txt").write_text("mine", "utf-8")
        assert archive.people.withdraw(WREN).albums_out_of_reach == 0
    assert [path.name for path in export.rglob("*")] == ["my own note.txt"]


def test_L5_an_export_that_was_moved_is_counted_and_its_holders(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "export")
        (tmp_path / "export").rename(tmp_path / "taken")
        assert archive.people.withdraw(WREN).albums_out_of_reach == 1
    assert (tmp_path / "taken" / "data.json").is_file()
    assert found.rows("SELECT count(*) FROM exports") == [(0,)]


def test_L5_an_export_with_a_changed_list_deletes_nothing_else(found: House, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.txt"
    foreign.write_text("not ours", "utf-8")
    mark = tmp_path / "export" / "export.json"
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "export")
        facts = json.loads(mark.read_text("utf-8"))
        mark.write_text(json.dumps(facts | {"files": ["../foreign.txt"]}), "utf-8")
        assert archive.people.withdraw(WREN).albums_out_of_reach == 1
    assert foreign.is_file()


def test_L5_a_no_to_sharing_leaves_the_export_and_a_freeze_does_not(house: House, tmp_path: Path) -> None:
    house.enrol(WREN, None, purposes=(Purpose.FIND, Purpose.SHARE))
    with house.open() as archive:
        archive.papers.export(WREN, tmp_path / "export")
        archive.people.withdraw(WREN, purposes=[Purpose.SHARE])
        assert (tmp_path / "export" / "data.json").is_file()
        assert archive.people.freeze(WREN, by=FrozenBy.SUBJECT) == 0
    assert not (tmp_path / "export").exists()
