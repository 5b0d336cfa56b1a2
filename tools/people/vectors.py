"""Small arithmetic on arrays of vectors: unit length, tangents, turning, smooth steps.

May know: numbers. Must not know: what they stand for.
Vectors are rows; x points to the picture's right, y up, z towards the camera; lengths are in decimetres.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .compiled import Reals


def smooth_step(start: float | Reals, end: float | Reals, x: Reals) -> Reals:
    """0 up to ``start``, 1 from ``end`` on, and a smooth cubic between."""
    t = np.clip((x - start) / (np.asarray(end) - start), 0.0, 1.0)
    return np.asarray(t * t * (3 - 2 * t), np.float64)


def unit(vectors: Reals) -> Reals:
    """The rows (…, 3) at length one; a row of zeros stays."""
    return np.asarray(vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-9), np.float64)


def along(vectors: Reals, normals: Reals) -> Reals:
    """The unit directions of the vectors within the planes that the unit ``normals`` stand on."""
    return unit(vectors - (vectors * normals).sum(-1, keepdims=True) * normals)


def turn_matrix(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Reals:
    """The (3, 3) matrix that turns columns by roll, then pitch, then yaw, in degrees.

    yaw > 0 turns a face to its own left (the picture's right); pitch < 0 lifts it; roll > 0 tilts it anticlockwise.
    """
    (cy, cp, cr), (sy, sp, sr) = np.cos(np.radians((yaw, pitch, roll))), np.sin(np.radians((yaw, pitch, roll)))
    about_y = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
    about_x = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    about_z = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
    return np.asarray(about_y @ about_x @ about_z, np.float64)


def turn_partly(points: Reals, matrix: Reals, shares: Reals) -> Reals:
    """Each point turned about the origin by its share (0 to 1) of the angle of ``matrix`` (Rodrigues' formula)."""
    cosine = float(np.clip((np.trace(matrix) - 1) / 2, -1, 1))
    angle = float(np.arccos(cosine))
    if angle < 1e-8:
        return points
    axis = np.array([matrix[2, 1] - matrix[1, 2], matrix[0, 2] - matrix[2, 0], matrix[1, 0] - matrix[0, 1]]) / (
        2 * np.sin(angle)
    )
    own = (angle * shares)[:, None]
    c, s = np.cos(own), np.sin(own)
    return np.asarray(points * c + np.cross(axis[None], points) * s + axis * (points @ axis)[:, None] * (1 - c))


def tube(path: npt.ArrayLike, radius: float, *, closed: bool, sides: int = 6) -> tuple[Reals, npt.NDArray[np.int64]]:
    """Vertices and triangles of a round tube along a path (n, 3)."""
    centre = np.asarray(path, np.float64)
    count = len(centre)
    forward = np.roll(centre, -1, 0) - np.roll(centre, 1, 0) if closed else np.gradient(centre, axis=0)
    forward = unit(forward)
    across = unit(np.cross(forward, np.broadcast_to([0.01, 0.02, 1.0], forward.shape)))
    up = np.cross(forward, across)
    angle = np.arange(sides) / sides * 2 * np.pi
    ring = across[:, None] * np.cos(angle)[None, :, None] + up[:, None] * np.sin(angle)[None, :, None]
    vertices = (centre[:, None] + radius * ring).reshape(-1, 3)
    triangles = []
    for here in range(count if closed else count - 1):
        there = (here + 1) % count
        for side in range(sides):
            following = (side + 1) % sides
            a, b = here * sides + side, here * sides + following
            c, d = there * sides + side, there * sides + following
            triangles += [(a, b, d), (a, d, c)]
    return vertices, np.array(triangles, np.int64)
