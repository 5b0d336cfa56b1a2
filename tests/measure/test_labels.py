"""Labels from every source mean the same, and what makes no sense is named."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sayso.errors import UsageError
from sayso.measure.labels import read_labels
from sayso.values import Box

PHOTO = Path(__file__).parents[2] / "demo" / "event" / "g00.jpg"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.jpg", "b.jpg"):
        shutil.copy(PHOTO, tmp_path / name)
    return tmp_path


def test_all_sources_say_the_same(folder: Path) -> None:
    faces = [{"box": [10, 20, 40, 60], "tilt": 15, "seen": 0.5, "id": "kim"}, {"box": [50, 20, 90, 70], "open": True}]
    (folder / "a.json").write_text(json.dumps({"file": "a.jpg", "faces": faces[:1], "hidden_faces": faces[1:]}))
    (folder / "b.json").write_text(json.dumps({"people": []}))
    beside = read_labels(folder)
    (folder / "faces.json").write_text(json.dumps({"a.jpg": faces, "b.jpg": []}))
    together = read_labels(folder)
    (folder / "faces.csv").write_text(
        "photo,left,top,right,bottom,tilt,seen,person,open\n"
        "a.jpg,10,20,40,60,15,0.5,kim,\na.jpg,50,20,90,70,,,,yes\nb.jpg,,,,,,,,\n"
    )
    in_rows = read_labels(folder)
    assert beside == together == in_rows
    first, second = beside.photos[0].faces
    assert first.box == Box(10, 20, 30, 40)
    assert (first.detail.tilt, first.detail.seen, first.opened) == (15.0, 0.5, False)
    assert (second.detail.tilt, second.detail.seen, second.opened) == (None, None, True)
    assert beside.photos[1].faces == ()
    assert not beside.skipped
    assert read_labels(folder, opened=["kim"]).photos[0].faces[0].opened


def test_what_makes_no_sense_is_skipped_and_named(folder: Path) -> None:
    (folder / "a.json").write_text('{"faces": [{"box": [40, 20, 10, 60]}]}')
    (folder / "b.json").write_text('{"faces": [{"box": [10, 20, 40, 60]}]}')
    (folder / "c.json").write_text('{"faces": []}')
    (folder / "d.json").write_text("{")
    (folder / "manifest.json").write_text('{"files": []}')
    read = read_labels(folder)
    assert [photo.path.name for photo in read.photos] == ["b.jpg"]
    assert [one.name for one in read.skipped] == ["a.json", "c.jpg", "d.json"]
    assert "no box" in read.skipped[0].reason
    assert "no such photo" in read.skipped[1].reason


@pytest.mark.parametrize("ending", ["PNG", "jpeg", "heic"])
def test_a_json_beside_a_photo_names_it_by_its_stem_whatever_its_ending(folder: Path, ending: str) -> None:
    (folder / "a.jpg").rename(folder / f"a.{ending}")
    shutil.copy(PHOTO, folder / f"a.edited.{ending}")
    shutil.copy(PHOTO, folder / "b.png")
    for name in "ab":
        (folder / f"{name}.json").write_text('{"faces": []}')
    read = read_labels(folder)
    assert [photo.path.name for photo in read.photos] == [f"a.{ending}", "b.jpg"]
    assert not read.skipped


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("faces.csv", "name,x,y\na.jpg,1,2\n", "where faces are"),
        ("faces.json", "[]", "no names"),
        ("faces.json", "{", "cannot be read"),
        ("faces.csv", "photo,left,top,right,bottom\nz.jpg,1,2,30,40\n", "No photo"),
    ],
)
def test_a_file_of_labels_that_cannot_be_used_says_so(folder: Path, name: str, text: str, what: str) -> None:
    (folder / name).write_text(text)
    with pytest.raises(UsageError, match=what) as caught:
        read_labels(folder)
    assert caught.value.next_step


def test_a_folder_without_labels_says_how_to_write_them(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No photo") as caught:
        read_labels(folder)
    assert "faces.csv" in caught.value.next_step
    with pytest.raises(UsageError, match="no folder"):
        read_labels(tmp_path / "nowhere")


def test_a_label_cannot_point_out_of_the_folder(folder: Path) -> None:
    (folder / "inner").mkdir()
    (folder / "inner" / "a.json").write_text('{"file": "../a.jpg", "faces": []}')
    with pytest.raises(UsageError):
        read_labels(folder / "inner")
