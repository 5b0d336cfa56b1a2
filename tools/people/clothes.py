"""A shirt: where it ends, how it is patterned.

May know: the mesh at rest. Must not know: light.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compiled import Reals
from .noise import noise


@dataclass(frozen=True, slots=True)
class Shirt:
    """colour, second: linear rgb. pattern: 0 plain, 1 striped, 2 checked. neckline, half_width, opening: dm."""

    colour: Reals
    second: Reals
    pattern: int
    neckline: float
    half_width: float
    opening: float

    def keep(self, rest: Reals) -> Reals:
        """(n,) above zero where there is cloth."""
        x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
        cloth = np.maximum(self.neckline - y + 0.10 * np.clip(-z, 0, 1), x - self.half_width)
        if self.opening > 0:
            open_by = np.clip((y - (self.neckline - self.opening - 0.02)) / self.opening, -9, 9)
            cloth = np.where(z > 0.2, np.minimum(cloth, x - 0.5 * open_by), cloth)
        return np.minimum(cloth, 6.25 - y)

    def colours(self, rest: Reals) -> Reals:
        """(n, 3) linear rgb at places on the mesh at rest."""
        x, y = rest[:, 0], rest[:, 1]
        colours = np.ones((len(rest), 3)) * self.colour
        if self.pattern == 1:
            colours[np.sin(y * 40) > 0.2] = self.second
        elif self.pattern == 2:
            colours[(np.sin(y * 30) > 0.6) | (np.sin(x * 30) > 0.6)] = self.second
        return colours * (1 + 0.1 * noise(rest, 60.0, 3))[:, None]


def draw_shirt(r: np.random.Generator) -> Shirt:
    colour = np.clip(r.uniform(0.02, 0.6, 3) * r.uniform(0.3, 1.2), 0.01, 0.8)
    return Shirt(
        colour=colour,
        second=np.clip(colour * r.uniform(0.3, 2), 0.01, 0.9),
        pattern=int(r.integers(0, 3)),
        neckline=float(r.uniform(5.55, 5.8)),
        half_width=float(r.uniform(0.52, 0.72)),
        opening=float(r.choice([0, 0, 0.35, 0.55])),
    )
