"""Draws triangles and strands into buffers of pixels with depth, and computes the normals of meshes.

May know: projected points. Must not know: colours of skin, people, light.
Projected points are rows (x, y, depth): pixels right and down, then the distance from the camera in decimetres.
"""

from __future__ import annotations

import numpy as np

from .compiled import Floats, Reals, Wholes, compiled

#: Depth of a pixel that nothing covers.
FAR = 1e9


@compiled
def draw_triangles(
    points: Reals, triangles: Wholes, keep: Reals, first: int, depth: Reals, hit: Wholes, weights: Reals
) -> None:
    """Write each pixel's nearest triangle into ``depth`` (h, w), ``hit`` (its number plus ``first``) and ``weights``.

    keep: (n,) a value per vertex; where its interpolation is below zero, the triangle has a hole.
    weights: (h, w, 2) barycentric weights of the first two corners.
    """
    high, wide = depth.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        if keep[a] < 0 and keep[b] < 0 and keep[c] < 0:
            continue
        if points[a, 2] <= 0.1 or points[b, 2] <= 0.1 or points[c, 2] <= 0.1:
            continue
        ax, ay, bx, by, cx, cy = points[a, 0], points[a, 1], points[b, 0], points[b, 1], points[c, 0], points[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-9:
            continue
        left, right = max(0, int(np.ceil(min(ax, bx, cx) - 0.5))), min(wide - 1, int(np.floor(max(ax, bx, cx) - 0.5)))
        top, bottom = max(0, int(np.ceil(min(ay, by, cy) - 0.5))), min(high - 1, int(np.floor(max(ay, by, cy) - 0.5)))
        inverse = 1.0 / area
        for y in range(top, bottom + 1):
            py = y + 0.5
            for x in range(left, right + 1):
                px = x + 0.5
                u = ((bx - px) * (cy - py) - (by - py) * (cx - px)) * inverse
                v = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) * inverse
                w = 1.0 - u - v
                if u < -1e-7 or v < -1e-7 or w < -1e-7:
                    continue
                if u * keep[a] + v * keep[b] + w * keep[c] < 0:
                    continue
                z = u * points[a, 2] + v * points[b, 2] + w * points[c, 2]
                if z < depth[y, x]:
                    depth[y, x] = z
                    hit[y, x] = t + first
                    weights[y, x, 0] = u
                    weights[y, x, 1] = v


@compiled
def draw_depth(points: Reals, triangles: Wholes, depth: Floats) -> None:
    """Lower ``depth`` to the nearest triangle: a shadow map when the points are seen from a light."""
    high, wide = depth.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, bx, by, cx, cy = points[a, 0], points[a, 1], points[b, 0], points[b, 1], points[c, 0], points[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if abs(area) < 1e-9:
            continue
        left, right = max(0, int(np.ceil(min(ax, bx, cx) - 0.5))), min(wide - 1, int(np.floor(max(ax, bx, cx) - 0.5)))
        top, bottom = max(0, int(np.ceil(min(ay, by, cy) - 0.5))), min(high - 1, int(np.floor(max(ay, by, cy) - 0.5)))
        inverse = 1.0 / area
        for y in range(top, bottom + 1):
            py = y + 0.5
            for x in range(left, right + 1):
                px = x + 0.5
                u = ((bx - px) * (cy - py) - (by - py) * (cx - px)) * inverse
                v = ((cx - px) * (ay - py) - (cy - py) * (ax - px)) * inverse
                w = 1.0 - u - v
                if u < 0 or v < 0 or w < 0:
                    continue
                z = u * points[a, 2] + v * points[b, 2] + w * points[c, 2]
                if z < depth[y, x]:
                    depth[y, x] = z


@compiled
def draw_points(points: Reals, depth: Floats) -> None:
    """Lower ``depth`` at each point's pixel: strands of hair in a shadow map."""
    high, wide = depth.shape
    for i in range(points.shape[0]):
        x, y = int(points[i, 0]), int(points[i, 1])
        if 0 <= x < wide and 0 <= y < high and points[i, 2] < depth[y, x]:
            depth[y, x] = points[i, 2]


@compiled
def draw_strands(
    points: Reals, colours: Reals, length: int, cover: Reals, nearer: float, depth: Reals, rgb: Reals, alpha: Reals
) -> None:
    """Blend thin lines of ``length`` points each over ``rgb`` (h, w, 3), where nothing nearer is.

    cover: (strands,) 0 to 1, how much of a pixel a strand covers. nearer: decimetres by which strands are drawn nearer
    than they are, so that skin does not swallow them. Tips fade out.
    """
    high, wide = depth.shape
    for strand in range(cover.shape[0]):
        for k in range(length - 1):
            i = strand * length + k
            j = i + 1
            if points[i, 2] < 0.1 or points[j, 2] < 0.1:
                continue
            dx, dy = points[j, 0] - points[i, 0], points[j, 1] - points[i, 1]
            steps = int(max(abs(dx), abs(dy))) + 1
            if steps > 400:
                continue
            for step in range(steps):
                t = step / steps
                x, y = int(np.floor(points[i, 0] + dx * t)), int(np.floor(points[i, 1] + dy * t))
                if x < 0 or y < 0 or x >= wide or y >= high:
                    continue
                z = points[i, 2] + (points[j, 2] - points[i, 2]) * t - nearer
                if z < depth[y, x]:
                    a = cover[strand] * (1.0 if k < length - 2 else 1.0 - 0.6 * t)
                    if a > 0.6:
                        depth[y, x] = z
                    for c in range(3):
                        colour = colours[i, c] + (colours[j, c] - colours[i, c]) * t
                        rgb[y, x, c] += (colour - rgb[y, x, c]) * a
                    alpha[y, x] += (1 - alpha[y, x]) * a


@compiled
def interpolate(
    hit: Wholes, weights: Reals, triangles: Wholes, values: Reals, rows: Wholes, columns: Wholes, out: Reals
) -> None:
    """Values (n, k) of the vertices at the given pixels, into ``out`` (pixels, k)."""
    for i in range(rows.shape[0]):
        y, x = rows[i], columns[i]
        t = hit[y, x]
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        u, v = weights[y, x, 0], weights[y, x, 1]
        w = 1 - u - v
        for k in range(values.shape[1]):
            out[i, k] = u * values[a, k] + v * values[b, k] + w * values[c, k]


@compiled
def _add_normals(vertices: Reals, triangles: Wholes, normals: Reals) -> None:
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = vertices[b, 0] - vertices[a, 0], vertices[b, 1] - vertices[a, 1], vertices[b, 2] - vertices[a, 2]
        vx, vy, vz = vertices[c, 0] - vertices[a, 0], vertices[c, 1] - vertices[a, 1], vertices[c, 2] - vertices[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for k in (a, b, c):
            normals[k, 0] += nx
            normals[k, 1] += ny
            normals[k, 2] += nz
    for i in range(normals.shape[0]):
        size = np.sqrt(normals[i, 0] ** 2 + normals[i, 1] ** 2 + normals[i, 2] ** 2) + 1e-12
        normals[i, 0] /= size
        normals[i, 1] /= size
        normals[i, 2] /= size


def vertex_normals(vertices: Reals, triangles: Wholes) -> Reals:
    """Unit normals (n, 3), each the mean of its triangles' weighted by their areas."""
    normals = np.zeros_like(vertices)
    _add_normals(vertices, triangles, normals)
    return normals
