"""Brows and beards.

May know: a body and its identity. Must not know: light, cameras.
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from .anatomy import anatomy
from .body import Body
from .compiled import Reals, Wholes
from .hair_areas import beard_area, brow_line
from .strands import Follicles, Strands, vary_colour
from .vectors import along, smooth_step, unit

# Strands, and their length: the least, and how much one of the person's numbers adds (dm).
_BEARDS = {
    "stubble": (3000, 0.022, 0.0),
    "heavy stubble": (5500, 0.04, 0.0),
    "moustache": (1500, 0.10, 0.06),
    "goatee": (3000, 0.1, 0.12),
    "vandyke": (2200, 0.12, 0.15),
    "full": (9000, 0.22, 0.35),
    "short full": (8000, 0.08, 0.05),
    "chinstrap": (4500, 0.06, 0.0),
}


def brows(body: Body, follicles: Follicles, r: np.random.Generator) -> list[Strands]:
    """The strands of both brows."""
    a, who = anatomy(), body.identity
    brow = who.brow
    front = np.flatnonzero(a.body & (a.rest[:, 2] > 0.7) & (a.rest[:, 1] > 7.2) & (a.rest[:, 1] < 8.0))
    nearest = cKDTree(a.rest[front][:, :2])
    count = int(420 * brow.density + 160)
    made = []
    for side in (1, -1):
        t = r.random(count) ** 0.95
        x, y = brow_line(who, t)
        thickness = brow.thickness * (1 - brow.taper * smooth_step(0.45, 1, t)) * smooth_step(-0.08, 0.12, t)
        flat = np.stack([side * x, y + r.uniform(-1, 1, count) * thickness], 1)
        away, around = nearest.query(flat, k=4)
        share = 1 / (away + 0.003) ** 2
        share = (share / share.sum(1, keepdims=True))[:, :, None]
        vertices = front[around]
        places = (body.vertices[vertices] * share).sum(1)
        normals = unit((body.normals[vertices] * share).sum(1))
        lie = np.stack([side * (0.5 + 0.6 * t), 0.9 - 1.25 * t + 0.1 * r.normal(size=count), -0.25 * t], 1)
        direction = unit(along(lie, normals) + normals * 0.22 + r.normal(0, 0.1, (count, 3)))
        length = r.uniform(0.05, 0.1, count)[:, None, None]
        points = (places + normals * 0.006)[:, None] + direction[:, None] * np.linspace(0, 1, 4)[None, :, None] * length
        colours = vary_colour(r, count, who.brow_colour, 0.15, who.greying)
        rest = (a.rest[vertices] * share).sum(1)
        cover = 0.45 + 0.35 * brow.density
        made.append(Strands(points, colours, cover, follicles.anchors(points[:, 0]), rest, scalp=False))
    return made


def beard(body: Body, follicles: Follicles, r: np.random.Generator) -> list[Strands]:
    """The strands of the beard; none for those who have none."""
    a, who = anatomy(), body.identity
    if who.beard not in _BEARDS:
        return []
    count, least, more = _BEARDS[who.beard]

    def area(middles: Reals, triangles: Wholes) -> Reals:
        near_lips = (a.lips[triangles].max(1) >= 0.25) | (a.inside_mouth[triangles].max(1) >= 0.2)
        return np.where(near_lips | (a.ears[triangles].max(1) >= 0.3), 0.0, beard_area(who, middles))

    roots = follicles.draw_roots(r, area, count)
    if roots is None:
        return []
    outward = np.sign(roots.rest[:, 0]) * 0.6 * (roots.rest[:, 1] > 6.64)
    lie = np.array([0, -1.0, 0.15]) + np.stack([outward, 0 * outward, 0 * outward], 1)
    falling = along(lie, roots.normals)
    start = unit(falling + roots.normals * 0.45 + r.normal(0, 0.2, (count, 3)))
    lengths = (least + more * who.beard_numbers[1]) * r.uniform(0.6, 1.1, count)
    pulled = unit(falling + roots.normals * 0.2)
    points = follicles.grow(
        r, roots, start, lengths, 5, lambda _, __: pulled, lambda _: 0.008, curl=(0.15, 2.0), stiffness=0.75
    )
    colours = vary_colour(r, count, who.brow_colour * 0.5 + who.hair * 0.5, 0.25, who.greying)
    cover = 0.4 if who.beard == "stubble" else 0.7
    return [Strands(points, colours, cover, follicles.anchors(points[:, 0]), roots.rest, scalp=False)]
