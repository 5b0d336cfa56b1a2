"""Looks for what must be gone: a vector in every form that a program might leave it in, in files and in memory."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: How many numbers of a vector are enough to know it by; its ends may have been overwritten by other things.
_NUMBERS = 6


def forms(vector: NDArray[np.float32]) -> dict[str, bytes]:
    """Bytes by which a vector is known: of six numbers at its start, middle and end, in each form.

    Base64 packs three bytes into four letters, so that a number looks different at each place in a triple.
    """
    found = {}
    for start in (0, 62, len(vector) - _NUMBERS):
        part = vector[start : start + _NUMBERS]
        raw = {
            f"{kind}{order}": part.astype(f"{order}{kind}").tobytes() for kind in ("f2", "f4", "f8") for order in "<>"
        }
        for name, value in raw.items():
            found[f"{name} at {start}"] = value
            found[f"{name} at {start} as hex"] = value.hex().encode()
            found[f"{name} at {start} as HEX"] = value.hex().upper().encode()
            for shift in range(3):
                # Letters that also depend on the neighbours are left out at both ends.
                coded = base64.b64encode(bytes(shift) + value)[4 if shift else 0 : -4]
                found[f"{name} at {start} as base64, {shift}"] = coded
                found[f"{name} at {start} as base64url, {shift}"] = coded.translate(bytes.maketrans(b"+/", b"-_"))
        found[f"text at {start}"] = ", ".join(repr(float(number)) for number in part[:3]).encode()
        found[f"short text at {start}"] = " ".join(str(number) for number in part[:3]).encode()
    return found


class Finder:
    """Looks for any number of needles at once, at every byte.

    Four bytes of each needle, the most varied ones, are its anchor; places with an anchor are compared in full.
    """

    def __init__(self, needles: dict[str, bytes]) -> None:
        self._needles: dict[int, list[tuple[str, int, bytes]]] = {}
        for name, needle in needles.items():
            anchor = max(range(len(needle) - 3), key=lambda at: len(set(needle[at : at + 4]) - {0, 255}))
            number = int.from_bytes(needle[anchor : anchor + 4], "little")
            self._needles.setdefault(number, []).append((name, anchor, needle))
        self._starts = starts = np.array(sorted(self._needles), np.uint32)
        self._low, self._high = np.zeros((2, 1 << 16), bool)
        self._low[starts & 0xFFFF] = True
        self._high[starts >> 16] = True

    def hits(self, content: bytes) -> list[str]:
        """Names of the needles in ``content``, as often as they are there."""
        found = []
        for shift in range(4):
            if len(content) < shift + 4:
                break
            words = np.frombuffer(content, "<u4", count=(len(content) - shift) // 4, offset=shift)
            halves = words.view("<u2").reshape(-1, 2)
            places = np.flatnonzero(self._low[halves[:, 0]])
            places = places[self._high[halves[places, 1]]]
            for place in places[np.isin(words[places], self._starts)]:
                at = int(place) * 4 + shift
                for name, anchor, needle in self._needles[int(words[place])]:
                    if at >= anchor and content.startswith(needle, at - anchor):
                        found.append(name)
        return found


def in_files(needles: dict[str, bytes], folders: Iterable[Path]) -> list[str]:
    """Which needles are in which files below these folders, as ``needle in file``."""
    finder = Finder(needles)
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return [f"{name} in {path}" for path in files for name in finder.hits(path.read_bytes())]


def in_memory(needles: dict[str, bytes], process: int) -> list[str]:
    """Which needles are in the writable memory of another process, as often as they are there."""
    finder = Finder(needles)
    return [name for region in _regions(process) for name in finder.hits(region)]


def _regions(process: int) -> Iterator[bytes]:
    with Path(f"/proc/{process}/maps").open() as maps, Path(f"/proc/{process}/mem").open("rb", 0) as memory:
        for line in maps.read().splitlines():
            span, rights, *rest = line.split()
            if not rights.startswith("rw") or rest[-1:] == ["[vvar]"]:
                continue
            start, end = (int(part, 16) for part in span.split("-"))
            memory.seek(start)
            try:
                yield memory.read(end - start)
            except OSError:
                continue
