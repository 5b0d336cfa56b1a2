"""Strands of hair: where they root in the skin, and how they grow under pull, curl and the head in their way.

May know: a body, directions. Must not know: styles, light.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from . import assets
from .anatomy import anatomy
from .body import Body
from .compiled import Reals, Wholes
from .vectors import unit

#: Directions (n, 3) that pull the strands' points (n, 3) at the share t, 0 (root) to 1 (tip), of their length.
Pull = Callable[[Reals, float], Reals]
Area = Callable[[Reals, Wholes], Reals]


@dataclass(frozen=True, slots=True)
class Roots:
    """Where n strands begin: place, the skin's normal there, and the place on the mesh at rest; each (n, 3)."""

    places: Reals
    normals: Reals
    rest: Reals


@dataclass(frozen=True, slots=True)
class Strands:
    """Strands of one kind: points (n, m, 3), colours (n, 3), ``cover`` of a pixel (0 to 1) in close view.

    anchors: (n,) the body vertex that each moves with. scalp: whether these grow on the scalp. roots_rest: (n, 3).
    """

    points: Reals
    colours: Reals
    cover: float
    anchors: Wholes
    roots_rest: Reals
    scalp: bool


class Follicles:
    """Grows strands on one body."""

    def __init__(self, body: Body) -> None:
        a = anatomy()
        self._body = body
        self._scalp = cKDTree(body.vertices[body.scalp])
        self._skin_vertices = np.flatnonzero(a.body)
        self._skin = cKDTree(body.vertices[self._skin_vertices])

    def anchors(self, places: Reals) -> Wholes:
        """The body vertex next to each place (n, 3)."""
        return np.asarray(self._skin_vertices[self._skin.query(places)[1]], np.int64)

    def draw_roots(self, r: np.random.Generator, area: Area, count: int) -> Roots | None:
        """``count`` places on the skin, as dense as ``area`` (of triangle middles at rest and triangles) says.

        None where the area is empty.
        """
        a, body = anatomy(), self._body
        corners = body.vertices[a.triangles]
        sizes = np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1) / 2
        weights = sizes * area(a.rest[a.triangles].mean(1), a.triangles) * (a.parts == assets.BODY)
        if weights.sum() <= 1e-9:
            return None
        chosen = a.triangles[r.choice(len(weights), count, p=weights / weights.sum())]
        share = r.random((count, 2))
        outside = share.sum(1) > 1
        share[outside] = 1 - share[outside]
        mix = np.stack([1 - share.sum(1), share[:, 0], share[:, 1]], 1)[:, :, None]
        return Roots(
            (body.vertices[chosen] * mix).sum(1), (body.normals[chosen] * mix).sum(1), (a.rest[chosen] * mix).sum(1)
        )

    def grow(
        self,
        r: np.random.Generator,
        roots: Roots,
        start: Reals,
        lengths: Reals,
        count: int,
        pull: Pull,
        clearance: Callable[[float], float],
        *,
        curl: tuple[float, float] = (0.0, 1.0),
        stiffness: float = 0.75,
    ) -> Reals:
        """Strands of ``count`` points (n, count, 3).

        start: (n, 3) first directions. lengths: (n,) dm. clearance: dm that points keep from the skin, at the share t.
        curl: its strength and its turns over the length. stiffness: 0 to 1, how much of its direction a strand keeps.
        """
        body = self._body
        points = np.zeros((len(start), count, 3))
        points[:, 0] = roots.places + roots.normals * 0.005
        direction = start.copy()
        phase = r.random((len(start), 1)) * 6.28
        step = (lengths / (count - 1))[:, None]
        for k in range(1, count):
            t = k / (count - 1)
            direction = direction * stiffness + pull(points[:, k - 1], t) * (1 - stiffness)
            if curl[0] > 0:
                angle = phase + curl[1] * 6.28 * t
                wave = np.concatenate([np.sin(angle), 0.4 * np.sin(angle * 1.3 + 1), np.cos(angle)], 1)
                direction = direction + curl[0] * wave
            direction = unit(direction)
            moved = points[:, k - 1] + direction * step
            away, nearest = self._scalp.query(moved)
            vertex = body.scalp[nearest]
            height = ((moved - body.vertices[vertex]) * body.normals[vertex]).sum(1)
            lift = np.where((height < clearance(t)) & (away < 0.6), clearance(t) - height, 0)
            points[:, k] = moved + body.normals[vertex] * lift[:, None]
        return points


def vary_colour(r: np.random.Generator, count: int, base: Reals, spread: float, greying: float) -> Reals:
    """Colours (n, 3) of single hairs round a base colour, some of them grey."""
    colours = base[None] * np.exp(r.normal(0, spread, (count, 1))) * (1 + r.normal(0, 0.03, (count, 3)))
    grey = r.random(count) < greying
    shade = np.array([0.36, 0.35, 0.34]) * np.exp(r.normal(0, 0.15, (int(grey.sum()), 1)))
    colours[grey] = colours[grey] * 0.45 + 0.55 * shade
    return np.asarray(colours, np.float64)
