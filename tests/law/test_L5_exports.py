"""L5: a no reaches the exports that were written, exactly their files, and says how many are out of reach."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sayso import lifecycle
from sayso.archive import Archive
from sayso.errors import ArchiveError, RefusedError
from sayso.ledger import FILE_ENDING
from sayso.lifecycle import exported
from sayso.values import Box, FrozenBy, Purpose

from ..house import COLLECTION, ROBIN, SECOND, WREN, House


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


def _left(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("say_no", ["withdraw", "freeze", "cease"])
def test_L5_a_no_while_the_export_is_written_is_obeyed(found: House, tmp_path: Path, say_no: str) -> None:
    export, told = tmp_path / "export", threading.Event()
    if say_no == "cease":
        with found.open() as archive:
            archive.cease()
    with found.open() as archive, found.open(SECOND) as other:
        acts = {
            "withdraw": lambda: other.people.withdraw(WREN),
            "freeze": lambda: other.people.freeze(WREN, by=FrozenBy.SUBJECT),
            "cease": other.cease,
        }
        others = threading.Thread(target=acts[say_no])
        stands = {
            "withdraw": "SELECT 1 FROM withdrawals",
            "freeze": "SELECT 1 FROM subjects WHERE frozen_at IS NOT NULL",
            "cease": "SELECT 1 FROM settings WHERE key = 'ceased_at'",
        }[say_no]

        def progress(*_: int) -> None:
            if not told.is_set():
                told.set()
                others.start()
                while not found.rows(stands):
                    pass
                # Long enough for whoever does not wait for the export to delete its list.
                others.join(0.5)

        with suppress(RefusedError, ArchiveError):
            archive.papers.export(WREN, export, progress=progress)
        others.join()
    assert told.is_set()
    assert _left(export) == []
    assert found.rows("SELECT count(*) FROM exports") == [(0,)]


def test_L5_a_no_between_the_export_and_its_pages_is_obeyed(
    found: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = lifecycle.complete_export
    with found.open() as archive:

        def late(*args: Any) -> Any:
            archive.people.withdraw(WREN)
            return real(*args)

        monkeypatch.setattr(lifecycle, "complete_export", late)
        with pytest.raises(RefusedError) as refused:
            archive.papers.export(WREN, tmp_path / "export")
    assert refused.value.reasons[0].rule == "F1"
    assert _left(tmp_path / "export") == []


def test_L5_an_album_that_lost_its_list_stays_and_the_export_counts_as_out_of_reach(
    found: House, tmp_path: Path
) -> None:
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "export")
        (tmp_path / "export" / "album" / "album.json").unlink()
        assert archive.people.withdraw(WREN).albums_out_of_reach == 1
    assert not (tmp_path / "export" / "data.json").exists()
    assert list((tmp_path / "export" / "album" / "photos").iterdir())


def test_L5_what_an_export_lists_goes_also_when_its_album_resists(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "export")
        (tmp_path / "export" / "album" / "album.json").write_text(
            '{"kind": "sayso album", "files": [{"path": "../x"}]}'
        )
        assert archive.people.withdraw(WREN).albums_out_of_reach == 1
    kept = {path.relative_to(tmp_path / "export").parts[0] for path in _left(tmp_path / "export")}
    assert kept == {"album", "export.json"}


def test_L5_an_export_with_entries_beyond_the_millionth_is_deleted(tmp_path: Path) -> None:
    files = [f"ledger/{index:06}{FILE_ENDING}" for index in (7, 1_000_000)]
    (tmp_path / "ledger").mkdir()
    for name in files:
        (tmp_path / name).write_text("a proof", "utf-8")
    (tmp_path / exported.MARK).write_text(
        json.dumps({"kind": exported.KIND, "subject": "one", "files": files}), "utf-8"
    )
    assert exported._delete(tmp_path)
    assert not tmp_path.exists()


def test_L5_what_a_killed_export_was_writing_goes_too(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "export")
        for place in (".", "ledger", "album"):
            (tmp_path / "export" / place / ".unfinished-x").write_text("half of it")
        assert archive.people.withdraw(WREN).albums_out_of_reach == 0
    assert not (tmp_path / "export").exists()


def _own(archive: Archive, label: str) -> tuple[int, int]:
    first = archive.people.photos(label)[0]
    faces = archive.photos.faces(first.photo.id)
    return first.photo.id, next(one.number for one in faces if one.box == first.own)


_TAKES_AWAY: dict[str, Callable[[Archive, int, int], object]] = {
    "disown": lambda archive, photo, face: archive.people.disown(WREN, photo_id=photo, face=face),
    "hide": lambda archive, photo, face: archive.photos.hide(photo, face),
    "redact": lambda archive, photo, _: archive.photos.redact(photo, Box(200, 200, 300, 300)),
    "delete": lambda archive, photo, _: archive.photos.delete([photo]),
    "delete the collection": lambda archive, *_: archive.collections.delete(COLLECTION),
}


@pytest.mark.parametrize("act", _TAKES_AWAY)
def test_L5_an_export_does_not_outlive_what_it_shows(found: House, tmp_path: Path, act: str) -> None:
    with found.open() as archive:
        photo_id, number = _own(archive, WREN)
        archive.papers.export(WREN, tmp_path / "export")
        archive.papers.export(ROBIN, tmp_path / "robins")
        others = photo_id not in {one.photo.id for one in archive.people.photos(ROBIN)}
        _TAKES_AWAY[act](archive, photo_id, number)
        assert not (tmp_path / "export").exists()
        stays = act != "delete the collection" and (others or act == "disown")
        assert (tmp_path / "robins").exists() == stays
        assert found.rows("SELECT count(*) FROM exports") == [(int(stays),)]
        assert archive.papers.export(WREN, tmp_path / "export").request.done_at is None


def test_L5_an_export_that_was_moved_is_counted_and_a_later_no_still_reaches_it(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        photo_id, number = _own(archive, WREN)
        archive.papers.export(WREN, tmp_path / "export")
        (tmp_path / "export").rename(tmp_path / "elsewhere")
        assert archive.photos.hide(photo_id, number).out_of_reach == 1
        (tmp_path / "elsewhere").rename(tmp_path / "export")
        assert archive.people.withdraw(WREN).albums_out_of_reach == 0
    assert not (tmp_path / "export").exists()


def test_L5_a_killed_deletion_takes_the_exports_along_when_the_archive_opens(
    found: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with found.open() as archive:
        archive.papers.export(WREN, tmp_path / "export")
        photo_id, _ = _own(archive, WREN)

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(exported, "delete_of", die)
            with pytest.raises(KeyboardInterrupt):
                archive.photos.delete([photo_id])
        assert (tmp_path / "export" / "data.json").is_file()
    found.open().close()
    assert not (tmp_path / "export").exists()
