"""Decoding of real files of every kind, made from a demo portrait."""

import io
import os
from pathlib import Path

import cv2
import numpy as np
import piexif
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from sayso.errors import ImageError
from sayso.vision import images
from sayso.vision.images import Limits, decode, encode_jpeg, header, near, perceptual_hash

DEMO = Path(__file__).parents[2] / "demo"
PORTRAIT = DEMO / "people" / "P01" / "0.jpg"
GROUP = DEMO / "event" / "g00.jpg"


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    with Image.open(PORTRAIT) as image:
        return image.convert("RGB").crop((0, 0, 300, 200))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    if kind == "HEIC":
        pillow_heif.from_pillow(image).save(out, quality=95, **options)
    else:
        image.save(out, kind, **options)
    return out.getvalue()


def difference(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first.astype(int) - second.astype(int)).mean())


@pytest.mark.parametrize(
    ("kind", "name"),
    [("JPEG", "JPEG"), ("PNG", "PNG"), ("WEBP", "WebP"), ("TIFF", "TIFF"), ("HEIC", "HEIC"), ("AVIF", "AVIF")],
)
def test_every_kind_is_read_by_content_whatever_its_name(portrait, tmp_path, kind, name):
    file = tmp_path / "photo.txt"
    file.write_bytes(saved(portrait, kind))
    picture = decode(file)
    assert picture.format == name
    assert picture.rgb.shape == (200, 300, 3)
    assert picture.rgb.dtype == np.uint8
    assert picture.rgb.flags.c_contiguous
    assert difference(picture.rgb, np.asarray(portrait)) < 4
    assert header(file) == images.Header(name, 300, 200)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_all_eight_orientations_give_the_same_upright_picture(portrait, kind, orientation):
    lying = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    stored = portrait if lying is None else portrait.transpose(lying)
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(stored, kind, exif=exif)
    picture = decode(data)
    assert (picture.width, picture.height) == (300, 200)
    assert difference(picture.rgb, np.asarray(portrait)) < 4
    assert (header(data).width, header(data).height) == (300, 200)


def test_a_turned_heic_is_upright(portrait):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = saved(portrait.transpose(Image.Transpose.ROTATE_90), "HEIC", exif=exif.tobytes())
    picture = decode(data)
    assert (picture.width, picture.height) == (300, 200)
    assert difference(picture.rgb, np.asarray(portrait)) < 4


def test_grey_stays_grey_and_gets_three_channels(portrait):
    grey = portrait.convert("L")
    rgb = decode(saved(grey, "PNG")).rgb
    assert np.array_equal(rgb, np.repeat(np.asarray(grey)[..., None], 3, axis=2))


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_over_white(portrait, mode):
    image = portrait.convert(mode)
    alpha = Image.new("L", image.size, 255)
    alpha.paste(0, (0, 0, 150, 200))
    image.putalpha(alpha)
    rgb = decode(saved(image, "PNG")).rgb
    assert (rgb[:, :150] == 255).all()
    assert difference(rgb[:, 150:], np.asarray(portrait.convert(mode[:-1]).convert("RGB"))[:, 150:]) == 0


def test_palette_and_transparent_palette(portrait):
    few = portrait.quantize(32)
    assert difference(decode(saved(few, "PNG")).rgb, np.asarray(few.convert("RGB"))) == 0
    clear = decode(saved(few, "PNG", transparency=int(np.asarray(few)[0, 0]))).rgb
    assert (clear[0, 0] == 255).all()


def test_bilevel(portrait):
    assert set(np.unique(decode(saved(portrait.convert("1"), "TIFF")).rgb)) == {0, 255}


@pytest.mark.parametrize("kind", [".png", ".tiff"])
@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_are_scaled_not_clipped(kind, channels):
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(16, axis=0)
    stored = ramp if channels == 1 else np.repeat(ramp[..., None], 3, axis=2)
    ok, data = cv2.imencode(kind, stored)
    assert ok
    rgb = decode(data.tobytes()).rgb
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_floating_point_samples_are_refused_in_words(portrait):
    with pytest.raises(ImageError, match="floating-point"):
        decode(saved(portrait.convert("F"), "TIFF"))


def test_cmyk_of_adobe_is_not_a_negative(portrait):
    inks = portrait.convert("CMYK")
    data = saved(inks, "JPEG", quality=95)
    assert b"Adobe" in data
    assert difference(decode(data).rgb, np.asarray(inks.convert("RGB"))) < 4
    assert difference(decode(saved(inks, "TIFF")).rgb, np.asarray(inks.convert("RGB"))) == 0


def wide_profile() -> bytes:
    """A profile whose red and blue are swapped, made from sRGB, so that applying it cannot go unnoticed."""
    raw = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(raw[128:132], "big")
    for at in range(132, 132 + 12 * count, 12):
        if raw[at : at + 4] == b"rXYZ":
            raw[at : at + 4] = b"bXYZ"
        elif raw[at : at + 4] == b"bXYZ":
            raw[at : at + 4] = b"rXYZ"
    return bytes(raw.replace("sRGB".encode("utf-16-be"), "Test".encode("utf-16-be")))


def test_an_embedded_profile_is_applied_or_handed_on(portrait):
    data = saved(portrait, "PNG", icc_profile=wide_profile())
    analysed = decode(data)
    assert analysed.icc is None
    assert difference(analysed.rgb, np.asarray(portrait)[..., ::-1]) < 3
    kept = decode(data, convert_colour=False)
    assert difference(kept.rgb, np.asarray(portrait)) == 0
    assert kept.icc is not None
    delivered = encode_jpeg(kept.rgb, quality=95, icc=kept.icc)
    assert difference(decode(delivered).rgb, analysed.rgb) < 6


