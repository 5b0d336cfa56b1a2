"""How much light reaches the camera from skin, cloth and hair: diffuse and mirrored, under many lights with shadow.

May know: directions, normals, shadow maps. Must not know: whose skin it is.
Surfaces mirror after Cook and Torrance with the GGX distribution (Walter et al. 2007); hair after Kajiya and Kay
(1989).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .compiled import Floats, Reals, compiled

#: Decimetres: a surface this little behind the shadow map is still lit.
SURFACE_BIAS = 0.045
#: How fast light fades with the depth of hair, per decimetre.
HAIR_DENSITY = 9.0


@dataclass(frozen=True, slots=True)
class Shadows:
    """Shadow maps of all lights around one person.

    directions, colours: (lights, 3) unit vectors towards the lights, and their linear rgb. right, up: (lights, 3) axes
    of each map. maps: (lights, r, r) depths. scale: map pixels a decimetre. centre: (3,) the middle of all maps.
    """

    directions: Reals
    colours: Reals
    right: Reals
    up: Reals
    maps: Floats
    scale: float
    centre: Reals


def shade_surface(
    shadows: Shadows, position: Reals, normal: Reals, view: Reals, wrap: Reals, rough: Reals, mirror: Reals
) -> tuple[Reals, Reals]:
    """Diffuse and mirrored light (n, 3) at n points; the diffuse part still lacks the surface's colour.

    wrap: how far light reaches round the terminator, 0 to 1. rough: 0 to 1. mirror: reflectance head on (0.02 to 0.05).
    """
    diffuse, mirrored = np.zeros_like(position), np.zeros_like(position)
    s = shadows
    _surface(
        np.ascontiguousarray(position - s.centre), np.ascontiguousarray(normal), view, s.directions, s.colours, s.right,
        s.up, s.scale, s.maps, wrap, rough, mirror, diffuse, mirrored,
    )  # fmt: skip
    return diffuse, mirrored


def shade_hair(shadows: Shadows, position: Reals, tangent: Reals, view: Reals) -> tuple[Reals, Reals]:
    """Diffuse and mirrored light (n, 3) at n points of strands with the given tangents."""
    diffuse, mirrored = np.zeros_like(position), np.zeros_like(position)
    s = shadows
    _hair(
        np.ascontiguousarray(position - s.centre), np.ascontiguousarray(tangent), np.ascontiguousarray(view),
        s.directions, s.colours, s.right, s.up, s.scale, s.maps, diffuse, mirrored,
    )  # fmt: skip
    return diffuse, mirrored


@compiled
def _surface(
    position: Reals, normal: Reals, view: Reals, lights: Reals, colours: Reals, right: Reals, up: Reals, scale: float,
    maps: Floats, wrap: Reals, rough: Reals, mirror: Reals, diffuse: Reals, mirrored: Reals,
) -> None:  # fmt: skip
    size = maps.shape[1]
    for i in range(position.shape[0]):
        nx, ny, nz = normal[i, 0], normal[i, 1], normal[i, 2]
        vx, vy, vz = view[i, 0], view[i, 1], view[i, 2]
        alpha = rough[i] ** 4
        geometry = (rough[i] + 1) * (rough[i] + 1) / 8
        facing = max(nx * vx + ny * vy + nz * vz, 0.05)
        # Moved out along the normal, so that a surface does not shade itself.
        qx, qy, qz = position[i, 0] + nx * 0.02, position[i, 1] + ny * 0.02, position[i, 2] + nz * 0.02
        for k in range(lights.shape[0]):
            lx, ly, lz = lights[k, 0], lights[k, 1], lights[k, 2]
            lit = nx * lx + ny * ly + nz * lz
            spread = (lit + wrap[i]) / (1 + wrap[i])
            if spread <= 0:
                continue
            u = (qx * right[k, 0] + qy * right[k, 1] + qz * right[k, 2]) * scale + size * 0.5 - 0.5
            v = (qx * up[k, 0] + qy * up[k, 1] + qz * up[k, 2]) * scale + size * 0.5 - 0.5
            z = -(qx * lx + qy * ly + qz * lz) - SURFACE_BIAS
            iu, iv = int(np.floor(u)), int(np.floor(v))
            seen = 1.0
            if 0 <= iu < size - 1 and 0 <= iv < size - 1:
                fu, fv = u - iu, v - iv
                s00 = 1.0 if maps[k, iv, iu] > z else 0.0
                s01 = 1.0 if maps[k, iv, iu + 1] > z else 0.0
                s10 = 1.0 if maps[k, iv + 1, iu] > z else 0.0
                s11 = 1.0 if maps[k, iv + 1, iu + 1] > z else 0.0
                seen = (s00 * (1 - fu) + s01 * fu) * (1 - fv) + (s10 * (1 - fu) + s11 * fu) * fv
            if seen <= 0:
                continue
            for c in range(3):
                diffuse[i, c] += spread * seen * colours[k, c]
            if lit <= 0:
                continue
            hx, hy, hz = lx + vx, ly + vy, lz + vz
            length = 1.0 / np.sqrt(hx * hx + hy * hy + hz * hz + 1e-9)
            hx, hy, hz = hx * length, hy * length, hz * length
            normal_half = max(nx * hx + ny * hy + nz * hz, 0.0)
            view_half = max(vx * hx + vy * hy + vz * hz, 0.0)
            below = normal_half * normal_half * (alpha - 1) + 1
            facets = alpha / (np.pi * below * below)
            fresnel = mirror[i] + (1 - mirror[i]) * (1 - view_half) ** 5
            hidden = 1.0 / ((facing * (1 - geometry) + geometry) * (lit * (1 - geometry) + geometry))
            # Bounded, because a few lights stand for a sky: a sharp glint of one of them would be a spot.
            shine = min(facets * fresnel * hidden * 0.25, 6.0) * lit * seen * np.pi * 0.5
            for c in range(3):
                mirrored[i, c] += shine * colours[k, c]


@compiled
def _hair(
    position: Reals, tangent: Reals, view: Reals, lights: Reals, colours: Reals, right: Reals, up: Reals, scale: float,
    maps: Floats, diffuse: Reals, mirrored: Reals,
) -> None:  # fmt: skip
    size = maps.shape[1]
    for i in range(position.shape[0]):
        px, py, pz = position[i, 0], position[i, 1], position[i, 2]
        tx, ty, tz = tangent[i, 0], tangent[i, 1], tangent[i, 2]
        along_view = tx * view[i, 0] + ty * view[i, 1] + tz * view[i, 2]
        across_view = np.sqrt(max(1 - along_view * along_view, 0.0))
        for k in range(lights.shape[0]):
            lx, ly, lz = lights[k, 0], lights[k, 1], lights[k, 2]
            u = int(np.floor((px * right[k, 0] + py * right[k, 1] + pz * right[k, 2]) * scale + size * 0.5))
            v = int(np.floor((px * up[k, 0] + py * up[k, 1] + pz * up[k, 2]) * scale + size * 0.5))
            seen = 1.0
            if 0 <= u < size and 0 <= v < size:
                deep = -(px * lx + py * ly + pz * lz) - maps[k, v, u] - 0.03
                if deep > 0:
                    seen = np.exp(-HAIR_DENSITY * deep)
            if seen < 0.02:
                continue
            along_light = tx * lx + ty * ly + tz * lz
            across_light = np.sqrt(max(1 - along_light * along_light, 0.0))
            for c in range(3):
                diffuse[i, c] += seen * (0.35 + 0.65 * across_light) * colours[k, c]
            shine = across_light * across_view - along_light * along_view
            if shine > 0:
                for c in range(3):
                    mirrored[i, c] += seen * shine**24 * across_light * colours[k, c]
