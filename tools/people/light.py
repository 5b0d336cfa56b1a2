"""Lights around a person: soft ones of rooms and skies, and hard ones that burn or drown half a face.

May know: directions and colours. Must not know: who is lit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compiled import Reals
from .vectors import turn_matrix, unit

SOFT = ("studio", "window", "office", "overcast", "sun", "warm", "ring", "mixed")
HARD = ("noon", "side", "behind", "stage")

# How many distant lights stand for what comes from all sides.
_AROUND = 22
_WHITE, _WARM, _COOL = np.ones(3), np.array([1.15, 0.98, 0.78]), np.array([0.88, 0.98, 1.15])


@dataclass(frozen=True, slots=True)
class Light:
    """directions, colours: (n, 3) unit vectors towards the lights, and their linear rgb. name: one of the above."""

    name: str
    directions: Reals
    colours: Reals

    def tilted(self, degrees: float) -> Light:
        """As it falls on a person who is tilted anticlockwise while the light stays."""
        return Light(self.name, np.ascontiguousarray(self.directions @ turn_matrix(roll=degrees)), self.colours)


class _Keys:
    """The directed lights of one rig."""

    def __init__(self, r: np.random.Generator) -> None:
        self._r = r
        self.directions: list[Reals] = []
        self.colours: list[Reals] = []

    def add(
        self, azimuth: float, elevation: float, spread: float, strength: float, colour: Reals, count: int = 5
    ) -> None:
        """A lamp of ``count`` points; angles in degrees, azimuth to the picture's right."""
        a, e = np.radians([azimuth, elevation])
        middle = np.array([np.sin(a) * np.cos(e), np.sin(e), np.cos(a) * np.cos(e)])
        for _ in range(count):
            self.directions.append(unit(middle + self._r.normal(0, spread, 3)))
            self.colours.append(colour * strength / count)


def draw_light(r: np.random.Generator, name: str | None = None) -> Light:
    """The light of this name, or a soft one; its side and height are drawn."""
    name = name or str(r.choice(SOFT))
    around = _sphere(_AROUND)
    keys = _Keys(r)
    side = 1 if r.random() < 0.5 else -1
    ambient = _soft(r, name, side, around, keys) if name in SOFT else _hard(r, name, side, around, keys)
    front = np.clip(around[:, 2:3], 0, 1)
    uneven = np.clip(ambient * (0.75 + 0.35 * front + 0.1 * r.normal(size=(_AROUND, 1))), 0.01, None)
    return Light(
        name,
        np.ascontiguousarray(np.concatenate([around, np.array(keys.directions)])),
        np.ascontiguousarray(np.concatenate([uneven / _AROUND * 1.45, np.array(keys.colours) * 0.68])),
    )


def _soft(r: np.random.Generator, name: str, side: int, around: Reals, keys: _Keys) -> Reals:
    up: Reals = around[:, 1:2]
    if name == "studio":
        keys.add(side * r.uniform(20, 50), r.uniform(15, 45), 0.18, 1.6, _WHITE)
        keys.add(-side * 50, 10, 0.2, 0.5, _WHITE, 3)
        return 0.75 * _WHITE
    if name == "window":
        keys.add(side * r.uniform(45, 75), r.uniform(5, 30), 0.3, 2.0, _COOL, 7)
        return 0.68 * _COOL
    if name == "office":
        keys.add(side * r.uniform(0, 40), r.uniform(45, 65), 0.4, 1.5, np.array([1.0, 1.02, 0.95]), 7)
        return np.asarray((0.6 + 0.25 * up) * _WHITE)
    if name == "overcast":
        keys.add(0, 60, 0.5, 0.6, _COOL, 4)
        return np.asarray((0.85 + 0.45 * up) * _COOL)
    if name == "sun":
        keys.add(side * r.uniform(15, 60), r.uniform(30, 55), 0.05, 2.2, _WARM, 4)
        return np.asarray((0.6 + 0.25 * up) * _COOL)
    if name == "warm":
        keys.add(side * r.uniform(10, 60), r.uniform(0, 40), 0.22, 1.6, _WARM, 6)
        return 0.5 * _WARM
    if name == "ring":
        keys.add(0, 5, 0.25, 1.7, _WHITE, 7)
        return 0.45 * _WHITE
    keys.add(side * 60, 15, 0.15, 1.1, _WARM)
    keys.add(-side * 50, 20, 0.15, 0.9, _COOL)
    return 0.5 * _WHITE


def _hard(r: np.random.Generator, name: str, side: int, around: Reals, keys: _Keys) -> Reals:
    up: Reals = around[:, 1:2]
    if name == "noon":
        keys.add(side * r.uniform(0, 60), r.uniform(68, 85), 0.02, 4.2, _WARM, 3)
        return np.asarray((0.22 + 0.12 * up) * _COOL)
    if name == "side":
        keys.add(side * r.uniform(75, 100), r.uniform(0, 30), 0.02, 3.8, _WHITE, 3)
        return 0.10 * _WHITE
    if name == "behind":
        keys.add(side * r.uniform(140, 175), r.uniform(15, 45), 0.04, 4.5, _WARM, 4)
        return np.asarray((0.28 + 0.1 * up) * _COOL)
    first, second = r.uniform(0.1, 1.0, (2, 3))
    keys.add(side * r.uniform(30, 80), r.uniform(20, 60), 0.03, 3.4, first / first.mean(), 3)
    keys.add(-side * r.uniform(40, 110), r.uniform(0, 50), 0.03, 1.6, second / second.mean(), 3)
    return 0.12 * _WHITE


def _sphere(count: int) -> Reals:
    """Directions spread evenly over the sphere (Fibonacci lattice)."""
    i = np.arange(count) + 0.5
    polar, turn = np.arccos(1 - 2 * i / count), np.pi * (1 + 5**0.5) * i
    return np.stack([np.cos(turn) * np.sin(polar), np.cos(polar), np.sin(turn) * np.sin(polar)], 1)
