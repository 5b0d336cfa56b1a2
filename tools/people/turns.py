"""Head turns as somebody makes them before a camera who is asked to: left, right, up, and one blink.

May know: people, cameras. Must not know: files.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from . import light as lights
from .backgrounds import draw_background
from .camera import Camera
from .clothes import draw_shirt
from .develop import Bytes, as_light, developed
from .expressions import BLINK
from .figure import Person, Pose, pose_figure
from .portraits import HEAD, SIDE, behind_layer
from .props import Worn
from .render import draw_figure

FRAMES = 30
#: How the angles in the truth are meant.
CONVENTION = "yaw > 0: turns to the subject's own left (image right); pitch < 0: up"

# A head counts as turned from this angle on (degrees).
_TURNED = 8.0


def head_turn(person: Person) -> Iterator[tuple[Bytes, dict[str, object]]]:
    """The frames (SIDE, SIDE, 3) in order, each with the truth about it. Angles in degrees."""
    who = person.body.identity
    r = np.random.default_rng((8_100, who.seed))
    light, (_, behind) = lights.draw_light(r), draw_background(r, SIDE, SIDE)
    shirt, worn = draw_shirt(r), Worn(np.full(8, 0.5), glasses=who.wears_glasses)
    side, widest, highest = int(r.choice((-1, 1))), float(r.uniform(25, 45)), float(r.uniform(15, 25))
    distance, frame, blink = float(r.uniform(5.5, 9)), float(r.uniform(0.5, 0.66)), int(r.integers(11, 14))
    k = np.arange(FRAMES)
    yaws = side * widest * np.interp(k, [0, 3, 8, 10, 14, 19, 21, 24], [0, 0, 1, 1, 0, -1, -1, 0])
    pitches = -highest * np.interp(k, [0, 22, 25, 27, 29], [0, 0, 1, 1, 0.2])
    for number in range(FRAMES):
        yaw, pitch = float(yaws[number] + r.normal(0, 0.5)), float(pitches[number] + r.normal(0, 0.5))
        pose = Pose(yaw, pitch, float(r.normal(0, 0.6)), yaw * 0.1, BLINK if number == blink else {})
        figure = pose_figure(person, pose, shirt, worn)
        away = distance + 0.15 * float(np.sin(number / 4))
        camera = Camera(figure.target, away, frame * SIDE / HEAD * distance / away, SIDE / 2, SIDE / 2)
        layer = draw_figure(figure, camera, light, (SIDE, SIDE))
        photo = developed(behind_layer(layer, as_light(behind)), r, 0.006)
        yield (
            photo,
            {
                "k": number,
                "yaw": round(yaw, 1),
                "pitch": round(pitch, 1),
                "step": _step(yaw, pitch),
                "blink": number == blink,
                "box": [round(value, 1) for value in layer.box],
            },
        )


def _step(yaw: float, pitch: float) -> str:
    if abs(yaw) >= _TURNED:
        return "left" if yaw > 0 else "right"
    return "up" if pitch <= -_TURNED else "center"
