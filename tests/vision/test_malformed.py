"""Whatever the bytes are, decoding gives a picture or an ImageError, and nothing else."""

import io
import random
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from sayso.errors import ImageError
from sayso.vision.images import decode, header
from sayso.vision.metadata import delivery_exif, read_cues

PORTRAIT = Path(__file__).parents[2] / "demo" / "people" / "P02" / "1.jpg"
KINDS = ("JPEG", "progressive", "CMYK", "PNG", "WEBP", "TIFF", "TIFF LZW", "HEIC", "AVIF", "animated")
EXIF = Image.Exif()
EXIF[0x0112] = 6
EXIF[0x013B] = "Somebody"
EXIF.get_ifd(0x8769)[0x9003] = "2024:05:06 07:08:09"
EXIF.get_ifd(0x8825).update({1: "N", 2: (45.0, 30.0, 0.0), 3: "W", 4: (73.0, 30.0, 0.0)})


def good(kind: str) -> bytes:
    with Image.open(PORTRAIT) as opened:
        image = opened.convert("RGB").crop((50, 50, 210, 170))
    out = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(out, exif=EXIF.tobytes())
    elif kind == "progressive":
        image.save(out, "JPEG", progressive=True, exif=EXIF)
    elif kind == "CMYK":
        image.convert("CMYK").save(out, "JPEG", exif=EXIF)
    elif kind == "TIFF LZW":
        image.save(out, "TIFF", compression="tiff_lzw", exif=EXIF)
    elif kind == "animated":
        image.save(out, "WEBP", save_all=True, append_images=[image.rotate(90)])
    else:
        image.save(out, kind, exif=EXIF)
    return out.getvalue()


GOOD = {kind: good(kind) for kind in KINDS}


def harm(data: bytes, chance: random.Random) -> bytes:
    """One of five kinds of damage that disks, transfers and attackers do."""
    broken = bytearray(data)
    way = chance.randrange(5)
    if way == 0:
        for _ in range(chance.randint(1, 40)):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    elif way == 1:
        del broken[chance.randrange(1, len(broken)) :]
    elif way == 2:
        other = GOOD[chance.choice(KINDS)]
        length = chance.randint(4, 64)
        broken[:length] = other[:length]
    elif way == 3:
        start = chance.randrange(len(broken))
        length = min(chance.randint(1, 600), len(broken) - start)
        broken[start : start + length] = bytes(length)
    else:
        # The first bytes hold sizes and offsets; that is where damage does most.
        for _ in range(chance.randint(1, 12)):
            broken[chance.randrange(min(300, len(broken)))] = chance.randrange(256)
    return bytes(broken)


def check(data: bytes) -> bool:
    """Whether the bytes were read; fails on anything that is neither a valid picture nor an ImageError."""
    try:
        picture = decode(data, longest=100)
    except ImageError:
        return False
    assert picture.rgb.dtype == np.uint8
    assert picture.rgb.shape[2] == 3
    assert picture.rgb.flags.c_contiguous
    assert 0 < picture.scale <= 1
    assert read_cues(picture.exif) is not None
    delivery_exif(picture.exif)
    return True


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", KINDS)
def test_damaged_files_of_every_kind(kind):
    chance = random.Random(f"damage {kind}")
    assert check(GOOD[kind])
    read = [check(harm(GOOD[kind], chance)) for _ in range(40)]
    assert not all(read)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", KINDS)
def test_headers_of_damaged_files(kind):
    chance = random.Random(f"header {kind}")
    for _ in range(40):
        try:
            facts = header(harm(GOOD[kind], chance))
        except ImageError:
            continue
        assert facts.width > 0
        assert facts.height > 0


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(data=st.binary(max_size=400), start=st.sampled_from([b"", *(good[:16] for good in GOOD.values())]))
@settings(max_examples=50, deadline=None)
def test_arbitrary_bytes(data, start):
    check(start + data)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(
    data=st.binary(max_size=300),
    start=st.sampled_from([b"", b"Exif\0\0", b"Exif\0\0MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0"]),
)
@settings(max_examples=50, deadline=None)
def test_arbitrary_exif_blocks(data, start):
    facts = read_cues(start + data)
    assert facts.place is None or -90 <= facts.place.latitude <= 90
    delivery_exif(start + data)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_exif_blocks():
    chance = random.Random("exif")
    block = EXIF.tobytes()
    assert read_cues(block).place is not None
    for _ in range(300):
        facts = read_cues(harm(block, chance))
        assert facts.place is None or -180 <= facts.place.longitude <= 180
        delivery_exif(harm(block, chance))
