"""What a person is asked to do before the camera: ways to move the head, drawn anew each time.

May know: the system's source of randomness. Must not know: pixels, who is asked.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Prompt(StrEnum):
    """A way to move the head, from looking straight ahead. Left and right are the person's own."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"
    CLOSER = "closer"


#: Ways that show how far the nose stands out; nods and steps show it less well.
SIDEWAYS = frozenset({Prompt.LEFT, Prompt.RIGHT})

#: How many prompts a challenge has, and how many of them are sideways at least.
PROMPTS = 5
_SIDEWAYS_AT_LEAST = 2

#: Shortest and longest time in milliseconds for which a prompt must be held.
_DWELL = (500, 1200)


@dataclass(frozen=True, slots=True)
class Step:
    """A prompt, and for how many milliseconds it must be held before the next is asked."""

    prompt: Prompt
    dwell: int


Challenge = tuple[Step, ...]


def draw_challenge(source: Random | None = None, *, ways: tuple[Prompt, ...] = tuple(Prompt)) -> Challenge:
    """Prompts in an order that nobody can foresee, repetitions allowed: of five there are 2,072.

    source: the system's randomness if None; a measurement that is to be repeated brings its own, and may leave ways
    out for which it has no frames.
    """
    draw = source or secrets.SystemRandom()
    while True:
        drawn = draw.choices(ways, k=PROMPTS)
        if sum(one in SIDEWAYS for one in drawn) >= _SIDEWAYS_AT_LEAST:
            return tuple(Step(one, draw.randint(*_DWELL)) for one in drawn)
