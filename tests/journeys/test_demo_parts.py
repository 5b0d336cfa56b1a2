"""What the demo rests on: honest cues, camera files that are real EXIF, and a folder that it may replace."""

from __future__ import annotations

import itertools
import os
from datetime import datetime, timedelta
from pathlib import Path

import piexif
import pytest
from PIL import Image

from sayso.cli.demo.camera import COPYRIGHT, CREATOR, OCCASION, PLACE, programme, write_photos
from sayso.cli.demo.exif import CameraFacts, credit, private_facts, with_facts
from sayso.cli.demo.folder import DemoFolder
from sayso.cli.demo.truth import Pictured, Shot, find_data, read_truth
from sayso.errors import UsageError
from sayso.values import Box, Place
from sayso.vision import header, read_cues

DATA = Path(__file__).parents[2] / "demo"


def test_capture_times_depend_on_scenes_only():
    truth = read_truth(DATA)
    nobody = [Shot(shot.path, shot.scene, ()) for shot in truth.shots.values()]
    assert programme(truth.shots.values()) == programme(nobody)


def test_each_scene_has_its_own_minutes_of_the_day():
    plan = programme(read_truth(DATA).shots.values())
    assert len(set(plan.taken.values())) == len(plan.taken) == 84
    assert all(OCCASION.holds(moment) for moment in plan.taken.values())
    begins = sorted(plan.begins.values())
    assert all(later - earlier == timedelta(minutes=20) for earlier, later in itertools.pairwise(begins))


def test_the_remembered_hour_holds_most_of_the_scenes():
    shots = [Shot(Path(f"{light}{number}.jpg"), (light, "x"), ()) for light in "abcdef" for number in range(2)]
    plan = programme(shots)
    hour = plan.hour_of([("e", "x"), ("e", "x"), ("f", "x"), ("a", "x")])
    assert hour.holds(plan.taken["e0"])
    assert hour.holds(plan.taken["f1"])
    assert not hour.holds(plan.taken["a0"])
    assert hour.end - hour.start < timedelta(hours=1)


@pytest.mark.parametrize("place", [PLACE, Place(-33.8568, 151.2153), Place(40.6892, -74.0445)])
def test_camera_files_read_as_the_standard_says(place: Place):
    jpeg = (DATA / "event" / "g03.jpg").read_bytes()
    made = with_facts(jpeg, CameraFacts(datetime(2026, 6, 13, 11, 2), place, "A. Näme", "Mine"))
    facts = piexif.load(made)
    assert facts["Exif"][piexif.ExifIFD.DateTimeOriginal] == b"2026:06:13 11:02:00"
    assert facts["thumbnail"].startswith(b"\xff\xd8")
    assert private_facts(made) == ["place", "thumbnail"]
    assert made.endswith(jpeg[2:])
    cues = read_cues(made[6:])
    assert cues.creator == "A. Näme"
    assert cues.copyright == "Mine"
    assert cues.taken_at == datetime(2026, 6, 13, 11, 2)
    assert cues.place is not None
    assert cues.place.latitude == pytest.approx(place.latitude, abs=1e-5)
    assert cues.place.longitude == pytest.approx(place.longitude, abs=1e-5)


def test_written_photos_keep_their_pixels(tmp_path: Path):
    shot = read_truth(DATA).shots["g00"]
    write_photos([shot], programme([shot]), tmp_path / "photos")
    written = tmp_path / "photos" / "g00.jpg"
    assert Image.open(written).tobytes() == Image.open(shot.path).tobytes()
    assert credit(written.read_bytes()) == (CREATOR, COPYRIGHT)
    assert header(written).width == 1280
    assert private_facts(shot.path.read_bytes()) == []


def test_a_located_box_belongs_to_the_label_it_overlaps_most():
    shot = Shot(
        Path("x.jpg"), ("sun", "wall"), (Pictured("A", Box(0, 0, 100, 100)), Pictured("B", Box(90, 0, 100, 100)))
    )
    assert shot.owner_of(Box(5, 5, 110, 110)) == "A"
    assert shot.owner_of(Box(95, 0, 100, 100)) == "B"
    assert shot.owner_of(Box(500, 0, 100, 100)) is None


def test_an_earlier_demo_is_replaced_and_foreign_files_in_it_stay(tmp_path: Path):
    with DemoFolder(tmp_path / "demo").fresh() as folder:
        folder.albums.mkdir()
        (folder.albums / "old.txt").write_text("old")
        (folder.root / "mine.txt").write_text("mine")
    with DemoFolder(tmp_path / "demo").fresh() as folder:
        assert not folder.albums.exists()
        assert (folder.root / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("name", ["a file", "a folder", "a link"])
def test_what_is_no_demo_is_left_alone(tmp_path: Path, name: str):
    other = tmp_path / "other"
    with DemoFolder(other).fresh():
        pass
    place = tmp_path / name
    if name == "a file":
        place.write_text("x")
    elif name == "a folder":
        (place / "archive").mkdir(parents=True)
    else:
        place.symlink_to(other)
    with pytest.raises(UsageError), DemoFolder(place).fresh():
        pass
    assert place.exists()
    assert (other / "sayso-demo.txt").exists()


def test_keys_lie_in_the_demo_while_it_runs_and_the_environment_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("SAYSO_KEYS", "/mine")
    monkeypatch.delenv("SAYSO_STATE", raising=False)
    with DemoFolder(tmp_path / "demo").fresh() as folder:
        assert os.environ["SAYSO_KEYS"] == str(folder.keys)
        assert os.environ["SAYSO_STATE"] == str(folder.state)
    assert os.environ["SAYSO_KEYS"] == "/mine"
    assert "SAYSO_STATE" not in os.environ


def test_missing_or_too_small_data_is_refused(tmp_path: Path):
    with pytest.raises(UsageError, match="--data"):
        find_data(tmp_path)
    (tmp_path / "event").mkdir()
    (tmp_path / "people").mkdir()
    with pytest.raises(UsageError, match="too few"):
        read_truth(find_data(tmp_path))
