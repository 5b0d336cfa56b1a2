"""Where things are on the mesh at rest: head, face, eyes, lips, chest, arms; and how arms and chest are put right.

May know: the mesh. Must not know: how one person differs from another.
Regions are given in the rest shape's coordinates (decimetres): eyes at y 7.3, chin at 6.3, crown at 8.4, nose tip at
z 1.6, ears at z 0.3; x > 0 is the person's own left.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from . import assets
from .compiled import Flags, Reals, Wholes
from .vectors import smooth_step

_CACHE = Path(__file__).parents[2] / "build/people/mesh.npz"

#: Radius of an eyeball.
EYE_RADIUS = 0.14
#: Degrees from level to which hanging arms are turned down.
_ARMS_HANG = 76.0

Targets = dict[str, tuple[Wholes, Reals]]


@dataclass(frozen=True, slots=True)
class Anatomy:
    """The smooth mesh at rest (n vertices) and its regions; masks are 0 to 1 a vertex, flags are true or false.

    triangles: (t, 3) with the part of each (assets.BODY, …) in ``parts``. coarse_triangles: the same shape in fewer,
    for shadows. head: how far a vertex turns with the head. face: vertices of the face from hair line to chin.
    arm: how far a vertex turns with the hanging arm. chest: how far cloth smooths what is beneath.
    """

    assets: assets.Assets
    rest: Reals
    triangles: Wholes
    parts: Wholes
    coarse_triangles: Wholes
    lips: Reals
    ears: Reals
    lids: Reals
    inside_mouth: Reals
    body: Flags
    eyes: dict[int, Flags]
    eye_centres: dict[int, Reals]
    head: Reals
    face: Flags
    arm: Reals
    chest: Reals


@cache
def anatomy() -> Anatomy:
    """The one anatomy, read from the cache file or made from the installed mesh."""
    mesh = assets.load(_CACHE)
    rest = np.asarray(mesh.smooth @ mesh.coarse, np.float64)
    triangles, parts = _halved(mesh.finer), np.concatenate([mesh.finer_parts, mesh.finer_parts])
    part_of = np.zeros(len(rest), np.int64)
    for part in range(6):
        part_of[np.unique(triangles[parts == part])] = part
    body = part_of == assets.BODY
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    head = smooth_step(5.65, 6.4, y + 0.3 * (z - 0.2))
    head[~body] = 1
    eyes = {eye: part_of == eye for eye in (assets.LEFT_EYE, assets.RIGHT_EYE)}
    chest = 1 - smooth_step(4.7, 5.3, y)
    chest *= body * (1 - smooth_step(1.15, 1.5, x)) * smooth_step(1.8, 2.3, y) * (z > -0.1)
    coarse = _halved(mesh.faces)[np.concatenate([mesh.parts, mesh.parts]) != assets.LASHES]
    return Anatomy(
        assets=mesh,
        rest=rest,
        triangles=triangles,
        parts=parts,
        coarse_triangles=coarse,
        lips=mesh.masks["lips"],
        ears=mesh.masks["ears"],
        lids=mesh.masks["eyelids"],
        inside_mouth=mesh.masks["inside-mouth"],
        body=body,
        eyes=eyes,
        eye_centres={eye: _eye_centre(rest[here]) for eye, here in eyes.items()},
        head=head,
        face=body & (head > 0.99) & (z > 0.15) & (y > 6.15) & (y < 7.85),
        arm=smooth_step(1.25, 2.0, x) * body * (y < 6.2),
        chest=chest,
    )


def with_arms_down(vertices: Reals) -> Reals:
    """The vertices with both arms turned from how the mesh holds them to hanging."""
    a = anatomy()
    rest, width = a.rest, np.abs(a.rest[:, 0])
    shoulder = a.body & (width > 1.35) & (width < 1.75) & (rest[:, 1] > 4.3)
    elbow = a.body & (width > 3.2) & (width < 3.5)
    out = width[elbow].mean() - width[shoulder].mean()
    down = rest[shoulder][:, 1].mean() - rest[elbow][:, 1].mean()
    more = np.radians(_ARMS_HANG) - np.arctan2(down, out)
    moved = vertices.copy()
    for side in (1, -1):
        here = np.flatnonzero((a.arm > 0) & (np.sign(rest[:, 0]) == side))
        pivot = vertices[shoulder & (np.sign(rest[:, 0]) == side)].mean(0)
        angle = -side * more * a.arm[here]
        dx, dy = (vertices[here, :2] - pivot[:2]).T
        moved[here, 0] = pivot[0] + dx * np.cos(angle) - dy * np.sin(angle)
        moved[here, 1] = pivot[1] + dx * np.sin(angle) + dy * np.cos(angle)
    return moved


def with_flat_chest(vertices: Reals, normals: Reals) -> Reals:
    """The vertices with the chest as cloth lies on it: a surface of low order through its front."""
    a = anatomy()
    rest, width = a.rest, np.abs(a.rest[:, 0])
    front = a.body & (width < 1.5) & (rest[:, 1] > 1.75) & (rest[:, 1] < 5.4) & (rest[:, 2] > 0.25)
    here = np.flatnonzero(front & (normals[:, 2] > 0.2))
    across, up = vertices[here, 0] / 1.5, (rest[here, 1] - 3.6) / 1.8
    terms = np.stack([across**i * up**j for i in (0, 2, 4) for j in range(4)], 1)
    bulge = np.hypot(width[here] - 0.75, rest[here, 1] - 4.2) < 0.75
    weight = np.where(bulge, 0.3, 1.0)
    fit = np.linalg.lstsq(terms * weight[:, None], vertices[here, 2] * weight, rcond=None)[0]
    share = a.chest[here] * smooth_step(0.2, 0.5, normals[here, 2])
    flat = vertices.copy()
    flat[here, 2] = vertices[here, 2] * (1 - share) + (terms @ fit + 0.04) * share
    return flat


def _halved(faces: Wholes) -> Wholes:
    return np.concatenate([faces[:, [0, 1, 2]], faces[:, [0, 2, 3]]]).astype(np.int64)


def _eye_centre(eyeball: Reals) -> Reals:
    low, high = eyeball.min(0), eyeball.max(0)
    return np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2] + EYE_RADIUS])
