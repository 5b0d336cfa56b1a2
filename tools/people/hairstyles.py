"""Scalp hair in some twenty styles.

May know: a body and its identity. Must not know: light, cameras.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from .anatomy import anatomy
from .body import Body
from .compiled import Flags, Reals, Wholes
from .hair_areas import above_hairline
from .strands import Follicles, Pull, Roots, Strands, vary_colour
from .vectors import along, smooth_step, unit

_COUNTS = {
    "buzz": 14000, "crew": 14000, "afro": 16000, "curly": 13000, "long": 11000, "wavy": 11000, "bob": 11000,
    "fringe": 11000, "long parted": 11000,
}  # fmt: skip
_PARTED = ("side", "short", "bob", "long parted", "long", "wavy", "pixie")
_KEPT_OFF_FACE = (
    "long", "long parted", "wavy", "bob", "curly", "pixie", "fringe", "messy", "short", "back",
)  # fmt: skip
_DOWN = np.array([0.0, -1.0, 0.0])


@dataclass(frozen=True, slots=True)
class _Combing:
    """Directions at the roots: away from the parting, from the crown; clumps; jitter; how far on the head's side."""

    away: Reals
    from_crown: Reals
    clump: Reals
    jitter: Reals
    side: Reals


def scalp_hair(body: Body, follicles: Follicles, r: np.random.Generator) -> list[Strands]:
    """The strands on the scalp; none on a bald one."""
    who = body.identity
    if who.style == "bald":
        return []

    def scalp(middles: Reals, triangles: Wholes) -> Reals:
        allowed = (anatomy().ears[triangles].max(1) < 0.35) & (middles[:, 1] > 6.3)
        return np.where(allowed, smooth_step(-0.05, 0.06, above_hairline(who, middles)), 0.0)

    roots = follicles.draw_roots(r, scalp, _COUNTS.get(who.style, 12000))
    if roots is None:
        return []
    comb = _comb(body, roots, r)
    knot: list[Strands] = []
    if who.style in ("buzz", "crew", "horseshoe", "receding"):
        points = _cropped(body, follicles, roots, comb, r)
    elif who.style == "afro":
        points = _afro(body, follicles, roots, comb, r)
    elif who.style in ("short", "side", "pixie", "messy", "back"):
        points = _short(body, follicles, roots, comb, r)
    elif who.style == "curly":
        points = _curly(body, follicles, roots, comb, r)
    elif who.style == "bun":
        points, knot = _bun(body, follicles, roots, comb, r)
    else:
        points = _long(body, follicles, roots, comb, r)
    if who.style in _KEPT_OFF_FACE:
        points = _off_the_face(body, points)
    colours = vary_colour(r, len(points), who.hair, 0.22, who.greying)
    return [*knot, Strands(points, colours, 0.9, follicles.anchors(points[:, 0]), roots.rest, scalp=True)]


def _comb(body: Body, roots: Roots, r: np.random.Generator) -> _Combing:
    who, places, rest = body.identity, roots.places, roots.rest
    count = len(places)
    parting = (who.style_numbers[3] - 0.5) * 0.9 * (1 if who.style in _PARTED else 0.3)
    if who.style == "long parted":
        parting = 0.0
    line = np.stack([np.full(count, parting), np.full(count, 8.6), np.clip(rest[:, 2], -0.25, 0.9)], 1)
    line[:, 1:] -= body.origin[1:]
    crown = np.array([0, 8.5, -0.45]) - body.origin
    r.integers(0, 500, count)  # keeps the draws that follow, and so the people of the demo, as they are
    pulls = r.normal(0, 1, (500, 3))
    clump = pulls[cKDTree(places[r.choice(count, 500, replace=count < 500)]).query(places)[1]]
    out = np.abs(rest[:, 0]) + 0.25 * (rest[:, 1] < 7.7) + np.clip(-rest[:, 2], 0, 1) * 0.25
    return _Combing(
        away=along(places - line, roots.normals),
        from_crown=along(places - crown, roots.normals),
        clump=clump,
        jitter=r.normal(0, 1, (count, 3)),
        side=smooth_step(0.45, 0.75, out)[:, None],
    )


def _cropped(body: Body, follicles: Follicles, roots: Roots, comb: _Combing, r: np.random.Generator) -> Reals:
    buzz, number = body.identity.style == "buzz", body.identity.style_numbers[4]
    length = 0.05 + 0.07 * number if buzz else 0.15 + 0.15 * number
    lengths = length * (1 - 0.5 * comb.side[:, 0]) * r.uniform(0.7, 1.2, len(comb.side))
    start = unit(roots.normals * (0.9 if buzz else 0.5) + comb.from_crown * 0.6 + comb.jitter * 0.18)
    return follicles.grow(r, roots, start, lengths, 4, lambda _, __: comb.from_crown, lambda _: 0.01)


