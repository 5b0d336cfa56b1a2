"""Colours and roughness of skin, lips, eyes, teeth: what a surface is, before any light falls on it.

May know: an identity, places on the mesh at rest. Must not know: light, cameras.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .anatomy import EYE_RADIUS
from .compiled import Reals
from .hair_areas import above_hairline, beard_area, brow_cover, shaven_area
from .identity import Identity
from .noise import noise
from .vectors import smooth_step, unit

# Share of the scalp's skin that the roots of hair cover.
_ROOTS_COVER = {"buzz": 0.75, "horseshoe": 0.6, "crew": 0.85, "receding": 0.7}
_IRIS_ANGLE, _PUPIL_ANGLE = 0.43, 0.16


# A soft spot on both sides of the face: distance from the midline, height, width, height of the spot (dm).
_Spot = Callable[..., Reals]


@dataclass(frozen=True, slots=True)
class Places:
    """n places on the skin: on the mesh at rest (n, 3), and the masks of lips, ears, lids, mouth there, 0 to 1."""

    rest: Reals
    lips: Reals
    ears: Reals
    lids: Reals
    inside_mouth: Reals


@dataclass(slots=True)
class Surface:
    """n places: colour (n, 3) linear rgb; rough, mirror, wrap as in ``shading``; relief (dm); pores, -1 to 1."""

    colour: Reals
    rough: Reals
    mirror: Reals
    wrap: Reals
    relief: Reals
    pores: Reals


class _Paint:
    """Layers of paint over skin."""

    def __init__(self, colour: Reals) -> None:
        self.colour = colour

    def absorb(self, strength: Reals, share: tuple[float, float, float]) -> None:
        """Darken by ``share`` of each channel where ``strength`` is 1."""
        self.colour = self.colour * (1 - strength[:, None] * np.array(share))

    def cover(self, strength: Reals, colour: Reals) -> None:
        self.colour = self.colour * (1 - strength[:, None]) + colour * strength[:, None]


def skin(who: Identity, at: Places) -> Surface:
    """The skin with all that lies on it: redness, make-up, shadow of the beard, brows, marks, lips, wrinkles."""
    x, y, z = np.abs(at.rest[:, 0]), at.rest[:, 1], at.rest[:, 2]
    coarse, middle, pores = (noise(at.rest, f, who.seed + k) for k, f in ((1, 3.0), (2, 9.0), (3, 45.0)))

    def spot(across: float, height: float, wide: float, high: float | None = None) -> Reals:
        away = ((x - across) / wide) ** 2 + ((y - height) / (high or wide)) ** 2
        return np.asarray(np.exp(-away) * (z > 0.3), np.float64)

    mottled = 0.05 * who.mottle * (coarse * 0.5 + middle)[:, None] * np.array([0.6, 1, 1.1])
    paint = _Paint(who.skin[None] * (1 + mottled + 0.035 * pores[:, None]))
    red = 0.55 * spot(0.40, 6.93, 0.20) + 0.45 * spot(0, 6.93, 0.14) + 0.25 * spot(0, 6.35, 0.16) + 0.5 * at.ears
    paint.absorb(who.redness * red * 0.45, (0.0, 0.28, 0.30))
    paint.absorb(who.nose_redness * spot(0, 6.98, 0.13) * 0.35, (0.0, 0.30, 0.34))
    flush = noise(at.rest, 5.0, who.seed + 21) * np.clip(spot(0.42, 6.9, 0.3) + spot(0, 7.8, 0.4), 0, 1)
    paint.absorb(-0.10 * who.blotches * flush, (0.3, 1.0, 1.0))
    if who.age_spots > 0.05:
        spots = smooth_step(0.45, 0.6, noise(at.rest, 11.0, who.seed + 31) * 0.8 + 0.3 * middle)
        paint.absorb(spots * who.age_spots * (y > 6.4), (0.28, 0.38, 0.42))
    _paint_eyes(who, at, paint, spot)
    stubble = 0.75 + 0.5 * noise(at.rest, 70.0, who.seed + 9)
    shadow = shaven_area(who, at.rest) * who.beard_shadow * stubble
    paint.absorb(np.clip(shadow, 0, 1), (0.50, 0.42, 0.34))
    if who.beard not in ("none", "stubble"):
        paint.cover(beard_area(who, at.rest) * 0.6, who.brow_colour * 0.8)
    if who.style != "bald":
        above = smooth_step(-0.04, 0.10, above_hairline(who, at.rest) + 0.03 * middle)
        paint.cover(above * (at.ears < 0.4) * (y > 6.3) * _ROOTS_COVER.get(who.style, 0.9), who.hair * 0.7)
    paint.cover(brow_cover(who, at.rest), who.brow_colour)
    if who.freckles:
        grain = noise(at.rest, 28.0, who.seed + 4) * 0.7 + noise(at.rest, 17.0, who.seed + 5) * 0.5
        where = np.clip(spot(0.28, 7.0, 0.33, 0.2) + 0.5 * spot(0, 7.05, 0.2, 0.2) + 0.25 * (y > 7.5), 0, 1)
        paint.absorb(smooth_step(0.38, 0.62, grain) * where * who.freckles, (0.35, 0.5, 0.6))
    for place, radius, strength in who.moles:
        away = np.linalg.norm(at.rest - place, axis=1)
        paint.absorb((1 - smooth_step(radius * 0.6, radius * 1.2, away)) * strength, (0.7, 0.82, 0.85))
    on_lips = np.clip(at.lips * 1.5 - 0.15, 0, 1)
    paint.cover(on_lips * 0.85, _lip_colour(who))
    inside = np.clip((at.inside_mouth - 0.35) * 2.5, 0, 1) * (at.lips < 0.5) * (z < 1.62) * (np.abs(y - 6.6) < 0.35)
    paint.cover(inside, np.array([0.12, 0.02, 0.02]))
    greasy = np.clip(spot(0, 7.0, 0.15, 0.3) + spot(0, 7.75, 0.3, 0.15), 0, 1)
    rough = 0.47 + 0.05 * who.age + 0.06 * pores - 0.06 * greasy
    rough[on_lips > 0.5] = 0.36 - 0.08 * who.lipstick
    relief = 0.0016 * pores * (1 - on_lips) * (0.6 + 0.8 * who.age)
    if who.wrinkles > 0.02:
        folds, dark = _wrinkles(who, at.rest)
        relief = relief + who.wrinkles * folds
        paint.absorb(np.clip(dark * who.wrinkles * 0.22, 0, 0.4), (1.0, 1.0, 1.0))
    count = len(x)
    return Surface(paint.colour, rough, np.full(count, 0.034), np.full(count, 0.22), relief, pores)


def plain(colour: Reals, count: int, rough: float, mirror: float) -> Surface:
    """n places of one material; colour is (3,) or (n, 3)."""
    return Surface(
        np.ones((count, 3)) * colour, np.full(count, rough), np.full(count, mirror), np.full(count, 0.22),
        np.zeros(count), np.zeros(count),
    )  # fmt: skip


def eyeball(who: Identity, rest: Reals, centre: Reals, gaze: Reals) -> Surface:
    """The eye's white, iris and pupil. gaze: unit direction in which it looks, on the mesh at rest."""
    toward = unit(rest - centre)
    angle = np.arccos(np.clip(toward @ gaze, -1, 1))
    height = (rest[:, 1] - centre[1]) / EYE_RADIUS
    under_lids = (1 - 0.55 * smooth_step(0.05, 0.55, height)) * (1 - 0.35 * smooth_step(0.1, 0.55, -height))
    bright = who.skin.mean()
    white = np.array([0.50, 0.465, 0.44]) * (0.38 + 0.62 * min(1.0, bright / 0.32))
    paint = _Paint(white * (1 - 0.45 * smooth_step(0.5, 1.0, angle))[:, None])
    streaks = 0.75 + 0.5 * np.abs(noise(rest, 40.0, who.seed + 1))
    rim = 1.15 - 0.7 * smooth_step(0.3, _IRIS_ANGLE, angle)
    iris = who.iris[None] * np.clip(bright / 0.2, 0.3, 1) * (streaks * rim)[:, None]
    paint.cover(1 - smooth_step(_IRIS_ANGLE - 0.03, _IRIS_ANGLE + 0.03, angle), iris)
    paint.cover(1 - smooth_step(_PUPIL_ANGLE - 0.03, _PUPIL_ANGLE + 0.03, angle), np.full(3, 0.004))
    surface = plain(paint.colour * under_lids[:, None], len(rest), 0.16, 0.035)
    surface.wrap[:] = 0.3
    return surface


