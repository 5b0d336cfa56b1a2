"""Somebody before a camera who does whatever a live capture may ask: left, right, up, down, closer, and straight again.

May know: people, cameras. Must not know: files, how a capture is judged.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from . import light as lights
from .backgrounds import draw_background
from .camera import Camera
from .clothes import draw_shirt
from .develop import Bytes, as_light, developed
from .figure import Person, Pose, pose_figure
from .portraits import HEAD, behind_layer
from .props import Worn
from .render import draw_figure

WIDE, HIGH = 640, 480

#: The ways, and how many frames each has: from straight to as far as this person goes.
WAYS = {"straight": 3, "left": 6, "right": 6, "up": 5, "down": 5, "closer": 6}

# A step of the way is about as far as a head gets in an eighth of a second.
_WIDEST, _HIGHEST, _LOWEST, _NEAREST = (27.0, 42.0), (17.0, 26.0), (17.0, 26.0), (0.56, 0.66)


def live_poses(person: Person) -> Iterator[tuple[Bytes, dict[str, object]]]:
    """The frames (HIGH, WIDE, 3), way by way, each with the truth about it. Angles in degrees, ``away`` in decimetres.

    Every way begins one step from straight and ends at its end, so that frames there and back make a presentation.
    """
    who = person.body.identity
    r = np.random.default_rng((8_200, who.seed))
    light, (_, behind) = lights.draw_light(r), draw_background(r, WIDE, HIGH)
    shirt, worn = draw_shirt(r), Worn(np.full(8, 0.5), glasses=who.wears_glasses)
    yaws = {"left": float(r.uniform(*_WIDEST)), "right": -float(r.uniform(*_WIDEST))}
    pitches = {"up": -float(r.uniform(*_HIGHEST)), "down": float(r.uniform(*_LOWEST))}
    distance, frame, nearest = float(r.uniform(4.5, 8)), float(r.uniform(0.36, 0.46)), float(r.uniform(*_NEAREST))
    for way, frames in WAYS.items():
        for number in range(1, frames + 1):
            share = number / frames if way != "straight" else 0.0
            yaw = yaws.get(way, 0.0) * share + float(r.normal(0, 0.5))
            pitch = pitches.get(way, 0.0) * share + float(r.normal(0, 0.5))
            away = distance * (1 - (1 - nearest) * share if way == "closer" else 1.0) * float(r.normal(1, 0.004))
            figure = pose_figure(person, Pose(yaw, pitch, float(r.normal(0, 0.6)), yaw * 0.1, {}), shirt, worn)
            focal = frame * HIGH / HEAD * distance
            middle = WIDE / 2 + float(r.normal(0, 1)), HIGH * 0.47 + float(r.normal(0, 1))
            layer = draw_figure(figure, Camera(figure.target, away, focal / away, *middle), light, (WIDE, HIGH))
            photo = developed(behind_layer(layer, as_light(behind)), r, 0.006)
            yield (
                photo,
                {
                    "way": way,
                    "step": number,
                    "yaw": round(yaw, 1),
                    "pitch": round(pitch, 1),
                    "away": round(away, 2),
                    "box": [round(value, 1) for value in layer.box],
                },
            )
