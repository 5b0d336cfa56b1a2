"""Tells the story on the terminal: a headline for each chapter, plain sentences below it.

May know: text. Must not know: what happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from ..output import console


class Telling:
    """Prints chapters and sentences, or, when ``quiet``, nothing."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._number = 0

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        """A numbered chapter; its end names the seconds that it took."""
        self._number += 1
        began = perf_counter()
        self._print(f"\n{self._number}. {title}")
        yield
        self._print(f"   {perf_counter() - began:.1f} s")

    def say(self, sentence: str) -> None:
        """One sentence or two."""
        self._print(f"   {sentence}")

    def look(self, root: Path) -> None:
        """Where the reader goes on."""
        self._print(f"\nLook at {root / 'index.html'} in a browser; it needs no network.")

    def _print(self, text: str) -> None:
        if not self._quiet:
            console.print(text, markup=False)
