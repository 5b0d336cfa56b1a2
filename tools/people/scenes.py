"""Hard scenes: several small faces, turned, tilted, hidden, cut off, badly lit, blurred and compressed, with the truth.

May know: people, layouts. Must not know: files.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from . import light as lights
from .backgrounds import draw_background
from .camera import Camera, upright_size
from .clothes import draw_shirt
from .compiled import Floats, Reals
from .develop import as_light, developed, exposure, jpeg, smeared
from .expressions import draw_expression
from .figure import Figure, Pose, make_person, pose_figure
from .layouts import NAMES, Panel, Place, draw_layout
from .noise import noise
from .portraits import cut
from .props import HANDS, HATS, Worn
from .render import Layer, draw_figure

WIDE, HIGH = 800, 600
#: The seed of the first person in these scenes; no other set uses seeds from here on.
FIRST_SEED = 100_000
_SEEDS_PER_SCENE = 40

#: A face of which less than this share is seen counts as hidden: nobody could tell that it is one.
LEAST_SEEN = 0.25

# What somebody wears or does, and how often.
_WORN = (
    (0.40, ()), (0.15, ("hand",)), (0.12, ("hat",)), (0.12, ("mask",)), (0.10, ("sunglasses",)),
    (0.04, ("hat", "sunglasses")), (0.03, ("mask", "sunglasses")), (0.02, ("hat", "mask")), (0.02, ("hat", "hand")),
)  # fmt: skip
_HARD_LIGHT, _BLURRED = 0.5, 0.35
# Faces seen from the front, half from the side, in profile (degrees); and how often.
_YAWS, _YAW_SHARES = ((0, 35), (35, 75), (75, 90)), (0.4, 0.3, 0.3)
# Faces smaller than this are drawn with more samples a pixel.
_FINE_BELOW = 30.0


@dataclass(slots=True)
class _Shown:
    """A drawn face: the truth known so far, its cover in the picture, and what later layers hid of it, by kind."""

    truth: dict[str, object]
    whole: float
    cover: Floats
    box: tuple[float, float, float, float]
    hidden: dict[str, float] = field(default_factory=dict)

    @property
    def seen(self) -> float:
        """Share of the whole face that shows, 0 to 1."""
        return float(self.cover.sum()) / self.whole

    def hide(self, kind: str, alpha: Floats) -> None:
        """Let a layer with this alpha (h, w of the picture) lie over it."""
        before = float(self.cover.sum())
        self.cover *= 1 - alpha
        lost = before - float(self.cover.sum())
        if lost > 0:
            self.hidden[kind] = self.hidden.get(kind, 0.0) + lost / self.whole


def hard_scene(number: int) -> tuple[bytes, dict[str, object]]:
    """Scene ``number``: its JPEG file, and the truth about it and its faces (see the README for the fields)."""
    r = np.random.default_rng((8_000, number))
    layout = NAMES[number % len(NAMES)]
    hard = bool(r.random() < _HARD_LIGHT)
    light = lights.draw_light(r, str(r.choice(lights.HARD if hard else lights.SOFT)))
    background, behind = draw_background(r, WIDE, HIGH)
    picture = as_light(behind)
    shown: list[_Shown] = []
    for index, item in enumerate(draw_layout(r, layout, WIDE, HIGH)):
        own = np.random.default_rng((8_001, number, index))
        if isinstance(item, Panel):
            _lay_panel(picture, item, own, shown)
        else:
            seed = FIRST_SEED + number * _SEEDS_PER_SCENE + index
            _lay_person(picture, item, seed, own, light, shown)
    length = float(r.uniform(1.5, 5.0)) if r.random() < _BLURRED else 0.0
    direction, quality, grain = float(r.uniform(0, 180)), int(r.integers(30, 96)), float(r.uniform(0.004, 0.03))
    exposed = float(np.exp(r.uniform(np.log(0.6), np.log(1.5))))
    photo = developed(smeared(picture * exposed, length, direction), r, grain)
    within = [face for face in shown if _reaches_into(face.box)]
    return jpeg(photo, quality), {
        "number": number,
        "synthetic": True,
        "width": WIDE,
        "height": HIGH,
        "layout": layout,
        "light": light.name,
        "hard_light": hard,
        "background": background,
        "exposure": round(exposed, 2),
        "blur": {"length": round(length, 1), "direction": round(direction)},
        "noise": round(grain, 3),
        "quality": quality,
        "faces": [_truth(face) for face in within if face.seen >= LEAST_SEEN],
        "hidden_faces": [_truth(face) for face in within if face.seen < LEAST_SEEN],
    }


def _reaches_into(box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    return right > 1 and bottom > 1 and left < WIDE - 1 and top < HIGH - 1


def _truth(face: _Shown) -> dict[str, object]:
    left, top, right, bottom = face.box
    inside = [max(left, 0.0), max(top, 0.0), min(right, float(WIDE)), min(bottom, float(HIGH))]
    return {
        **face.truth,
        "box": [round(value, 1) for value in inside],
        "whole_box": [round(value, 1) for value in face.box],
        "seen": round(face.seen, 3),
        "hidden": {kind: round(share, 3) for kind, share in face.hidden.items() if share >= 0.005},
    }


def _lay_person(
    picture: Reals, place: Place, seed: int, r: np.random.Generator, light: lights.Light, shown: list[_Shown]
) -> None:
    figure, truth = _draw_person(seed, r)
    distance = float(r.uniform(15, 40))
    scale = place.size / min(upright_size(figure.face(), figure.target, distance))
    camera = Camera(figure.target, distance, scale, place.x, place.y, place.tilt)
    layer = draw_figure(
        figure, camera, light.tilted(-place.light_tilt), (WIDE, HIGH),
        samples=3 if place.size < _FINE_BELOW else 2, gaze=np.array([*r.normal(0, 0.5, 2), 1.0]),
    )  # fmt: skip
    window, part = cut(layer, WIDE, HIGH)
    alpha = np.zeros((HIGH, WIDE), np.float32)
    alpha[window] = layer.alpha[part]
    left, top, right, bottom = layer.box
    head = np.zeros_like(alpha)
    middle = (left + right) / 2, (top + bottom) / 2
    reach = 0.8 * max(right - left, bottom - top)
    cv2.circle(head, (round(middle[0]), round(middle[1])), round(reach), 1.0, -1)
    for other in shown:
        other.hide("other head", alpha * head)
        other.hide("other body", alpha * (1 - head))
    picture *= 1 - alpha[..., None]
    picture[window] += layer.rgb[part] * exposure(layer.brightness)
    up = camera.project(figure.target + np.stack([np.zeros(3), figure.head[:, 1]]))[:, :2]
    tilt = np.degrees(np.arctan2(-(up[1, 0] - up[0, 0]), -(up[1, 1] - up[0, 1]))) % 360
    truth |= {"size": round(place.size, 1), "tilt": round(float(tilt), 1)}
    shown.append(_cover(layer, truth))


def _cover(layer: Layer, truth: dict[str, object]) -> _Shown:
    """The face as the layer shows it, cut off at the picture's edge."""
    whole = max(float(layer.face.sum()), 1e-6)
    window, part = cut(layer, WIDE, HIGH)
    cover = np.zeros((HIGH, WIDE), np.float32)
    cover[window] = layer.seen[part]
    hidden = dict(layer.hidden)
    outside = (float(layer.seen.sum()) - float(cover.sum())) / whole
    if outside > 0:
        hidden["edge"] = outside
    return _Shown(truth, whole, cover, layer.box, hidden)


