"""A pinhole camera that looks at one person's head, which it may see tilted.

May know: points, pixels. Must not know: people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compiled import Reals


@dataclass(frozen=True, slots=True)
class Camera:
    """target: (3,) what it looks at, from ``distance`` (dm) in front. x, y: the target's place in the picture (pixels).

    scale: pixels a decimetre at the target. tilt: degrees by which the person appears turned anticlockwise.
    """

    target: Reals
    distance: float
    scale: float
    x: float
    y: float
    tilt: float = 0.0

    @property
    def position(self) -> Reals:
        return np.asarray(self.target + np.array([0, 0, self.distance]), np.float64)

    def project(self, points: Reals) -> Reals:
        """(n, 3): pixels right, pixels down, distance (dm)."""
        ahead = self.position[2] - points[:, 2]
        across = (points[:, 0] - self.target[0]) * self.scale * self.distance / ahead
        up = (points[:, 1] - self.target[1]) * self.scale * self.distance / ahead
        cosine, sine = np.cos(np.radians(self.tilt)), np.sin(np.radians(self.tilt))
        return np.stack([self.x + across * cosine - up * sine, self.y - across * sine - up * cosine, ahead], 1)

    def enlarged(self, factor: float, left: float, top: float) -> Camera:
        """The same view in a picture that begins at (left, top) and is ``factor`` times as large."""
        x, y = (self.x - left) * factor, (self.y - top) * factor
        return Camera(self.target, self.distance, self.scale * factor, x, y, self.tilt)


def upright_size(points: Reals, target: Reals, distance: float) -> tuple[float, float]:
    """Width and height of the points seen untilted at one pixel a decimetre."""
    seen = Camera(target, distance, 1.0, 0.0, 0.0).project(points)[:, :2]
    width, height = np.ptp(seen, axis=0)
    return float(width), float(height)
