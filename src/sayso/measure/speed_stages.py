"""The stages on a photo's way, each alone and in one thread: read, decode, locate, align, measure, compare, close.

May know: pixels, models, vectors of made faces. Must not know: archives, anybody who exists.
Must not measure, or lay a mesh on, any face of a photo that somebody gave: those are only located and closed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ..finding.measurer import decoded_size
from ..values import Box
from ..vision import (
    Aligner,
    Closer,
    Located,
    Locator,
    ModelStore,
    Recognizer,
    decode,
    encode_jpeg,
    header,
    load_recognizer,
    redact,
)
from ..vision.locate import SCALES
from .rounds import Timed

Pixels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

#: Templates that a face is compared with.
GALLERY = 1000

# Faces that are compared together: vectors of random numbers, since a product takes as long whatever its factors are.
_COMPARED = 256

# To measure, a photo is decoded no smaller than this, so that its faces keep their detail.
_LONGEST_TO_MEASURE = 1536

READ = "read"
DECODE = "decode"
DECODE_SMALL = "decode, as small as locating allows"
DECODE_SEARCH = "decode, as small as searching allows"
LOCATE = "locate"
ALIGN = "align"
MEASURE = "measure"
COMPARE = f"compare with {GALLERY:,} templates"
CLOSER = "locate all that may be a face"
REDACT = "redact"
ENCODE = "encode"
VECTORS = "from file to vectors"

#: Stages whose time is for one face; of all others it is for one photo.
OF_A_FACE = frozenset({ALIGN, MEASURE, COMPARE})


@dataclass(frozen=True, slots=True, eq=False)
class MadePhoto:
    """A made photo as the stages that measure take it: its file, its pixels, and where its faces were located."""

    file: bytes
    rgb: Pixels
    located: tuple[Located, ...]

    @property
    def boxes(self) -> list[Box]:
        return [one.box for one in self.located]

    @property
    def searched_at(self) -> int:
        """The long side at which a search decodes it."""
        facts = header(self.file)
        grown = facts.width / self.rgb.shape[1]
        return decoded_size([box.scaled(grown) for box in self.boxes], (facts.width, facts.height))


@dataclass(frozen=True, slots=True, eq=False)
class Tools:
    """The models, each for one thread."""

    store: ModelStore
    locator: Locator
    aligner: Aligner
    recognizer: Recognizer

    @classmethod
    def load(cls, store: ModelStore) -> Tools:
        """Raises ModelError if one cannot be loaded."""
        return cls(store, Locator(store), Aligner(store), load_recognizer(store))


def decode_to_measure(file: bytes) -> Pixels:
    """A photo's pixels, no fewer than faces need."""
    return decode(file, longest=_LONGEST_TO_MEASURE).rgb


def look(file: bytes, locator: Locator) -> MadePhoto:
    """Decode and locate a made photo."""
    rgb = decode_to_measure(file)
    return MadePhoto(file, rgb, tuple(locator.locate(rgb)))


def chips_of(made: Sequence[MadePhoto], tools: Tools) -> Pixels:
    """Aligned chips of all faces in made photos."""
    return np.concatenate([tools.aligner.align_boxes(one.rgb, one.boxes).chips for one in made])


def stages_of_photos(paths: Sequence[Path], tools: Tools) -> list[Timed]:
    """The stages that need no measuring, on the photos themselves. Raises ImageError if one cannot be read."""
    files = [path.read_bytes() for path in paths]
    whole = [decode(file).rgb for file in files]
    small = [decode(file, longest=max(SCALES)).rgb for file in files]
    closer = Closer(tools.locator)
    boxes = [
        [one.box.scaled(full.shape[1] / rgb.shape[1]) for one in tools.locator.locate(rgb)]
        for full, rgb in zip(whole, small, strict=True)
    ]
    count = len(paths)
    return [
        Timed(READ, count, _each(Path.read_bytes, paths)),
        Timed(DECODE, count, _each(decode, files)),
        Timed(DECODE_SMALL, count, _each(lambda file: decode(file, longest=max(SCALES)), files)),
        Timed(LOCATE, count, _each(tools.locator.locate, small)),
        Timed(CLOSER, count, _each(closer.regions, whole)),
        Timed(REDACT, count, _each(redact, whole, boxes)),
        Timed(ENCODE, count, _each(encode_jpeg, whole)),
    ]


def stages_of_faces(made: Sequence[MadePhoto], tools: Tools) -> list[Timed]:
    """The stages that measure, on made photos. There must be a face in one of them."""
    faces = sum(len(one.located) for one in made)
    chips = chips_of(made, tools)
    sizes = [one.searched_at for one in made]
    out = np.zeros((faces, tools.recognizer.dimension), np.float32)
    chance = np.random.default_rng(0)
    gallery, probes = (chance.normal(size=(count, out.shape[1])).astype(np.float32) for count in (GALLERY, _COMPARED))
    return [
        Timed(DECODE_SEARCH, len(made), _each(lambda one, size: decode(one.file, longest=size), made, sizes)),
        Timed(ALIGN, faces, _each(lambda one: tools.aligner.align_boxes(one.rgb, one.boxes), made)),
        Timed(MEASURE, faces, lambda: tools.recognizer.measure(chips, out)),
        Timed(COMPARE, _COMPARED, lambda: tools.recognizer.distance(probes, gallery)),
        Timed(VECTORS, len(made), _each(lambda one: _vectors(one.file, tools), made)),
    ]


def _vectors(file: bytes, tools: Tools) -> None:
    one = look(file, tools.locator)
    if one.located:
        chips = chips_of([one], tools)
        tools.recognizer.measure(chips, np.empty((len(chips), tools.recognizer.dimension), np.float32))


def _each(work: Callable[..., object], *columns: Sequence[Any]) -> Callable[[], object]:
    def run() -> None:
        for row in zip(*columns, strict=True):
            work(*row)

    return run