def _draw_person(seed: int, r: np.random.Generator) -> tuple[Figure, dict[str, object]]:
    person = make_person(seed)
    from_yaw, to_yaw = _YAWS[int(r.choice(len(_YAWS), p=_YAW_SHARES))]
    yaw = float(r.choice((-1, 1)) * r.uniform(from_yaw, to_yaw))
    pitch, roll = float(np.clip(r.normal(0, 10), -30, 30)), float(np.clip(r.normal(0, 9), -30, 30))
    # A neck turns by some 50 degrees; the body does the rest.
    body_yaw = yaw - float(np.clip(yaw * r.uniform(0.2, 0.9), -50, 50))
    expression, units = draw_expression(r)
    worn = _draw_worn(r, yaw, person.body.identity.wears_glasses)
    figure = pose_figure(person, Pose(yaw, pitch, roll, body_yaw, units), draw_shirt(r), worn)
    wears = {
        "hat": worn.hat, "hand": worn.hand, "mask": worn.mask, "sunglasses": worn.sunglasses, "glasses": worn.glasses,
    }  # fmt: skip
    return figure, {
        "id": f"H{seed}",
        "yaw": round(yaw, 1),
        "pitch": round(pitch, 1),
        "expr": expression,
        "wears": [name for name, value in wears.items() if value],
    }


def _draw_worn(r: np.random.Generator, yaw: float, glasses: bool) -> Worn:
    chosen: Sequence[str] = _WORN[int(r.choice(len(_WORN), p=[share for share, _ in _WORN]))][1]
    return Worn(
        numbers=r.random(8),
        glasses=glasses and "sunglasses" not in chosen,
        sunglasses="sunglasses" in chosen,
        hat=str(r.choice(HATS)) if "hat" in chosen else None,
        hat_line=float(r.uniform(7.5, 7.72)),
        mask="mask" in chosen,
        hand=str(r.choice(HANDS)) if "hand" in chosen else None,
        # The hand covers what the camera sees of the face, in profile too.
        hand_turn=-yaw * float(r.uniform(0.6, 0.9)),
    )


def _lay_panel(picture: Reals, panel: Panel, r: np.random.Generator, shown: list[_Shown]) -> None:
    alpha = np.zeros((HIGH, WIDE), np.float32)
    cv2.fillConvexPoly(alpha, np.round(panel.corners * 16).astype(np.int32), 1.0, cv2.LINE_AA, 4)
    rows, columns = np.nonzero(alpha > 0)
    if not len(rows):
        return
    points = np.stack([columns / 12, rows / 12, np.zeros(len(rows))], 1)
    grain = 1 + 0.15 * noise(points, 0.35, int(r.integers(1000))) + 0.08 * noise(points, 3.0, int(r.integers(1000)))
    cover = alpha[rows, columns][:, None]
    picture[rows, columns] = picture[rows, columns] * (1 - cover) + panel.colour * grain[:, None] * cover
    for face in shown:
        face.hide("panel", alpha)
