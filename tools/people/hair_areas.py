"""Where hair grows: hair line, brows, beard areas, as functions of places on the mesh at rest.

May know: an identity, points. Must not know: strands, pixels.
Both the strands and the skin's colour beneath them follow these.
"""

from __future__ import annotations

import numpy as np

from .compiled import Reals
from .identity import Identity
from .vectors import smooth_step

# The hair line's height y at depths z, from the back of the head to the forehead; it goes round the ear between.
_LINE_Z = np.array([-1.2, -0.6, -0.3, -0.16, 0.10, 0.17, 0.34, 0.42, 0.55, 0.70, 0.85, 1.0, 1.3])
_LINE_Y = np.array([6.62, 6.6, 6.72, 7.05, 7.42, 7.08, 7.05, 7.52, 7.70, 7.88, 8.0, 8.06, 8.06])


def above_hairline(identity: Identity, rest: Reals) -> Reals:
    """How far (dm) each place (n, 3) lies above the hair line; below zero on the face and neck."""
    numbers, z = identity.style_numbers, _LINE_Z
    line = _LINE_Y + np.where(z > 0.4, (numbers[0] - 0.5) * 0.16, 0)
    if not identity.female:
        line = line + np.where((z > 0.5) & (z < 0.9), numbers[1] * 0.14, 0)
    if identity.style == "receding":
        line = line + np.where(z > 0.45, 0.12 + 0.12 * numbers[2], 0)
    if identity.style == "horseshoe":
        line = line + np.where(z > 0.45, 0.5, 0)
    above: Reals = rest[:, 1] - np.interp(rest[:, 2], z, line)
    if identity.style == "horseshoe":
        above = np.minimum(above, np.where(rest[:, 2] < 0.45, 7.75 - rest[:, 1], -1))
    return above


def brow_line(identity: Identity, t: Reals) -> tuple[Reals, Reals]:
    """The brow's middle line at ``t``, 0 (inner end) to 1 (outer end): distance from the midline, height (dm)."""
    brow = identity.brow
    rise = brow.arch * np.sin(np.clip(t / 0.72, 0, 1) * np.pi / 2) ** 2
    fall = (brow.arch * 0.9 + 0.03) * smooth_step(0.65, 1, t)
    return brow.inner + (brow.outer - brow.inner) * t, 7.475 + brow.height + brow.tilt * (t - 0.4) + rise - fall


def brow_cover(identity: Identity, rest: Reals) -> Reals:
    """0 to 1: how much of the skin the brow darkens."""
    brow, x = identity.brow, np.abs(rest[:, 0])
    t = np.clip((x - brow.inner) / (brow.outer - brow.inner), 0, 1)
    line_x, line_y = brow_line(identity, t)
    thickness = brow.thickness * (1 - brow.taper * smooth_step(0.45, 1, t))
    away = np.hypot(x - line_x, rest[:, 1] - line_y)
    return (1 - smooth_step(thickness * 0.5, thickness * 1.25 + 0.012, away)) * (rest[:, 2] > 0.6) * brow.density * 0.6


def beard_area(identity: Identity, rest: Reals) -> Reals:
    """0 to 1: where this person's beard grows."""
    kind = identity.beard
    if kind == "moustache":
        return _moustache(rest)
    if kind == "goatee":
        return np.maximum(np.maximum(_moustache(rest), _chin(rest, 0.28)), _mouth_corners(rest))
    if kind == "vandyke":
        return np.maximum(_moustache(rest), _chin(rest, 0.18))
    if kind == "chinstrap":
        return np.maximum(_jaw(identity, rest, -0.16), _chin(rest, 0.2))
    if kind in ("full", "short full", "stubble", "heavy stubble"):
        return shaven_area(identity, rest)
    return np.zeros(len(rest))


def shaven_area(identity: Identity, rest: Reals) -> Reals:
    """0 to 1: where a beard would grow."""
    return np.maximum(_jaw(identity, rest, 0.0), _moustache(rest))


def _moustache(rest: Reals) -> Reals:
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    high = smooth_step(6.665, 6.69, y) * (1 - smooth_step(6.80, 6.84, y))
    return high * (1 - smooth_step(0.26, 0.34, x)) * (z > 0.9)


def _chin(rest: Reals, width: float) -> Reals:
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    high = (1 - smooth_step(6.46, 6.5, y)) * smooth_step(6.1, 6.2, y + 0.2 * (z - 1.2))
    return high * (1 - smooth_step(width, width + 0.08, x)) * (z > 0.9)


def _mouth_corners(rest: Reals) -> Reals:
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    wide = smooth_step(0.25, 0.27, x) * (1 - smooth_step(0.36, 0.4, x))
    return (1 - smooth_step(6.72, 6.78, y)) * wide * (z > 0.9) * (y > 6.2)


def _jaw(identity: Identity, rest: Reals, higher: float) -> Reals:
    y, z = rest[:, 1], rest[:, 2]
    line = 6.63 + (identity.beard_numbers[0] - 0.5) * 0.15 + higher + np.clip((1.05 - z) * 0.42, 0, 0.6)
    below = (1 - smooth_step(line - 0.05, line + 0.03, y)) * smooth_step(6.02, 6.16, y + 0.18 * (z - 1)) * (z > 0.16)
    sideburns = (z < 0.36) & (y < 7.15) & (y > 6.5) & (z > 0.18)
    return np.maximum(below, sideburns.astype(np.float64))
