"""Cues are read from real EXIF blocks, and delivered copies carry next to nothing."""

import io
from datetime import datetime
from pathlib import Path

import numpy as np
import piexif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from sayso.values import Place
from sayso.vision.images import decode, encode_jpeg
from sayso.vision.metadata import CueFacts, delivery_exif, read_cues

PORTRAIT = Path(__file__).parents[2] / "demo" / "people" / "P03" / "0.jpg"


def camera_block(**changes: object) -> bytes:
    """What a telling camera writes: place, serial numbers, maker note, description and a thumbnail of the photo."""
    thumbnail = io.BytesIO()
    with Image.open(PORTRAIT) as image:
        image.resize((80, 80)).save(thumbnail, "JPEG")
    gps = {
        piexif.GPSIFD.GPSLatitudeRef: b"S",
        piexif.GPSIFD.GPSLatitude: ((33, 1), (51, 1), (3600, 100)),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: ((151, 1), (12, 1), (0, 1)),
    }
    return piexif.dump(
        {
            "0th": {
                piexif.ImageIFD.Artist: "Zoë Ångström".encode(),
                piexif.ImageIFD.Copyright: b"(c) Example",
                piexif.ImageIFD.ImageDescription: b"SECRET description",
                piexif.ImageIFD.Orientation: 6,
                piexif.ImageIFD.Make: b"SECRET maker",
            },
            "Exif": {
                piexif.ExifIFD.DateTimeOriginal: b"2024:06:01 14:03:59",
                piexif.ExifIFD.BodySerialNumber: b"SECRET serial",
                piexif.ExifIFD.MakerNote: b"SECRET note",
                piexif.ExifIFD.UserComment: b"ASCII\0\0\0SECRET comment",
            },
            "GPS": gps,
            "1st": {piexif.ImageIFD.Compression: 6},
            "thumbnail": thumbnail.getvalue(),
        }
        | changes
    )


def test_cues_are_read():
    facts = read_cues(camera_block())
    assert facts.taken_at == datetime(2024, 6, 1, 14, 3, 59)
    assert facts.place == Place(pytest.approx(-33.86), pytest.approx(151.2))
    assert facts.creator == "Zoë Ångström"
    assert facts.copyright == "(c) Example"


def test_cues_come_through_every_kind_of_file():
    with Image.open(PORTRAIT) as image:
        for kind in ("JPEG", "PNG", "WEBP", "TIFF", "AVIF"):
            out = io.BytesIO()
            image.save(out, kind, exif=camera_block())
            facts = read_cues(decode(out.getvalue()).exif)
            assert facts.taken_at == datetime(2024, 6, 1, 14, 3, 59), kind
            assert facts.place is not None, kind
            assert facts.copyright == "(c) Example", kind


@pytest.mark.parametrize("block", [None, b"", b"Exif\0\0", b"nonsense", b"Exif\0\0II*\0\xff\xff\xff\xff"])
def test_garbage_gives_no_facts(block):
    assert read_cues(block) == CueFacts()
    assert delivery_exif(block) is None


def test_impossible_values_count_as_missing():
    gps = {
        piexif.GPSIFD.GPSLatitudeRef: b"N",
        piexif.GPSIFD.GPSLatitude: ((95, 1), (0, 1), (0, 1)),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: ((15, 1), (0, 1), (0, 1)),
    }
    assert read_cues(camera_block(GPS=gps)).place is None
    nowhere = gps | dict.fromkeys((2, 4), ((0, 1), (0, 1), (0, 1)))
    assert read_cues(camera_block(GPS=nowhere)).place is None
    undefined = gps | {piexif.GPSIFD.GPSLatitude: ((0, 0), (0, 0), (0, 0))}
    assert read_cues(camera_block(GPS=undefined)).place is None
    never = {piexif.ExifIFD.DateTimeOriginal: b"0000:00:00 00:00:00"}
    assert read_cues(camera_block(Exif=never)).taken_at is None
    edited = {piexif.ExifIFD.DateTimeDigitized: b"2024:06:01 14:03:59"}
    assert read_cues(camera_block(Exif=edited)).taken_at is None


@given(latitude=st.integers(-89, 89), longitude=st.integers(-179, 179))
@settings(max_examples=50, deadline=None)
def test_signs_of_the_hemispheres(latitude, longitude):
    gps = {
        piexif.GPSIFD.GPSLatitudeRef: b"S" if latitude < 0 else b"N",
        piexif.GPSIFD.GPSLatitude: ((abs(latitude), 1), (30, 1), (0, 1)),
        piexif.GPSIFD.GPSLongitudeRef: b"W" if longitude < 0 else b"E",
        piexif.GPSIFD.GPSLongitude: ((abs(longitude), 1), (30, 1), (0, 1)),
    }
    place = read_cues(piexif.dump({"GPS": gps})).place
    assert place is not None
    assert int(place.latitude) == latitude
    assert int(place.longitude) == longitude


@pytest.mark.parametrize("keep_time", [True, False])
def test_L9_a_delivered_copy_has_no_place_serial_number_or_thumbnail(keep_time):
    before = camera_block()
    assert b"\xff\xd8\xff" in before
    block = delivery_exif(before, keep_time=keep_time)
    data = encode_jpeg(np.full((64, 64, 3), 128, np.uint8), exif=block)
    read = piexif.load(data)
    assert read["GPS"] == {}
    assert read["1st"] == {}
    assert read["thumbnail"] is None
    assert set(read["0th"]) <= {
        piexif.ImageIFD.Artist,
        piexif.ImageIFD.Copyright,
        piexif.ImageIFD.Orientation,
        piexif.ImageIFD.ExifTag,
    }
    assert set(read["Exif"]) == ({piexif.ExifIFD.DateTimeOriginal} if keep_time else set())
    assert read["0th"][piexif.ImageIFD.Orientation] == 1
    assert read["0th"][piexif.ImageIFD.Artist].decode() == "Zoë Ångström"
    assert data.count(b"\xff\xd8\xff") == 1
    assert b"SECRET" not in data
    assert b"http" not in data
    with Image.open(io.BytesIO(data)) as image:
        assert not image.getexif().get_ifd(0x8825)


def test_L9_text_that_a_picture_carries_elsewhere_is_not_delivered():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("XML:com.adobe.xmp", "<x>SECRET</x>")
    notes.add_text("Comment", "SECRET")
    out = io.BytesIO()
    with Image.open(PORTRAIT) as image:
        image.save(out, "PNG", pnginfo=notes, exif=camera_block())
    picture = decode(out.getvalue())
    delivered = encode_jpeg(picture.rgb, icc=picture.icc, exif=delivery_exif(picture.exif))
    assert b"SECRET" not in delivered
    assert b"SECRET" in out.getvalue()


def test_delivery_survives_its_own_reading():
    block = delivery_exif(camera_block())
    assert delivery_exif(block) == block
    facts = read_cues(block)
    assert facts.place is None
    assert facts.creator == "Zoë Ångström"
    assert delivery_exif(piexif.dump({"Exif": {piexif.ExifIFD.BodySerialNumber: b"1"}})) is None


def test_control_characters_do_not_reach_a_delivered_copy():
    block = piexif.dump({"0th": {piexif.ImageIFD.Artist: b"A\x1b[31mB\nC"}})
    assert read_cues(block).creator == "A [31mB C"
