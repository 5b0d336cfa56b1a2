"""Looks for what is left of a person after they withdrew: their template, in every file, in every form it could have.

May know: captures, vectors, bytes of files. Must not know: archives, keys, how anything is stored.
Must not leave: the template; it lives in memory for the search and is overwritten.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..finding.captures import template_of
from ..ground import Sight

# Pieces of this many bytes are looked for, so that a part of a template is found too.
_PIECE = 64


@dataclass(frozen=True, slots=True)
class Remains:
    """What a search of files found. ``hits`` are files that hold a piece of the template, or the words."""

    files: int
    bytes: int
    hits: tuple[Path, ...]


def search_for_template(
    captures: Sequence[Path], places: Sequence[Path], *, calibration: str, words: Sequence[str] = ()
) -> Remains:
    """Make a person's template anew from the same captures, in memory, and look for it in files.

    It is looked for as float32 and float16, as bytes, base64 and hexadecimal, whole or in pieces of 64 bytes.
    places: files and folders, with everything in them. calibration: the set whose review threshold tells whether the
    captures show one person. words: texts to look for besides, such as the person's label.

    Only for a person who asks, with their own captures, or for people who do not exist: their face is measured for it.
    Raises CaptureError when a capture cannot be used, OSError when a file cannot be read.
    """
    sight = Sight()
    needles = [bytearray(word.encode()) for word in words]
    try:
        with template_of(sight, captures, same_person=sight.recognizer.card.calibration(calibration).review) as vector:
            for kind in (np.float32, np.float16):
                needles += _forms(bytearray(vector.astype(kind).tobytes()))
        return _search(places, needles)
    finally:
        for needle in needles:
            needle[:] = bytes(len(needle))


def _search(places: Sequence[Path], needles: Sequence[bytearray]) -> Remains:
    files, size, hits = 0, 0, []
    for path in _files(places):
        data = path.read_bytes()
        files += 1
        size += len(data)
        if any(needle in data for needle in needles):
            hits.append(path)
    return Remains(files, size, tuple(hits))


def _forms(raw: bytearray) -> Iterator[bytearray]:
    """The pieces of a template as bytes, as hexadecimal text, and as base64 at each of its three alignments."""
    for start in range(0, len(raw) - _PIECE + 1, _PIECE):
        piece = raw[start : start + _PIECE]
        yield piece
        yield bytearray(piece.hex().encode())
        for shift in range(3):
            # Whole groups of three bytes only: what stands before and after changes the signs at the edges.
            inner = piece[shift : shift + (_PIECE - shift) // 3 * 3]
            yield bytearray(base64.b64encode(inner))


def _files(places: Sequence[Path]) -> Iterator[Path]:
    seen: set[Path] = set()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and path.resolve() not in seen:
                seen.add(path.resolve())
                yield path
