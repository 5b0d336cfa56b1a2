"""A person's mesh: the smooth shape that their identity and an expression give.

May know: targets and their weights. Must not know: colours, hair, light.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .anatomy import anatomy, with_arms_down, with_flat_chest
from .compiled import Reals, Wholes
from .identity import Identity
from .rasterise import vertex_normals


@dataclass(frozen=True, slots=True)
class Body:
    """A person without expression, the middle between the eyes at the origin, just behind the skin.

    vertices, normals: (n, 3). chest: the vertices with a chest as under cloth. origin: where it was on the mesh at
    rest. pivot: where the head turns on the neck. scalp: numbers of the vertices that hair is kept away from.
    """

    identity: Identity
    vertices: Reals
    normals: Reals
    chest: Reals
    origin: Reals
    pivot: Reals
    scalp: Wholes


def build_body(identity: Identity) -> Body:
    a = anatomy()
    rest = a.rest
    shaped = _shape(identity, {})
    origin = np.mean([shaped[eye].mean(0) for eye in a.eyes.values()], 0)
    bridge = a.body & (np.abs(rest[:, 0]) < 0.1) & (rest[:, 1] > 7.2) & (rest[:, 1] < 7.35)
    origin[2] = shaped[bridge, 2].max() - 0.1
    vertices = shaped - origin
    normals = vertex_normals(vertices, a.triangles)
    nape = a.body & (rest[:, 1] > 6.25) & (rest[:, 1] < 6.6) & (rest[:, 2] < 0.55)
    return Body(
        identity=identity,
        vertices=vertices,
        normals=normals,
        chest=with_flat_chest(vertices, normals),
        origin=origin,
        pivot=vertices[nape].mean(0),
        scalp=np.flatnonzero(a.body & (a.inside_mouth < 0.3) & (rest[:, 1] > 4.2)),
    )


def expressed(body: Body, expression: Mapping[str, float]) -> Reals:
    """The body's vertices with the expression: weights of face units by name."""
    return _shape(body.identity, expression) - body.origin if expression else body.vertices.copy()


def _shape(identity: Identity, expression: Mapping[str, float]) -> Reals:
    a = anatomy()
    coarse = a.assets.coarse.copy()

    def move(name: str, weight: float) -> None:
        if weight > 1e-4:
            vertices, shifts = a.assets.targets[name]
            coarse[vertices] += weight * shifts

    origins = dict(zip(("african", "asian", "caucasian"), identity.mixture.tolist(), strict=True))
    for gender, of_gender in (("male", identity.gender), ("female", 1 - identity.gender)):
        for age, of_age in (("old", identity.age), ("young", 1 - identity.age)):
            for origin, of_origin in origins.items():
                move(f"macro/{origin}-{gender}-{age}", of_gender * of_age * of_origin)
            for muscle, of_muscle in _steps(identity.muscle, "muscle").items():
                for size, of_size in _steps(identity.weight, "weight").items():
                    share = of_gender * of_age * of_muscle * of_size
                    move(f"macro/universal-{gender}-{age}-{muscle}-{size}", share)
    for name, weight in identity.targets.items():
        move(name, weight)
    for name, weight in expression.items():
        move(f"unit/{name}", weight)
    return with_arms_down(np.asarray(a.assets.smooth @ coarse, np.float64))


def _steps(value: float, word: str) -> dict[str, float]:
    """Shares of the three targets min, average, max at ``value``, 0 to 1."""
    return {
        f"min{word}": max(0.0, 1 - 2 * value),
        f"average{word}": 1 - abs(2 * value - 1),
        f"max{word}": max(0.0, 2 * value - 1),
    }
