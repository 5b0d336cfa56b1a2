"""What a person wears on the face or holds before it: spectacles, sunglasses, hats, masks, hands.

May know: a body's mesh. Must not know: cameras, light.
Every prop is a mesh in the body's own coordinates, without the turn of the head, which it then follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from . import assets
from .anatomy import anatomy
from .body import Body
from .compiled import Flags, Reals, Wholes
from .rasterise import vertex_normals
from .subdivide import neighbours_mean
from .vectors import smooth_step, tube, turn_matrix, unit

HATS = ("cap", "beanie", "sun hat")
# For each place of a hand: degrees by which its fingers lean from upright to its owner's other side, and the palm's
# height and distance from the midline (dm).
_HAND_PLACES = {
    "mouth": (62.0, -0.72, 0.1),
    "cheek": (12.0, -0.45, 0.5),
    "eyes": (78.0, 0.02, 0.15),
    "forehead": (70.0, 0.42, 0.1),
    "face": (20.0, -0.4, 0.0),
}
HANDS = tuple(_HAND_PLACES)

# How far hats stand off the skin, so that what hair there is fits beneath (dm).
_HAT_ABOVE, _BEANIE_ABOVE = 0.13, 0.11
_MASK_ABOVE = 0.06


@dataclass(frozen=True, slots=True)
class Prop:
    """A mesh with one colour (linear rgb). ``skin`` makes it look like the person's skin instead.

    rough: 0 to 1. keep: (n,) below zero where the mesh has a hole.
    """

    kind: str
    vertices: Reals
    triangles: Wholes
    keep: Reals
    colour: Reals
    rough: float = 0.9
    skin: bool = False


@dataclass(frozen=True, slots=True)
class Worn:
    """What a person has on: each None or False for nothing. The colours are linear rgb.

    hat: one of HATS; ``hat_line`` its rim's height on the mesh at rest (7.45 is at the brows). hand: one of HANDS;
    ``hand_turn`` turns it round the head, in degrees as yaw. ``numbers`` (8,) 0 to 1 vary them.
    """

    numbers: Reals
    glasses: bool = False
    sunglasses: bool = False
    hat: str | None = None
    hat_line: float = 7.6
    mask: bool = False
    hand: str | None = None
    hand_turn: float = 0.0


def make_props(worn: Worn, body: Body, vertices: Reals, sleeve: Reals) -> list[Prop]:
    """The props on the body with the given (expressed) vertices, those nearest to the face first.

    sleeve: the shirt's colour.
    """
    props: list[Prop] = []
    if worn.mask:
        props.append(_mask(worn, vertices))
    if worn.sunglasses:
        props += _sunglasses(worn, body)
    elif worn.glasses:
        props.append(_glasses(body))
    if worn.hat is not None:
        props += _hat(worn, worn.hat, vertices)
    if worn.hand is not None:
        props += _hand(worn, worn.hand, body, vertices, sleeve)
    return props


def _joined(parts: Sequence[tuple[Reals, Wholes]]) -> tuple[Reals, Wholes]:
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in parts])
    triangles = [triangles + start for (_, triangles), start in zip(parts, starts, strict=False)]
    return np.concatenate([vertices for vertices, _ in parts]), np.concatenate(triangles)


def _prop(kind: str, mesh: tuple[Reals, Wholes], colour: Reals, rough: float = 0.9) -> Prop:
    return Prop(kind, mesh[0], mesh[1], np.ones(len(mesh[0])), colour, rough)


def _rims(body: Body, width: float, height: float, roundness: float) -> tuple[list[Reals], float, float, float]:
    """Both lenses' outlines, their distance from the midline, the depth of the bridge, half the head's width."""
    a = anatomy()
    eyes = [body.vertices[eye].mean(0) for eye in a.eyes.values()]
    bridge = a.body & (np.abs(a.rest[:, 0]) < 0.03) & (a.rest[:, 1] > 7.2) & (a.rest[:, 1] < 7.3)
    depth = max(body.vertices[bridge, 2].max() - 0.05, eyes[0][2] + 0.2) + 0.06
    temple = (np.abs(a.rest[:, 2] - 0.25) < 0.12) & (np.abs(a.rest[:, 1] - 7.35) < 0.1) & (a.ears < 0.3)
    half = np.abs(body.vertices[a.body & temple, 0]).max() + 0.03
    apart = float(np.mean([abs(eye[0]) for eye in eyes])) + 0.015
    angle = np.arange(28) / 28 * 2 * np.pi
    across = np.sign(np.cos(angle)) * np.abs(np.cos(angle)) ** (2 / roundness)
    up = np.sign(np.sin(angle)) * np.abs(np.sin(angle)) ** (2 / roundness)
    outlines = []
    for side in (1, -1):
        x = side * apart + across * width
        outlines.append(np.stack([x, -0.03 + up * height, depth - _wrap(x)], 1))
    return outlines, apart, float(depth), float(half)


def _wrap(x: Reals) -> Reals:
    """How far spectacles bend back at a distance from the midline."""
    return 0.12 * np.clip((np.abs(x) - 0.15) / 0.6, 0, None) ** 2


def _frame(body: Body, width: float, height: float, roundness: float, thickness: float) -> tuple[Reals, Wholes]:
    a = anatomy()
    outlines, apart, depth, half = _rims(body, width, height, roundness)
    ear = float(body.vertices[a.ears > 0.5][:, 2].mean())
    parts = []
    for side, outline in zip((1, -1), outlines, strict=True):
        parts.append(tube(outline, thickness, closed=True))
        hinge = float(side * (apart + width))
        back = depth - float(_wrap(np.array(hinge)))
        bow = [
            [hinge, 0.05, back], [side * max(abs(hinge) + 0.02, half * 0.93), 0.06, back - 0.12],
            [side * half, 0.06, (back + ear) / 2], [side * half, 0.06, ear], [side * half, -0.1, ear - 0.12],
        ]  # fmt: skip
        parts.append(tube(bow, thickness * 0.9, closed=False))
    inner = float(apart - width)
    bridge = [[-inner, 0.03, depth], [-inner / 2, 0.06, depth + 0.03], [inner / 2, 0.06, depth + 0.03]]
    parts.append(tube([*bridge, [inner, 0.03, depth]], thickness, closed=False))
    return _joined(parts)


def _glasses(body: Body) -> Prop:
    frames = body.identity.frames
    height = frames.height * (1.1 if frames.shape == 0 else 1)
    mesh = _frame(body, frames.width, height, (2.0, 3.2, 2.4)[frames.shape], frames.thickness)
    return _prop("glasses", mesh, frames.colour, 0.25)


def _sunglasses(worn: Worn, body: Body) -> list[Prop]:
    width, height = 0.31 + 0.05 * worn.numbers[0], 0.22 + 0.08 * worn.numbers[1]
    roundness = 2.0 + 1.4 * worn.numbers[2]
    outlines, *_ = _rims(body, width, height, roundness)
    lenses = []
    for outline in outlines:
        count = len(outline)
        fan = [(count, k, (k + 1) % count) for k in range(count)]
        lenses.append((np.concatenate([outline, outline.mean(0, keepdims=True)]), np.array(fan, np.int64)))
    tint = 0.012 + 0.03 * worn.numbers[3:6]
    return [
        _prop("sunglasses", _joined(lenses), tint, 0.12),
        _prop("sunglasses", _frame(body, width, height, roundness, 0.022), np.array([0.02, 0.02, 0.022]), 0.25),
    ]


def _patch(vertices: Reals, chosen: Flags, above: float, rounds: int) -> tuple[Reals, Wholes, Wholes]:
    """A shell over the chosen skin: its vertices, triangles, and the body vertex beneath each.

    It stands ``above`` off the skin, smoothed ``rounds`` times and never closer than half of that.
    """
    a = anatomy()
    triangles = a.triangles[(a.parts == assets.BODY) & chosen[a.triangles].all(1)]
    beneath, renumbered = np.unique(triangles, return_inverse=True)
    triangles = renumbered.reshape(-1, 3)
    skin = vertices[beneath]
    normals = vertex_normals(skin, triangles)
    mean = neighbours_mean((triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]), len(beneath))
    shell = skin + normals * above
    for _ in range(rounds):
        shell = mean @ shell
        short = above / 2 - ((shell - skin) * normals).sum(1, keepdims=True)
        shell = shell + normals * np.clip(short, 0, None)
    return np.asarray(shell, np.float64), triangles, beneath


def _mask(worn: Worn, vertices: Reals) -> Prop:
    a = anatomy()
    x, y, z = np.abs(a.rest[:, 0]), a.rest[:, 1], a.rest[:, 2]
    region = a.body & (y > 6.0) & (y < 7.2) & (z > 0.25) & (x < 0.95) & (a.ears < 0.3) & (a.inside_mouth < 0.3)
    shell, triangles, beneath = _patch(vertices, region, _MASK_ABOVE, 25)
    # Over the nose it reaches higher than on the cheeks; under the chin it follows the jaw.
    top = 7.06 - 0.32 * smooth_step(0.05, 0.75, x[beneath])
    keep = np.minimum(top - y[beneath], y[beneath] + 0.35 * (z[beneath] - 1.0) - 6.17)
    keep = np.minimum(keep, z[beneath] - 0.42)
    strings = []
    for side in (1, -1):
        ear = vertices[a.body & (a.ears > 0.6) & (np.sign(a.rest[:, 0]) == side)]
        for height in (6.78, 6.45):
            edge = (np.sign(a.rest[beneath, 0]) == side) & (keep > 0) & (np.abs(y[beneath] - height) < 0.1)
            if edge.any():
                here = shell[np.flatnonzero(edge)[np.argmin(z[beneath[edge]])]]
                behind = np.array([ear[:, 0].mean(), ear[:, 1].mean() + (height - 6.6) * 0.6, ear[:, 2].min()])
                middle = (here + behind) / 2 + np.array([side * 0.08, 0, 0])
                strings.append(tube([here, middle, behind], 0.012, closed=False, sides=4))
    fabric, mesh = _joined([(shell, triangles), *strings])
    colours = np.array([[0.30, 0.52, 0.68], [0.75, 0.75, 0.74], [0.03, 0.03, 0.035], [0.45, 0.15, 0.18]])
    colour = colours[int(worn.numbers[6] * len(colours)) % len(colours)]
    return Prop("mask", fabric, mesh, np.concatenate([keep, np.ones(len(fabric) - len(shell))]), colour)


def _hat(worn: Worn, kind: str, vertices: Reals) -> list[Prop]:
    a = anatomy()
    y, z = a.rest[:, 1], a.rest[:, 2]
    # A rim that is lower at the nape than at the forehead.
    line = worn.hat_line - 0.28 * smooth_step(0.9, -0.6, z)
    if kind == "beanie":
        line = line - 0.1 * smooth_step(0.8, 0.2, z)
    above = _BEANIE_ABOVE if kind == "beanie" else _HAT_ABOVE
    shell, triangles, beneath = _patch(vertices, a.body & (y > line - 0.25) & (a.ears < 0.8), above, 30)
    if kind != "beanie":
        # Caps and hats stand up from the crown.
        shell[:, 1] += 0.16 * smooth_step(7.7, 8.2, y[beneath])
    colour = 0.02 + 0.6 * worn.numbers[0] * worn.numbers[1:4]
    crown = Prop("hat", shell, triangles, y[beneath] - line[beneath], colour)
    if kind == "beanie":
        return [crown]
    return [crown, _prop("hat", _brim(worn, kind, shell, beneath, line), colour * 0.9)]


def _brim(worn: Worn, kind: str, shell: Reals, beneath: Wholes, line: Reals) -> tuple[Reals, Wholes]:
    """A plate round the head at the hat's rim: all round on a sun hat, forward on a cap."""
    a = anatomy()
    rim = shell[np.abs(a.rest[beneath, 1] - line[beneath]) < 0.06]
    middle = (rim.min(0) + rim.max(0)) / 2
    half = (rim.max(0) - rim.min(0)) / 2
    forward = kind == "cap"
    angles = np.radians(np.linspace(-75, 75, 25) if forward else np.linspace(-180, 180, 61))
    reach = (0.75 if forward else 0.55) + 0.3 * worn.numbers[4]
    direction = np.stack([np.sin(angles), 0 * angles, np.cos(angles)], 1)
    at_rim = middle + direction * half
    nearest = [rim[np.argmin(np.hypot(*(rim[:, [0, 2]] - point[[0, 2]]).T)), 1] for point in at_rim]
    spread = np.hanning(13)[1:-1]
    at_rim[:, 1] = np.convolve(np.pad(nearest, 5, "edge"), spread / spread.sum(), "valid")
    out = direction * reach * (np.cos(angles)[:, None] ** 0.5 if forward else 1.0)
    droop = np.array([0, -0.22 - 0.25 * worn.numbers[5], 0])
    rows = [at_rim, at_rim + out * 0.5 + droop * 0.3, at_rim + out + droop]
    # A second face just above, because a plate without thickness is lit on one side only.
    top = [row + np.array([0, 0.03, 0]) for row in rows]
    grids = [np.concatenate(rows), np.concatenate(top[::-1])]
    count = len(angles)
    triangles = []
    for ring in range(2):
        for k in range(count - 1):
            p, q = ring * count + k, ring * count + k + 1
            triangles += [(p, q, q + count), (p, q + count, p + count)]
    mesh = np.array(triangles, np.int64)
    return _joined([(grid, mesh[:, [0, 2, 1]]) for grid in grids])


