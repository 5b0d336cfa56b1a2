"""Smooth noise in space, the same for the same seed: pores, blotches, weave.

May know: points. Must not know: what is coloured with it.
"""

from __future__ import annotations

import numpy as np

from .compiled import Reals, compiled


@compiled
def _hash(x: int, y: int, z: int, seed: int) -> float:
    h = (x * 73856093) ^ (y * 19349663) ^ (z * 83492791) ^ (seed * 2654435761)
    h = h & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
    h = ((h ^ (h >> 16)) * 0x45D9F3B) & 0xFFFFFFFF
    h = h ^ (h >> 16)
    return (h & 0xFFFFFF) / 16777215.0


@compiled
def _fill(points: Reals, frequency: float, seed: int, out: Reals) -> None:
    for i in range(points.shape[0]):
        # Far from the origin, where cutting off the fraction and rounding down are the same.
        x, y, z = points[i, 0] * frequency + 1000, points[i, 1] * frequency + 1000, points[i, 2] * frequency + 1000
        ix, iy, iz = int(x), int(y), int(z)
        fx, fy, fz = x - ix, y - iy, z - iz
        fx, fy, fz = fx * fx * (3 - 2 * fx), fy * fy * (3 - 2 * fy), fz * fz * (3 - 2 * fz)
        total = 0.0
        for a in range(2):
            for b in range(2):
                for c in range(2):
                    weight = (fx if a else 1 - fx) * (fy if b else 1 - fy) * (fz if c else 1 - fz)
                    total += weight * _hash(ix + a, iy + b, iz + c, seed)
        out[i] = total * 2 - 1


def noise(points: Reals, frequency: float, seed: int) -> Reals:
    """Value noise, -1 to 1, at points (n, 3); ``frequency`` is in bumps a decimetre."""
    out = np.zeros(len(points))
    _fill(np.ascontiguousarray(points), frequency, seed % 10007, out)
    return out