def _afro(body: Body, follicles: Follicles, roots: Roots, comb: _Combing, r: np.random.Generator) -> Reals:
    lengths = (0.35 + 0.75 * body.identity.style_numbers[4]) * r.uniform(0.6, 1.05, len(comb.side))
    outward = unit(roots.places - (np.array([0, 7.7, 0]) - body.origin))
    start = unit(roots.normals + outward * 0.8 + comb.jitter * 0.25)

    def pull(_: Reals, __: float) -> Reals:
        return start + comb.jitter * 0.2

    return follicles.grow(r, roots, start, lengths, 8, pull, lambda _: 0.01, curl=(0.75, 5.0), stiffness=0.6)


def _short(body: Body, follicles: Follicles, roots: Roots, comb: _Combing, r: np.random.Generator) -> Reals:
    style, numbers = body.identity.style, body.identity.style_numbers
    length = (0.35 + 0.4 * numbers[4]) * (1.25 if style == "pixie" else 1)
    shorter = 0.55 * comb.side[:, 0] * (style != "pixie")
    lengths = length * (1 - shorter) * r.uniform(0.65, 1.1, len(comb.side))
    if style == "back":
        combed, lift = along(np.array([[0, 0.1, -1.0]]) + comb.jitter * 0.05, roots.normals), 0.5 * numbers[5]
    elif style == "messy":
        combed, lift = along(comb.from_crown + comb.clump * 0.9, roots.normals), 0.6
    elif style == "side":
        combed, lift = comb.away, 0.15 + 0.3 * numbers[5]
    else:
        combed, lift = along(comb.from_crown * 0.8 + comb.away * 0.7, roots.normals), 0.25
    falling = along(np.broadcast_to([0, -1, -0.25], roots.normals.shape), roots.normals)
    combed = unit(combed * (1 - comb.side) + falling * comb.side)
    lifted = lift * (1 - comb.side)
    start = unit(roots.normals * (lifted + 0.15) + combed + comb.jitter * 0.12 + comb.clump * 0.1)
    pulled = unit(combed + _DOWN * 0.15 + comb.clump * 0.15)
    return follicles.grow(
        r, roots, start, lengths, 7, lambda _, __: pulled, lambda t: 0.02 + 0.05 * lift * t, stiffness=0.7
    )


def _curly(body: Body, follicles: Follicles, roots: Roots, comb: _Combing, r: np.random.Generator) -> Reals:
    who, rest = body.identity, roots.rest
    numbers = who.style_numbers
    length = 0.45 + 0.5 * numbers[4] + (1.2 * numbers[6] if who.female else 0)
    forehead = (rest[:, 2] > 0.4) & (rest[:, 1] > 7.7)
    lengths = length * r.uniform(0.6, 1.1, len(rest)) * np.where(forehead, 0.62, 1)
    start = unit(roots.normals * 0.8 + comb.away * 0.5 + comb.clump * 0.3)

    def pull(x: Reals, t: float) -> Reals:
        low = x[:, 1] < 0.72
        outward = np.sign(x[:, 0]) * 1.8 * (x[:, 2] > -0.3) * low * (np.abs(x[:, 0]) < 0.85)
        back = -1.2 * (x[:, 2] > -0.4) * low
        return unit(comb.away * (1 - t) + _DOWN * t + np.stack([outward, 0 * outward, back], 1) + comb.clump * 0.3)

    curl = (0.55, 3 + 3 * numbers[7])
    return follicles.grow(r, roots, start, lengths, 12, pull, lambda t: 0.03 + 0.08 * t, curl=curl, stiffness=0.6)


def _bun(
    body: Body, follicles: Follicles, roots: Roots, comb: _Combing, r: np.random.Generator
) -> tuple[Reals, list[Strands]]:
    who = body.identity
    numbers = who.style_numbers
    knot = np.array([0, 8.25 + 0.35 * (numbers[5] - 0.5), -0.95]) - body.origin
    lengths = np.linalg.norm(knot - roots.places, axis=1) * 1.05
    start = unit(along(knot - roots.places, roots.normals) + comb.jitter * 0.03)
    points = follicles.grow(r, roots, start, lengths, 9, lambda x, _: unit(knot - x), lambda _: 0.025, stiffness=0.35)
    count = 2500
    middle, radius = knot + np.array([0, 0.08, -0.12]), 0.28 + 0.12 * numbers[6]
    outward = unit(r.normal(0, 1, (count, 3)))
    round_it = unit(np.cross(outward, unit(r.normal(0, 1, (count, 3)) + np.array([0, 0, 2.0]))))
    angle = np.linspace(0, 1.6, 6)[None, :, None]
    turns = outward[:, None] * np.cos(angle) + round_it[:, None] * np.sin(angle)
    wound = middle + radius * turns * r.uniform(0.85, 1.02, (count, 1, 1))
    colours = vary_colour(r, count, who.hair, 0.3, who.greying)
    rest = wound[:, 0] + body.origin
    return points, [Strands(wound, colours, 0.8, follicles.anchors(wound[:, 0]), rest, scalp=True)]