def _lip_colour(who: Identity) -> Reals:
    bright = who.skin.mean()
    own = who.skin * (np.array([0.80, 0.50, 0.52]) + np.array([0.15, 0.22, 0.22]) * who.lips)
    own = own + np.array([0.07, 0, 0.01]) * bright
    stick = who.lipstick_colour * who.lipstick * np.clip(bright / 0.35, 0.25, 1.1)
    return np.asarray(own * (1 - who.lipstick) + stick, np.float64)


def _paint_eyes(who: Identity, at: Places, paint: _Paint, spot: _Spot) -> None:
    y = at.rest[:, 1]
    lid_line = np.clip(at.lids * 1.2, 0, 1) * (np.abs(y - 7.29) < 0.09)
    paint.absorb((0.30 + 0.55 * who.eye_liner) * smooth_step(0.45, 0.95, lid_line), (0.7, 0.8, 0.8))
    sockets = who.eye_bags * spot(0.30, 7.14, 0.17, 0.09) * 0.35 + 0.18 * spot(0.3, 7.31, 0.2, 0.12)
    paint.absorb(sockets, (0.55, 0.75, 0.6))
    if who.eye_shadow:
        paint.absorb(who.eye_shadow * np.clip(spot(0.33, 7.38, 0.2, 0.085) * 1.2, 0, 1), (0.35, 0.6, 0.4))


