"""What a person is told of copies that an act could not reach."""

from __future__ import annotations

from pathlib import Path

from sayso.cli.copies import out_of_reach
from tests.house import WREN, House


def test_nothing_is_said_when_everything_was_reached() -> None:
    assert out_of_reach(0) == ""
    assert out_of_reach(1).startswith("\n1 album or export is out of reach: ")
    assert out_of_reach(2).startswith("\n2 albums or exports are out of reach: ")


def test_a_moved_album_of_ones_own_is_not_called_anothers(found: House, tmp_path: Path) -> None:
    with found.open() as archive:
        archive.people.album(WREN, tmp_path / "album")
    (tmp_path / "album").rename(tmp_path / "moved")
    told = found.cli("withdraw", WREN).stdout
    assert "1 album or export is out of reach" in told
    assert "others" not in told
