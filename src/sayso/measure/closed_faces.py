"""Portraits with their face closed in several ways, and what an attacker would look at in each of them.

May know: pixels, boxes, landmarks, people by number. Must not know: vectors, rates, names.
Must not keep: pictures beyond the pixels that an attack looks at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from ..engine import InProcess
from ..errors import SaysoError
from ..values import Box
from ..vision import Aligner, Locator, ModelStore, assess, decode, grown, hopeless, redact
from ..vision.geometry import similarity, warp
from .portraits import Pixels, Portrait, foremost

Floats = npt.NDArray[np.float32]

#: Ways to close a face. ``OPEN`` closes nothing; ``PAINTED`` leaves nothing but what lies around.
OPEN, REDACTED, MOSAIC, BLUR, PAINTED = "open", "redacted", "mosaic", "blur", "painted over"

#: Copies of each photo that an attacker of redaction may average, so that its noise alone would hide nobody.
COPIES = 3

#: A blur's standard deviation in parts of the face's width, and a mosaic's cells across and down the closed area: what
#: editors offer, and what looks closed to the eye.
BLUR_SHARE = 1 / 12
MOSAIC_CELLS = (16, 20)

#: Side in cells of the crops that attacks on pixels learn from; and how much of the photo the wider one shows, in
#: parts of the closed area: hair, neck, shoulders, background.
CROP_SIDE = 12
WIDE_CROP = 2.0

_LONGEST = 1536
_LEAST_PRESENCE = 0.5
_GREY = 128


@dataclass(frozen=True, slots=True, eq=False)
class ClosedFace:
    """One portrait's outcome, by way of closing. ``problem`` is set when it could not be used.

    chips: (copies, size, size, 3) uint8, aligned by the landmarks of the open face: more than an attacker has.
    inside: (CROP_SIDE² · 3,) the closed area alone. around: the same of a wider crop. Both 0 to 1, copies averaged.
    All are empty when no face was found that is worth measuring. digest: of the pixels.
    """

    portrait: Portrait
    chips: Mapping[str, Pixels] = field(default_factory=dict)
    inside: Mapping[str, Floats] = field(default_factory=dict)
    around: Mapping[str, Floats] = field(default_factory=dict)
    seen: int = 0
    digest: bytes = b""
    problem: str = ""


def close_faces(portraits: Sequence[Portrait], store: ModelStore, workers: int) -> Iterator[ClosedFace]:
    """Decode, locate, and close each portrait's foremost face in every way. Nothing is measured.

    Results come in the order of completion. Raises ModelError if a model cannot be loaded.
    """
    locator, aligner = Locator(store), Aligner(store)
    template = aligner.template

    def work(portrait: Portrait) -> ClosedFace:
        rgb = decode(portrait.path, longest=_LONGEST).rgb
        digest = hashlib.sha256(rgb.data).digest()
        located = locator.locate(rgb)
        if not located:
            return ClosedFace(portrait, digest=digest)
        chosen = located[foremost(located, rgb.shape)]
        aligned = aligner.align(rgb, [chosen])
        if aligned.presence[0] < _LEAST_PRESENCE or hopeless(assess(aligned.chips[0], aligned.landmarks[0])):
            return ClosedFace(portrait, seen=len(located), digest=digest)
        place = similarity(aligned.landmarks[0][template.points, :2], template.places)
        area = grown(chosen.box)
        chips, inside, around = {}, {}, {}
        for way, (copies, mask) in closed(rgb, chosen.box).items():
            chips[way] = np.stack([warp(one, place, template.size) for one in copies])
            alone = [np.asarray(np.where(mask[..., None] == 255, one, _GREY), np.uint8) for one in copies]
            inside[way] = _averaged(alone, area)
            around[way] = _averaged(copies, _wider(area))
        return ClosedFace(portrait, chips, inside, around, len(located), digest)

    for done in InProcess(workers).run(work, portraits):
        yield done.value or ClosedFace(done.item, problem=_reason(done.error))


def closed(rgb: Pixels, box: Box) -> dict[str, tuple[list[Pixels], Pixels]]:
    """Copies of a photo with one face closed in every way, and the mask of the area, the same for all ways.

    rgb: (h, w, 3) uint8. box: the located face, without a margin. The other ways close the same area as redaction
    does, with the same soft edge, so that only what lies in it differs.
    """
    redacted = [redact(rgb, [box]) for _ in range(COPIES)]
    mask = redacted[0][1]
    cover = mask.astype(np.float32) / 255

    def laid(over: Pixels) -> list[Pixels]:
        return [np.asarray(cv2.blendLinear(rgb, over, 1 - cover, cover), np.uint8)]

    return {
        OPEN: ([rgb], mask),
        REDACTED: ([one for one, _ in redacted], mask),
        MOSAIC: (laid(_mosaic(rgb, grown(box))), mask),
        BLUR: (laid(np.asarray(cv2.GaussianBlur(rgb, (0, 0), max(box.width * BLUR_SHARE, 0.5)), np.uint8)), mask),
        PAINTED: (laid(np.full_like(rgb, _GREY)), mask),
    }


def _mosaic(rgb: Pixels, area: Box) -> Pixels:
    """The photo in flat cells, as many as a mosaic of ``area`` has there."""
    high, wide = rgb.shape[:2]
    cells = (
        max(1, round(wide * MOSAIC_CELLS[0] / area.width)),
        max(1, round(high * MOSAIC_CELLS[1] / area.height)),
    )
    few = cv2.resize(rgb, (min(cells[0], wide), min(cells[1], high)), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(few, (wide, high), interpolation=cv2.INTER_NEAREST), np.uint8)


def _wider(area: Box) -> Box:
    x, y = area.centre
    wide, high = area.width * WIDE_CROP, area.height * WIDE_CROP
    return Box(x - wide / 2, y - high / 2, wide, high)


def _averaged(copies: Sequence[Pixels], box: Box) -> Floats:
    return np.asarray(np.mean([_crop(one, box) for one in copies], axis=0), np.float32)


def _crop(rgb: Pixels, box: Box) -> Floats:
    """The box in ``CROP_SIDE`` x ``CROP_SIDE`` averages, flat; grey where it reaches beyond the photo."""
    left, top, right, bottom = (round(edge) for edge in (box.x, box.y, box.right, box.bottom))
    high, wide = rgb.shape[:2]
    part = np.full((max(bottom - top, 1), max(right - left, 1), 3), _GREY, np.uint8)
    inside = rgb[max(top, 0) : min(bottom, high), max(left, 0) : min(right, wide)]
    down, across = max(-top, 0), max(-left, 0)
    part[down : down + inside.shape[0], across : across + inside.shape[1]] = inside
    small = cv2.resize(part, (CROP_SIDE, CROP_SIDE), interpolation=cv2.INTER_AREA)
    return np.asarray(small.reshape(-1) / 255, np.float32)


def _reason(error: SaysoError | None) -> str:
    return str(error) if error else "It gave no result."
