"""Reads where all faces of a folder's photos truly are, from labels that somebody made.

May know: label files. Must not know: pixels, what the program found, who anybody is beyond the labels' own ids.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import UsageError
from ..values import Box, Skipped
from .leaks import Detail
from .portraits import ENDINGS

#: What a folder's own file of labels is called. Without one, each photo has a JSON file of its own name beside it.
CSV_NAME, JSON_NAME = "faces.csv", "faces.json"

_EDGES = ("left", "top", "right", "bottom")
_EXAMPLE = f"Columns are photo,{','.join(_EDGES)}, and if known tilt,seen,person,open; see docs/measuring.md."


@dataclass(frozen=True, slots=True)
class LabelledFace:
    """One face. ``box``: in pixels of the upright photo. ``opened``: it may be seen."""

    box: Box
    detail: Detail
    opened: bool


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """A photo with all faces in it; there may be none."""

    path: Path
    faces: tuple[LabelledFace, ...]


@dataclass(frozen=True, slots=True)
class Labels:
    """A folder's labelled photos in order of name, and what cannot be used."""

    photos: tuple[LabelledPhoto, ...]
    skipped: tuple[Skipped, ...]


def read_labels(folder: Path, *, file: Path | None = None, opened: Collection[str] = ()) -> Labels:
    """The labels of the photos in ``folder``.

    They come from ``file``, from the folder's ``faces.csv`` or ``faces.json``, or from a JSON file beside each photo.

    opened: ids of people whose faces may be seen, besides those whose labels say so.
    Raises UsageError when nothing is labelled, or a file with all labels cannot be read.
    """
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", "Give a folder of photos with labels.")
    own = [folder / name for name in (CSV_NAME, JSON_NAME) if (folder / name).is_file()]
    chosen = file or (own[0] if own else None)
    if chosen is not None:
        rows = _from_csv(chosen) if chosen.suffix.lower() == ".csv" else _from_json(chosen)
        read = _together(folder, rows, opened)
    else:
        read = _beside(folder, opened)
    if not read.photos:
        raise UsageError(
            f"No photo in {folder} has labels that can be used.",
            f"Write a {CSV_NAME} into the folder, a row for each face. {_EXAMPLE}",
        )
    return read


def _together(folder: Path, rows: Mapping[str, Iterable[Mapping[str, Any]]], opened: Collection[str]) -> Labels:
    photos, skipped = [], []
    for name in sorted(rows):
        path = folder / name
        if not path.is_file():
            skipped.append(Skipped(name, "It is labelled, but there is no such photo in the folder."))
            continue
        try:
            photos.append(LabelledPhoto(path, tuple(_face(one, opened) for one in rows[name])))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            skipped.append(Skipped(name, f"Its labels cannot be read: {error}."))
    return Labels(tuple(photos), tuple(skipped))


def _beside(folder: Path, opened: Collection[str]) -> Labels:
    photos, skipped = [], []
    pictures = _by_stem(folder)
    for label in sorted(folder.glob("*.json")):
        try:
            facts = json.loads(label.read_text("utf-8"))
            if not isinstance(facts, dict) or not {"people", "faces"} & set(facts):
                # Lists of files and the like may lie beside photos too.
                continue
            path = folder / Path(facts.get("file") or pictures.get(label.stem) or f"{label.stem}.jpg").name
            listed = [*facts.get("people", ()), *facts.get("faces", ()), *facts.get("hidden_faces", ())]
            faces = tuple(_face(one, opened) for one in listed)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            skipped.append(Skipped(label.name, f"Its labels cannot be read: {error}."))
            continue
        if path.is_file():
            photos.append(LabelledPhoto(path, faces))
        else:
            skipped.append(Skipped(path.name, "It is labelled, but there is no such photo in the folder."))
    return Labels(tuple(photos), tuple(skipped))


def _by_stem(folder: Path) -> dict[str, str]:
    """The picture of each stem in a folder; the JPEG where there are several."""
    pictures = [path for path in folder.iterdir() if path.suffix.lower() in ENDINGS]
    # The last one of a stem stays.
    pictures.sort(key=lambda path: (path.suffix.lower() in (".jpg", ".jpeg"), path.name))
    return {path.stem: path.name for path in pictures}


def _face(facts: Mapping[str, Any], opened: Collection[str]) -> LabelledFace:
    """Raises ValueError, TypeError or KeyError when a label makes no sense."""
    left, top, right, bottom = (float(edge) for edge in facts["box"])
    if not all(map(math.isfinite, (left, top, right, bottom))) or right <= left or bottom <= top:
        raise ValueError(f"{facts['box']} is no box of left, top, right, bottom")
    tilt, seen = (None if facts.get(name) in (None, "") else float(facts[name]) for name in ("tilt", "seen"))
    if seen is not None and not 0 <= seen <= 1:
        raise ValueError(f"{seen} is no share between 0 and 1")
    may_be_seen = facts.get("open") in (True, 1, "1", "true", "yes") or str(facts.get("id") or "") in opened
    return LabelledFace(Box(left, top, right - left, bottom - top), Detail(tilt, seen), may_be_seen)


def _from_json(file: Path) -> Mapping[str, Iterable[Mapping[str, Any]]]:
    try:
        rows = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {error}.", "Write the names of photos, each with a list.") from None
    if not isinstance(rows, dict):
        raise UsageError(f"{file} holds no names of photos.", 'Write {"photo.jpg": [{"box": [1, 2, 30, 40]}]}.')
    return rows


def _from_csv(file: Path) -> Mapping[str, Iterable[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened_file:
            rows = csv.DictReader(opened_file)
            if not {"photo", *_EDGES} <= set(rows.fieldnames or ()):
                raise UsageError(f"{file} does not say where faces are.", _EXAMPLE)
            for row in rows:
                # A row with a photo and no edges says that nobody is in it.
                edges = [row[edge] for edge in _EDGES]
                faces = found.setdefault(row["photo"], [])
                if any(edges):
                    faces.append(row | {"box": edges, "id": row.get("person")})
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"{file} cannot be read: {error}.", _EXAMPLE) from None
    return found