def _long(body: Body, follicles: Follicles, roots: Roots, comb: _Combing, r: np.random.Generator) -> Reals:
    style, numbers, rest = body.identity.style, body.identity.style_numbers, roots.rest
    tips = {"bob": 6.35, "fringe": 6.2 + 0.5 * numbers[4] - 0.6 * numbers[5]}.get(style, 5.6 - 1.2 * numbers[4])
    height = roots.places[:, 1]
    lengths = np.clip((height - tips + body.origin[1]) * 1.02 + 0.25, 0.3, 4) * r.uniform(0.93, 1.04, len(rest))
    front = smooth_step(0.15, 0.7, rest[:, 2])[:, None]
    swept = along(comb.away + np.array([0, 0.0, -0.45]) * front, roots.normals)
    start = unit(swept + roots.normals * 0.12 + comb.jitter * 0.04)
    fringe = np.zeros(len(rest), bool)
    if style == "fringe":
        fringe = (rest[:, 2] > 0.55) & (np.abs(rest[:, 0]) < 0.62) & (rest[:, 1] > 7.8)
        drop = (height[fringe] - (7.68 + 0.15 * numbers[6] - body.origin[1])) * 0.95
        forward = np.clip(1.1 - rest[fringe, 2], 0, 1) * 0.75
        lengths[fringe] = (drop + forward) * r.uniform(0.85, 1.1, int(fringe.sum())) + 0.05
        spread = roots.places[fringe] * [0.3, 0, 0]
        start[fringe] = unit(np.array([0, -0.1, 1.0]) + comb.jitter[fringe] * 0.05 + spread)
    curl = {"wavy": (0.22 + 0.2 * numbers[7], 2 + 3 * numbers[8]), "long parted": (0.02, 1.0)}.get(style, (0.05, 1.5))
    return follicles.grow(
        r, roots, start, lengths, 14, _falling(comb, swept, fringe),
        lambda t: 0.03 + 0.05 * min(t * 3, 1) * (0.5 + numbers[9]), curl=curl, stiffness=0.62,
    )  # fmt: skip


def _falling(comb: _Combing, swept: Reals, fringe: Flags) -> Pull:
    """Hair falls, and goes round the face rather than over it; a fringe falls over the forehead."""

    def pull(x: Reals, t: float) -> Reals:
        face = np.where((x[:, 2] > -0.55) & (x[:, 1] < 0.62) & ~fringe, 1.0, 0.0)
        inner = face * (x[:, 2] > -0.25) * (1 - smooth_step(0.72, 0.9, np.abs(x[:, 0])))
        force = np.stack([np.sign(x[:, 0]) * (face * 0.1 + inner * 1.5), -1 + 0.5 * inner, -face * 0.7 - inner], 1)
        force = force + comb.clump * 0.06
        if t < 0.14:
            force = np.where(fringe[:, None], force, swept * 1.2 + force * 0.5)
        force[fringe] += np.array([0, 0, 1.3]) * (x[fringe, 1:2] > 0.62)
        return unit(force)

    return pull


def _off_the_face(body: Body, points: Reals) -> Reals:
    """The strands ended where they would enter the face."""
    a, numbers = anatomy(), body.identity.style_numbers
    at_eyes = (np.abs(a.rest[:, 2] - 0.5) < 0.15) & (np.abs(a.rest[:, 1] - 7.3) < 0.15)
    half_width = np.abs(body.vertices[a.body & at_eyes & (a.ears < 0.2), 0]).max()
    inside = (
        (np.abs(points[..., 0]) < half_width * (0.93 - 0.1 * numbers[10]))
        & (points[..., 1] < 0.20 + 0.16 * numbers[11])
        & (points[..., 2] > -0.75)
    )
    ended = np.cumsum(inside, 1) > 0
    for k in range(1, points.shape[1]):
        points[ended[:, k], k] = points[ended[:, k], k - 1]
    return points
