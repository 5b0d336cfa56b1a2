"""Portraits of one person in varied light, pose, expression and distance.

May know: people, cameras. Must not know: files.
"""

from __future__ import annotations

import numpy as np

from .backgrounds import draw_background
from .camera import Camera
from .clothes import draw_shirt
from .compiled import Reals
from .develop import Bytes, as_light, developed, exposure
from .expressions import draw_expression
from .figure import Person, Pose, pose_figure
from .light import draw_light
from .props import Worn
from .render import Layer, draw_figure

SIDE = 320
#: Decimetres from chin to crown, about: what ``frame`` is the share of.
HEAD = 2.3

# Degrees about which the portraits of a person turn, one after the other.
_YAWS, _PITCHES = (0, -15, 15, -25, 25, -35, 35, 8), (0, 10, -10, -8, 8, 0, 0, -15)


def portrait(person: Person, number: int) -> tuple[Bytes, dict[str, object]]:
    """Photo ``number`` of the person (SIDE, SIDE, 3), and the truth about it. Angles in degrees, distance in dm."""
    who = person.body.identity
    r = np.random.default_rng(who.seed * 1000 + number + 17)
    yaw = _YAWS[number % 8] + r.uniform(-3, 3)
    pitch = _PITCHES[number % 8] + r.uniform(-3, 3)
    if number % 8 in (5, 6):
        pitch += r.uniform(-8, 8)
    yaw, pitch, roll = float(np.clip(yaw, -35, 35)), float(np.clip(pitch, -15, 15)), float(r.normal(0, 4))
    light = draw_light(r)
    name, expression = draw_expression(r, "neutral" if number == 0 else None)
    distance, frame = float(r.uniform(6, 22)), float(r.uniform(0.48, 0.78))
    glasses = bool(r.random() < 0.8) if who.wears_glasses else bool(r.random() < 0.06)
    pose = Pose(yaw, pitch, roll, yaw * float(r.uniform(0, 0.6)), expression)
    figure = pose_figure(person, pose, draw_shirt(r), Worn(np.full(8, 0.5), glasses=glasses))
    camera = Camera(figure.target, distance, frame * SIDE / HEAD, SIDE / 2, SIDE / 2)
    layer = draw_figure(figure, camera, light, (SIDE, SIDE))
    background, behind = draw_background(r, SIDE, SIDE)
    lit = behind_layer(layer, as_light(behind), float(r.uniform(0.8, 1.25)))
    photo = developed(lit, r, float(r.uniform(0.002, 0.015)))
    return photo, {
        "k": number,
        "yaw": round(yaw, 1),
        "pitch": round(pitch, 1),
        "roll": round(roll, 1),
        "light": light.name,
        "expr": name,
        "dist_dm": round(distance, 1),
        "frame": round(frame, 2),
        "glasses": glasses,
        "background": background,
        "box": [round(value, 1) for value in layer.box],
    }


def behind_layer(layer: Layer, behind: Reals, exposed: float = 1.0) -> Reals:
    """The background's light with the layer before it, exposed for its face and by a factor on top."""
    high, wide = behind.shape[:2]
    rgb, alpha = np.zeros((high, wide, 3)), np.zeros((high, wide))
    window, part = cut(layer, wide, high)
    rgb[window], alpha[window] = layer.rgb[part], layer.alpha[part]
    return rgb * exposure(layer.brightness) * exposed + behind * (1 - alpha[..., None])


def cut(layer: Layer, wide: int, high: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Rows and columns of the picture that the layer reaches, and the same in the layer."""
    down, across = layer.alpha.shape
    top, bottom = max(layer.top, 0), max(min(layer.top + down, high), 0)
    left, right = max(layer.left, 0), max(min(layer.left + across, wide), 0)
    window = slice(min(top, bottom), bottom), slice(min(left, right), right)
    return window, tuple(  # type: ignore[return-value]
        slice(one.start - start, one.stop - start) for one, start in zip(window, (layer.top, layer.left), strict=True)
    )