@pytest.mark.parametrize("bad", [b"garbage", b"\0" * 200])
def test_a_bad_profile_is_ignored(portrait, bad):
    assert difference(decode(saved(portrait, "PNG", icc_profile=bad)).rgb, np.asarray(portrait)) == 0


def test_a_profile_of_another_colour_space_is_ignored(portrait):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert difference(decode(saved(portrait, "PNG", icc_profile=lab)).rgb, np.asarray(portrait)) == 0


@pytest.mark.parametrize("kind", ["WEBP", "PNG", "TIFF", "AVIF"])
def test_of_many_frames_the_first_counts(portrait, kind):
    other = Image.new("RGB", portrait.size, "red")
    data = saved(portrait, kind, save_all=True, append_images=[other])
    assert difference(decode(data).rgb, np.asarray(portrait)) < 5


@given(longest=st.integers(1, 3000))
@settings(max_examples=50, deadline=None)
def test_a_reduced_decode_keeps_the_long_side(longest):
    picture = decode(GROUP.read_bytes(), longest=longest)
    assert (picture.width, picture.height) == (1280, 853)
    assert picture.rgb.shape[1] >= min(longest, 1280)
    assert picture.rgb.shape[1] < 2 * longest or picture.rgb.shape[1] <= 160
    assert picture.scale == picture.rgb.shape[1] / 1280


def test_a_reduced_decode_shows_the_same_picture_in_every_kind(portrait):
    full = np.asarray(portrait)
    small = cv2.resize(full, (150, 100), interpolation=cv2.INTER_AREA)
    for kind in ("JPEG", "PNG", "WEBP", "HEIC"):
        assert difference(decode(saved(portrait, kind), longest=120).rgb, small) < 4


def test_too_many_pixels_are_refused_before_decoding():
    bomb = saved(Image.new("1", (20_000, 15_000)), "PNG")
    with pytest.raises(ImageError, match="20000 × 15000"):
        decode(bomb)
    with pytest.raises(ImageError, match="more than is read"):
        decode(PORTRAIT, limits=Limits(pixels=1000))


def test_a_picture_above_the_imaging_library_s_own_limit_is_read():
    picture = decode(saved(Image.new("L", (14_000, 13_500), 77), "PNG"), longest=1000)
    assert picture.width == 14_000
    assert (picture.rgb == 77).all()


def test_a_heavy_file_is_refused():
    with pytest.raises(ImageError, match="larger than"):
        decode(PORTRAIT, limits=Limits(file_bytes=1000))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIC", "AVIF"])
@pytest.mark.parametrize("part", [0.3, 0.7, 0.95])
def test_a_file_that_is_cut_off_is_never_half_read(portrait, kind, part):
    data = saved(portrait, kind)
    with pytest.raises(ImageError, match=r"cut off|damaged"):
        decode(data[: int(len(data) * part)])


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC", "AVIF"])
def test_the_message_says_that_the_file_is_cut_off(portrait, kind):
    data = saved(portrait, kind)
    with pytest.raises(ImageError, match="is cut off"):
        decode(data[: len(data) * 2 // 3])


def test_what_is_no_picture_is_refused_in_words(tmp_path):
    empty = tmp_path / "empty.jpg"
    empty.touch()
    text = tmp_path / "text.jpg"
    text.write_text("no picture")
    link = tmp_path / "link.jpg"
    link.symlink_to(PORTRAIT)
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    for path, words in [
        (empty, "empty"),
        (text, "not a picture"),
        (link, "link"),
        (pipe, "pipe"),
        (tmp_path, "folder"),
        (tmp_path / "gone.jpg", "no such file"),
        (tmp_path / "nul\0name.jpg", "name is not valid"),
        (Path("/dev/zero"), "device"),
    ]:
        with pytest.raises(ImageError, match=words) as caught:
            decode(path)
        assert caught.value.next_step


def test_encoding_carries_only_what_was_given(portrait):
    plain = encode_jpeg(np.asarray(portrait))
    with Image.open(io.BytesIO(plain)) as image:
        assert "exif" not in image.info
        assert "icc_profile" not in image.info
    exif = piexif.dump({"0th": {piexif.ImageIFD.Copyright: b"me"}})
    with Image.open(io.BytesIO(encode_jpeg(np.asarray(portrait), exif=exif))) as image:
        assert image.getexif()[0x8298] == "me"
    with pytest.raises(ImageError):
        encode_jpeg(np.asarray(portrait), exif=b"Exif\0\0" + b"x" * 70_000)


def test_near_duplicates_are_near_and_other_photos_are_not():
    original = decode(GROUP).rgb
    mark = perceptual_hash(original)
    assert len(mark) == 16
    smaller = cv2.resize(original, (800, 533), interpolation=cv2.INTER_AREA)
    assert near(mark, perceptual_hash(smaller))
    assert near(mark, perceptual_hash(decode(encode_jpeg(original, quality=40)).rgb))
    others = [perceptual_hash(decode(DEMO / "people" / f"P{n:02d}" / "0.jpg").rgb) for n in range(1, 11)]
    assert not any(near(mark, other) for other in others)


@given(bits=st.sets(st.integers(0, 63)))
@settings(max_examples=50, deadline=None)
def test_near_counts_bits(bits):
    changed = f"{sum(1 << bit for bit in bits):016x}"
    assert near("0" * 16, changed) == (len(bits) <= images.NEAR_BITS)
