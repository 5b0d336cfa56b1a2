"""A folder of people's pictures, one folder for each, turned into aligned faces, a few at a time.

May know: files, pixels, boxes, people by number. Must not know: vectors, rates.
Must not hand on: names of people or files, which tell who was photographed; pictures are named by their place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np
import numpy.typing as npt

from ..engine import InProcess
from ..errors import SaysoError, UsageError
from ..vision import Aligner, Located, Locator, ModelStore, assess, decode, hopeless

Pixels = npt.NDArray[np.uint8]

_ENDINGS = {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif"}

# Locating looks at no more pixels than this along the long side, and a face needs far fewer.
_LONGEST = 1536

# Below this the mesh itself doubts that there is a face, and its points mean nothing.
_LEAST_PRESENCE = 0.5


@dataclass(frozen=True, slots=True)
class Portrait:
    """One picture file. ``person`` counts from 0; ``name`` says where it is without saying who."""

    number: int
    person: int
    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in FOLDER/person/photos. Portraits are in turns: everybody's first picture, everybody's second, ..."""

    portraits: tuple[Portrait, ...]
    people: int
    other_files: int

    def people_with(self, pictures: int) -> int:
        """How many people have at least so many pictures."""
        counts = np.bincount([one.person for one in self.portraits], minlength=self.people)
        return int(np.count_nonzero(counts >= pictures))


@dataclass(frozen=True, slots=True, eq=False)
class Acquired:
    """One picture's outcome. ``problem`` is set when it could not be used at all.

    chip: (size, size, 3) uint8, or None when no face was found, or none that is worth measuring.
    seen: faces located in the picture. digest: of the pixels.
    """

    portrait: Portrait
    chip: Pixels | None = None
    seen: int = 0
    digest: bytes = b""
    problem: str = ""


def read_folder(folder: Path) -> Folder:
    """The pictures of FOLDER/person/photos. Links and hidden folders are left out.

    Raises UsageError if the folder cannot be read.
    """
    try:
        owned = [
            sorted(path for path in own.iterdir() if path.is_file())
            for own in sorted(folder.iterdir())
            if own.is_dir() and not own.is_symlink() and not own.name.startswith(".")
        ]
    except OSError as error:
        raise UsageError(
            "The folder cannot be read.", "Give a folder that holds one folder for each person."
        ) from error
    pictures = [[path for path in files if path.suffix.lower() in _ENDINGS] for files in owned]
    named = [
        [(person, f"folder {person + 1}, picture {place + 1}", path) for place, path in enumerate(own)]
        for person, own in enumerate(pictures)
    ]
    in_turns = (entry for turn in zip_longest(*named) for entry in turn if entry is not None)
    portraits = tuple(Portrait(number, *entry) for number, entry in enumerate(in_turns))
    return Folder(portraits, len(owned), sum(map(len, owned)) - len(portraits))


def acquire(portraits: Sequence[Portrait], store: ModelStore, workers: int) -> Iterator[Acquired]:
    """Decode, locate and align each picture's face, a few pictures ahead of what is taken; nothing is measured.

    Results come in the order of completion. Raises ModelError if a model cannot be loaded.
    """
    locator, aligner = Locator(store), Aligner(store)

    def work(portrait: Portrait) -> Acquired:
        picture = decode(portrait.path, longest=_LONGEST)
        digest = hashlib.sha256(picture.rgb.data).digest()
        located = locator.locate(picture.rgb)
        if not located:
            return Acquired(portrait, digest=digest)
        chosen = located[foremost(located, picture.rgb.shape)]
        aligned = aligner.align(picture.rgb, [chosen])
        unclear = aligned.presence[0] < _LEAST_PRESENCE or hopeless(assess(aligned.chips[0], aligned.landmarks[0]))
        return Acquired(portrait, None if unclear else aligned.chips[0], len(located), digest)

    for done in InProcess(workers).run(work, portraits):
        yield done.value or Acquired(done.item, problem=_reason(done.error))


def foremost(located: Sequence[Located], shape: tuple[int, ...]) -> int:
    """The largest face, where one at the edge of the picture counts for less than one in the middle."""
    high, wide = shape[:2]
    weights = []
    for one in located:
        x, y = one.box.centre
        away = np.hypot(x - wide / 2, y - high / 2) / np.hypot(wide / 2, high / 2)
        weights.append(one.box.area * max(0.0, 1 - away))
    return int(np.argmax(weights))


def _reason(error: SaysoError | None) -> str:
    return str(error) if error else "It gave no result."