def _hand(worn: Worn, place: str, body: Body, vertices: Reals, sleeve: Reals) -> list[Prop]:
    """A hand that covers a part of the face, bent round it, and its arm down to the shoulder."""
    a = anatomy()
    side = 1 if worn.numbers[0] < 0.5 else -1
    hand, triangles, elbow = _flat_hand(side)
    # Turned in the face's plane: fingers up, or towards the other side, as hands are held.
    lean, height, across = _HAND_PLACES[place]
    lean = side * (lean + 24 * (worn.numbers[1] - 0.5))
    at = np.array([across * side, height + 0.12 * (worn.numbers[2] - 0.5), 0.0])
    around = turn_matrix(worn.hand_turn)
    middle = np.array([0, 0, -0.35])
    # The head as it is where the hand will be, which lies in front once all is turned back.
    head = (vertices[a.body & (a.head > 0.99) & (a.rest[:, 1] > 6.1)] - middle) @ around + middle
    beneath = np.hypot(head[:, 0] - at[0], head[:, 1] - at[1]) < 0.45
    at[2] = head[beneath, 2].max() + (0.12 if worn.numbers[3] < 0.6 else 0.12 + 1.6 * (worn.numbers[3] - 0.6))
    placed = hand @ turn_matrix(roll=lean).T + at
    # Bent back at the sides, as a face is.
    placed[:, 2] -= 0.16 * np.clip(np.abs(placed[:, 0]) - 0.2, 0, 1.2) ** 1.5
    placed = (placed - middle) @ around.T + middle
    wrist = ((at - middle) @ around.T) + middle
    elbow = (turn_matrix(roll=lean) @ elbow + at - middle) @ around.T + middle
    shoulder = np.array([side * 1.6, -3.0, -0.6])
    arm = tube([wrist * 0.55 + elbow * 0.45, elbow, shoulder], 0.36, closed=False, sides=10)
    return [
        Prop("hand", placed, triangles, np.ones(len(placed)), body.identity.skin, 0.5, skin=True),
        _prop("hand", arm, sleeve),
    ]


def _flat_hand(side: int) -> tuple[Reals, Wholes, Reals]:
    """The left hand (or its mirror image): palm at the origin and towards the face, fingers up; forearm below.

    Vertices, triangles, and where its elbow is.
    """
    a = anatomy()
    faces = a.assets.hand_faces
    triangles = np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]])
    up = assets.FINGERTIP - assets.WRIST
    up = up / np.linalg.norm(up)
    across = assets.THUMB - assets.WRIST
    across = unit(across - (across @ up) * up)
    axes = np.stack([across, up, np.cross(across, up)], 1)
    palm = assets.WRIST * 0.35 + assets.KNUCKLE * 0.65
    mirrored = np.array([float(side), 1.0, 1.0])
    if side < 0:
        triangles = triangles[:, [0, 2, 1]]
    return (a.assets.hand - palm) @ axes * mirrored, triangles, (assets.ELBOW - palm) @ axes * mirrored
