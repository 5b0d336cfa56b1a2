"""Copies for delivery: whoever did not agree is closed, and the file tells nothing that the picture does not."""

from __future__ import annotations

import io
import json
from pathlib import Path

import cv2
import numpy as np
import piexif
import pytest
from PIL import Image

from sayso.delivery import Rendition, render
from sayso.errors import ImageError
from sayso.measure.leaks import leak_rate
from sayso.values import Box
from sayso.vision import Closer, Locator, decode, prepare

EVENT = Path(__file__).parents[2] / "demo" / "event"
NAMES = ("g01", "g04", "g05", "g09", "g12", "g19", "g26", "g33", "g40", "g47")


@pytest.fixture(scope="module")
def closer() -> Closer:
    return Closer(Locator(prepare()))


def truth(name: str) -> list[Box]:
    people = json.loads((EVENT / f"{name}.json").read_text())["people"]
    return [Box(x, y, right - x, bottom - y) for x, y, right, bottom in (one["box"] for one in people)]


def located(path: Path) -> list[Box]:
    return [one.box for one in Locator(prepare()).locate(decode(path).rgb)]


def nearest(boxes: list[Box], to: Box) -> Box:
    return max(boxes, key=to.iou)


@pytest.fixture(scope="module")
def rendered(closer: Closer) -> list[tuple[str, Box, Rendition]]:
    """Ten event photos, each with one person's face open as the archive knows it."""
    made = []
    for name in NAMES:
        path = EVENT / f"{name}.jpg"
        faces = located(path)
        own = nearest(faces, truth(name)[0])
        made.append((name, own, render(path, faces=faces, open_faces=[own], closer=closer)))
    return made


def test_L9_nobody_but_the_owner_can_be_seen(rendered: list[tuple[str, Box, Rendition]]) -> None:
    checked = 0
    for name, own, rendition in rendered:
        before, after = decode(EVENT / f"{name}.jpg").rgb, decode(rendition.jpeg).rgb
        changed = np.abs(before.astype(int) - after.astype(int)).max(2) > 5
        everybody = truth(name)
        opened = [own.iou(box) > 0.4 for box in everybody]
        report = leak_rate(everybody, opened, changed)
        assert sum(opened) == 1
        assert report.leaked == 0
        checked += report.others
    assert checked >= 40


def test_the_own_face_stays_as_it_was(rendered: list[tuple[str, Box, Rendition]]) -> None:
    for name, own, rendition in rendered:
        before, after = decode(EVENT / f"{name}.jpg").rgb, decode(rendition.jpeg).rgb
        x, y = round(own.x + own.width * 0.25), round(own.y + own.height * 0.25)
        part = (slice(y, y + round(own.height / 2)), slice(x, x + round(own.width / 2)))
        assert cv2.PSNR(before[part], after[part]) > 30


def test_L9_place_serial_number_and_thumbnail_go_while_creator_and_copyright_stay(
    tmp_path: Path, closer: Closer
) -> None:
    small = io.BytesIO()
    Image.open(EVENT / "g01.jpg").resize((160, 107)).save(small, "JPEG")
    exif = piexif.dump(
        {
            "0th": {
                piexif.ImageIFD.Artist: b"Ada",
                piexif.ImageIFD.Copyright: b"The Club",
                piexif.ImageIFD.Model: b"X1",
            },
            "Exif": {
                piexif.ExifIFD.BodySerialNumber: b"SN-4711",
                piexif.ExifIFD.DateTimeOriginal: b"2026:06:14 10:30:00",
            },
            "GPS": {piexif.GPSIFD.GPSLatitudeRef: b"N", piexif.GPSIFD.GPSLatitude: ((48, 1), (51, 1), (0, 1))},
            "1st": {},
            "thumbnail": small.getvalue(),
        }
    )
    path = tmp_path / "tagged.jpg"
    Image.open(EVENT / "g01.jpg").save(path, exif=exif, quality=92)
    assert b"SN-4711" in path.read_bytes()
    assert path.read_bytes().count(b"\xff\xd8\xff") == 2

    jpeg = render(path, faces=[], open_faces=[], closer=closer).jpeg
    kept = Image.open(io.BytesIO(jpeg)).getexif()
    assert kept[0x013B] == "Ada"
    assert kept[0x8298] == "The Club"
    assert not kept.get_ifd(0x8825)
    assert kept.get_ifd(0x8769)[0x9003] == "2026:06:14 10:30:00"
    assert b"SN-4711" not in jpeg
    assert jpeg.count(b"\xff\xd8\xff") == 1


def test_F6_a_bare_rendition_keeps_no_time(tmp_path: Path, closer: Closer) -> None:
    path = tmp_path / "timed.jpg"
    exif = piexif.dump({"Exif": {piexif.ExifIFD.DateTimeOriginal: b"2026:06:14 10:30:00"}})
    Image.open(EVENT / "g01.jpg").save(path, exif=exif)
    assert b"2026:06:14" not in render(path, faces=[], open_faces=[], closer=closer, keep_time=False).jpeg


def test_a_face_closed_by_hand_is_closed(closer: Closer) -> None:
    """Where no detector sees anything, the archive's own box decides."""
    path = EVENT / "g01.jpg"
    corner = Box(10, 10, 90, 90)
    before = decode(path).rgb
    after = decode(render(path, faces=[corner], open_faces=[], closer=closer).jpeg).rgb
    assert cv2.PSNR(before[30:80, 30:80], after[30:80, 30:80]) < 45
    assert (np.abs(before[30:80, 30:80].astype(int) - after[30:80, 30:80]) > 3).any()


def test_a_file_that_is_no_picture_is_named(tmp_path: Path, closer: Closer) -> None:
    path = tmp_path / "note.jpg"
    path.write_text("not a picture")
    with pytest.raises(ImageError):
        render(path, faces=[], open_faces=[], closer=closer)