def _wrinkles(who: Identity, rest: Reals) -> tuple[Reals, Reals]:
    """Depth (dm, below zero) and darkness (0 to about 1) of lines at the forehead, eyes, nose and brows."""
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    numbers = who.wrinkle_numbers
    forehead = np.zeros(len(rest))
    for k in range(3):
        height = 7.68 + 0.10 * k + 0.03 * numbers[k] + 0.03 * np.sin(rest[:, 0] * 6 + numbers[k] * 6)
        forehead += np.exp(-(((y - height) / 0.012) ** 2)) * (z > 0.8) * (1 - smooth_step(0.35, 0.5, x))
    angle, away = np.arctan2(y - 7.27, x - 0.30), np.hypot(x - 0.30, y - 7.27)
    fan = np.exp(-((np.sin(angle * 11 + numbers[4] * 6) / 0.35) ** 2))
    crows_feet = fan * smooth_step(0.2, 0.26, away) * (1 - smooth_step(0.30, 0.40, away)) * (np.abs(angle) < 0.7)
    fold = 0.24 + 0.21 * (6.95 - y) + 0.02 * numbers[5]
    cheeks = np.exp(-(((x - fold) / 0.014) ** 2)) * (y < 6.96) * (y > 6.58) * (z > 0.8)
    frown = np.exp(-(((x - 0.05) / 0.01) ** 2)) * (y > 7.38) * (y < 7.55) * (z > 1)
    depth = -(0.010 * forehead + 0.006 * crows_feet + 0.014 * cheeks + 0.008 * frown)
    return depth, forehead + 0.6 * crows_feet + 0.8 * cheeks + frown
