"""Plays a presentation to a judge: somebody, or something, that does what is asked as well as it can.

May know: frames that are there already, prompts. Must not know: how the judge decides, who is on the frames.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..vision.challenge import Prompt
from ..vision.liveness import Guidance, Judge, State

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Somebody's frames: straight looks, and for each prompt the way there, from one step off straight to its end."""

    straight: Sequence[Pixels]
    ways: Mapping[Prompt, Sequence[Pixels]]


class Presenter:
    """Moves a step a frame: towards the prompt that is asked, else back to straight.

    reacts: frames that pass before a new prompt is followed. instead: what is shown for each prompt, for somebody who
    plays another challenge. pace: steps a frame.
    """

    def __init__(
        self, frames: Frames, *, reacts: int = 2, instead: Mapping[int, Prompt] | None = None, pace: int = 1
    ) -> None:
        self._frames = frames
        self._reacts = reacts
        self._instead = instead or {}
        self._pace = pace
        self._way: Prompt | None = None
        self._step = 0
        self._asked: tuple[int, Prompt | None] = (0, None)
        self._since = 0
        self._ticks = 0

    def next(self, asked: Prompt | None, number: int) -> Pixels:
        """The next frame. asked, number: as the last guidance said."""
        self._ticks += 1
        if (number, asked) != self._asked:
            self._asked, self._since = (number, asked), 0
        self._since += 1
        wanted = self._instead.get(number, asked) if asked is not None else None
        if self._since > self._reacts:
            if self._step and wanted is not self._way:
                self._step = max(self._step - self._pace, 0)
            elif wanted is not None:
                self._way = wanted
                self._step = min(self._step + self._pace, len(self._frames.ways[wanted]))
        if self._way is None or not self._step:
            return self._frames.straight[self._ticks % len(self._frames.straight)]
        return self._frames.ways[self._way][self._step - 1]


def present(judge: Judge, presenter: Presenter, *, every: int = 125, most: int = 600) -> Guidance:
    """Play until the judge has decided. every: milliseconds between frames. Returns the last guidance."""
    asked, number = None, 0
    for tick in range(most):
        said = judge.look(presenter.next(asked, number), tick * every)
        if said.state is not State.RUNNING:
            break
        asked, number = said.asked, said.number
    return said
