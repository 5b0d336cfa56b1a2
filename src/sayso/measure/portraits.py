"""A folder of people's pictures, one folder for each, turned into aligned faces, a few at a time.

May know: files, pixels, boxes, people by number. Must not know: vectors, rates.
Must not hand on: names of people or files, which tell who was photographed; pictures are named by their place.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..engine import InProcess
from ..errors import SaysoError, UsageError
from ..vision import Aligner, Located, Locator, ModelStore, Quality, assess, decode, hopeless

Pixels = npt.NDArray[np.uint8]

#: How the names of files end that are pictures.
ENDINGS = {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".tif", ".tiff", ".heic", ".heif", ".avif"}

#: A table of ``person,group`` in the folder: groups are given by whoever took the pictures, and never inferred.
GROUPS = "groups.csv"

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


class Groups(NamedTuple):
    """What FOLDER/groups.csv says. of: (people,) number of each person's group, -1 for none; names: as the file has
    them, in order."""

    of: npt.NDArray[np.intp]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folder:
    """What lies in FOLDER/person/photos. Portraits are in turns: everybody's first picture, everybody's second, ..."""

    portraits: tuple[Portrait, ...]
    people: int
    other_files: int
    groups: Groups | None = None

    def people_with(self, pictures: int) -> int:
        """How many people have at least so many pictures."""
        counts = np.bincount([one.person for one in self.portraits], minlength=self.people)
        return int(np.count_nonzero(counts >= pictures))


@dataclass(frozen=True, slots=True, eq=False)
class Acquired:
    """One picture's outcome. ``problem`` is set when it could not be used at all.

    chip: (size, size, 3) uint8, or None when no face was found, or none that is worth measuring; then ``quality`` is
    None too. seen: faces located in the picture. digest: of the pixels.
    """

    portrait: Portrait
    chip: Pixels | None = None
    quality: Quality | None = None
    seen: int = 0
    digest: bytes = b""
    problem: str = ""


def read_folder(folder: Path) -> Folder:
    """The pictures of FOLDER/person/photos, and the groups that FOLDER/groups.csv gives. Links and hidden folders are
    left out.

    Raises UsageError if the folder, or the table of groups, cannot be read.
    """
    try:
        people = [
            own
            for own in sorted(folder.iterdir())
            if own.is_dir() and not own.is_symlink() and not own.name.startswith(".")
        ]
        owned = [sorted(path for path in own.iterdir() if path.is_file()) for own in people]
        labels = folder / GROUPS
        groups = _groups(labels.read_text("utf-8-sig"), [own.name for own in people]) if labels.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "The folder cannot be read.", "Give a folder that holds one folder for each person."
        ) from error
    pictures = [[path for path in files if path.suffix.lower() in ENDINGS] for files in owned]
    named = [
        [(person, f"folder {person + 1}, picture {place + 1}", path) for place, path in enumerate(own)]
        for person, own in enumerate(pictures)
    ]
    in_turns = (entry for turn in zip_longest(*named) for entry in turn if entry is not None)
    portraits = tuple(Portrait(number, *entry) for number, entry in enumerate(in_turns))
    return Folder(portraits, len(owned), sum(map(len, owned)) - len(portraits), groups)


def _groups(text: str, people: Sequence[str]) -> Groups:
    """The groups of the people in a table of ``person,group``. Raises UsageError when it fits the folder not at all."""
    rows = list(csv.DictReader(io.StringIO(text)))
    if not rows or not {"person", "group"} <= rows[0].keys():
        raise UsageError(
            f"{GROUPS} is no table of groups.", "Begin it with the line 'person,group'; name a folder in each row."
        )
    told = {(row["person"] or "").strip(): (row["group"] or "").strip() for row in rows}
    strangers = [number for number, row in enumerate(rows, 2) if (row["person"] or "").strip() not in people]
    if strangers:
        raise UsageError(
            f"{GROUPS} names somebody in line {strangers[0]} who has no folder.", "Write the folders' names."
        )
    names = tuple(sorted({group for group in told.values() if group}))
    return Groups(np.array([names.index(told[one]) if told.get(one) else -1 for one in people], np.intp), names)


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
        quality = assess(aligned.chips[0], aligned.landmarks[0] / picture.scale)
        if aligned.presence[0] < _LEAST_PRESENCE or hopeless(quality):
            return Acquired(portrait, seen=len(located), digest=digest)
        return Acquired(portrait, aligned.chips[0], quality, len(located), digest)

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
