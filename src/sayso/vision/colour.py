"""Any pixel layout and colour space a photo file may have, turned into plain 8-bit RGB.

May know: Pillow's modes, ICC profiles.
Must not know: files, orientation, faces.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageCms

from ..errors import ImageError

_WIDE_GREY = frozenset({"I;16", "I;16L", "I;16B", "I;16N", "I"})
_SPACE_OF_MODE = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}
_WHITE = (255, 255, 255, 255)


def to_rgb(image: Image.Image, *, convert: bool) -> tuple[Image.Image, bytes | None]:
    """The image as mode RGB and the ICC profile that describes it (None: sRGB).

    With ``convert`` an embedded profile is applied and the result is sRGB; without, RGB pixels keep their own colour
    space and its profile. Grey, CMYK and Lab pixels are always converted, because their profiles cannot describe RGB.
    Transparency is laid over white; 16-bit samples are scaled by 257; an unusable profile counts as none.

    Raises ImageError for samples that have no fixed range (floating point, 32-bit).
    """
    profile = _profile(image)
    flat = _narrowed(image)
    if flat.mode == "RGB" and not convert:
        return flat, profile.tobytes() if profile and not _is_srgb(profile) else None
    if profile is not None and not _is_srgb(profile):
        converted = _converted(flat, profile)
        if converted is not None:
            return converted, None
    if flat.mode == "LAB":
        converted = _converted(flat, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
        if converted is not None:
            return converted, None
    # Pillow would copy a picture that is RGB already.
    return flat if flat.mode == "RGB" else flat.convert("RGB"), None


def _narrowed(image: Image.Image) -> Image.Image:
    """The image as 8-bit RGB, L, CMYK or LAB without transparency."""
    if image.mode in _WIDE_GREY:
        return _wide_grey(image)
    if image.mode == "F":
        raise ImageError("This picture uses floating-point samples.", "Export it as JPEG or as 8- or 16-bit TIFF.")
    if image.mode in ("1", "P", "PA", "RGBA", "RGBa", "LA", "La") or "transparency" in image.info:
        if image.mode in ("1", "P") and "transparency" not in image.info:
            return image.convert("RGB")
        solid = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", solid.size, _WHITE), solid).convert("RGB")
    if image.mode in _SPACE_OF_MODE:
        return image
    return image.convert("RGB")


def _wide_grey(image: Image.Image) -> Image.Image:
    values = np.asarray(image).astype(np.int64)
    if values.size and (values.max() > 65_535 or values.min() < 0):
        raise ImageError("This picture uses 32-bit samples.", "Export it as JPEG or as 8- or 16-bit TIFF.")
    return Image.fromarray(((values + 128) // 257).astype(np.uint8))


def _profile(image: Image.Image) -> ImageCms.ImageCmsProfile | None:
    raw = image.info.get("icc_profile")
    if not isinstance(raw, bytes) or not raw:
        return None
    try:
        return ImageCms.ImageCmsProfile(io.BytesIO(raw))
    except (OSError, ValueError, TypeError):
        return None


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether the profile only restates sRGB, so that applying it would cost time and change nothing."""
    try:
        return "sRGB" in ImageCms.getProfileDescription(profile)
    except (ImageCms.PyCMSError, ValueError):
        return False


def _converted(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image | None:
    """The image in sRGB, or None when the profile does not fit it."""
    if profile.profile.xcolor_space.strip() != _SPACE_OF_MODE.get(image.mode):
        return None
    try:
        return ImageCms.profileToProfile(image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, ValueError, OSError):
        return None
