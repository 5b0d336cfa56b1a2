"""An album in a folder: opens from the disk, says what it is, is replaced and removed exactly, touches nothing else."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sayso.delivery import AlbumItem, remove_album, write_album
from sayso.errors import ArchiveError, UsageError
from sayso.values import Box, Photo
from sayso.vision import Closer, Locator, decode, prepare

EVENT = Path(__file__).parents[2] / "demo" / "event"
MADE = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def closer() -> Closer:
    return Closer(Locator(prepare()))


def item(name: str, number: int) -> AlbumItem:
    path = EVENT / f"{name}.jpg"
    boxes = tuple(one.box for one in Locator(prepare()).locate(decode(path).rgb))
    photo = Photo(number, 1, "0" * 64, str(path), False, 1280, 853, datetime(2026, 6, 14, 10, number))
    return AlbumItem(photo, lambda: path, boxes, boxes[:1], boxes[0])


def write(folder: Path, items: list[AlbumItem], closer: Closer, language: str = "en"):  # type: ignore[no-untyped-def]
    return write_album(
        items,
        folder,
        closer=closer,
        title="Your <photos> & more",
        language=language,
        contact="privacy@club.example",
        regulators=["The Regulator"],
        made_at=MADE,
    )


class Page(HTMLParser):
    """What a reader or a screen reader meets."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def every(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_opens_from_the_disk_and_speaks_to_everybody(tmp_path: Path, closer: Closer, language: str) -> None:
    report = write(tmp_path / "album", [item("g01", 1), item("g09", 2)], closer, language)
    assert report.written == 2
    text = (tmp_path / "album" / "index.html").read_text("utf-8")
    page = Page(text)
    assert page.every("html")[0]["lang"] == language
    assert len(page.every("h1")) == 1
    assert len(page.every("main")) == 1
    images = page.every("img")
    assert len(images) == 2
    for image in images:
        assert len(image["alt"] or "") > 20
        assert (tmp_path / "album" / str(image["src"])).is_file()
    for link in page.every("a"):
        target = str(link["href"])
        assert target.startswith(("#", "mailto:")) or (tmp_path / "album" / target).is_file()
    assert not re.search(r"https?://|//[a-z]|<script", text)
    assert {"lang": "fr"} in page.every("section")
    assert {"lang": "en"} in page.every("section")
    assert "<photos>" not in text
    assert "Your &lt;photos&gt; &amp; more" in text


def test_R5_the_album_names_contact_and_regulator(tmp_path: Path, closer: Closer) -> None:
    write(tmp_path / "album", [item("g01", 1)], closer)
    text = (tmp_path / "album" / "index.html").read_text("utf-8")
    assert "privacy@club.example" in text
    assert "The Regulator" in text


def test_an_album_is_replaced_and_removed_exactly(tmp_path: Path, closer: Closer) -> None:
    folder = tmp_path / "album"
    write(folder, [item("g01", 1), item("g09", 2)], closer)
    (folder / "mine.txt").write_text("a note of my own")
    write(folder, [item("g09", 2)], closer)
    assert sorted(path.name for path in (folder / "photos").iterdir()) == ["001.jpg"]
    listed = {one["path"] for one in json.loads((folder / "album.json").read_text())["files"]}
    assert listed == {"index.html", "photos/001.jpg", "thumbs/001.jpg"}
    assert remove_album(folder) == 3
    assert [path.name for path in folder.iterdir()] == ["mine.txt"]


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path, closer: Closer) -> None:
    (tmp_path / "taxes.pdf").write_text("2025")
    with pytest.raises(UsageError, match="not an album"):
        write(tmp_path, [item("g01", 1)], closer)
    assert [path.name for path in tmp_path.iterdir()] == ["taxes.pdf"]


def test_a_damaged_photo_is_skipped_by_name_and_the_rest_is_there(tmp_path: Path, closer: Closer) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes((EVENT / "g09.jpg").read_bytes()[:5000])
    good = item("g01", 1)
    bad = AlbumItem(good.photo, lambda: broken, (), (), Box(1, 1, 5, 5))
    report = write(tmp_path / "album", [bad, good], closer)
    assert report.written == 1
    assert [one.name for one in report.skipped] == ["g01.jpg"]


def test_a_manifest_that_was_changed_deletes_nothing(tmp_path: Path, closer: Closer) -> None:
    folder = tmp_path / "album"
    write(folder, [item("g01", 1)], closer)
    outside = tmp_path / "outside.jpg"
    outside.write_text("keep me")
    manifest = json.loads((folder / "album.json").read_text())
    manifest["files"].append({"path": "../outside.jpg", "sha256": None})
    (folder / "album.json").write_text(json.dumps(manifest))
    with pytest.raises(UsageError, match="cannot be trusted"):
        remove_album(folder)
    assert outside.exists()
    assert (folder / "photos" / "001.jpg").exists()


def test_a_place_that_cannot_be_written_says_so(closer: Closer) -> None:
    with pytest.raises(ArchiveError, match="permissions"):
        write(Path("/proc/album"), [item("g01", 1)], closer)
