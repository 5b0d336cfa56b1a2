"""Makes a coarse mesh of four-cornered faces smooth: one step of Catmull and Clark (1978), as a matrix.

May know: meshes. Must not know: what they show.
As a matrix, because every person's and every expression's mesh takes the same step.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy.sparse as sparse

from .compiled import Wholes


class _Entries:
    """Entries of a sparse matrix, gathered one by one."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.values: list[float] = []

    def add(self, row: int, column: int, value: float) -> None:
        self.rows.append(row)
        self.columns.append(column)
        self.values.append(value)

    def matrix(self, rows: int, columns: int) -> sparse.csr_array:
        return sparse.csr_array((self.values, (self.rows, self.columns)), shape=(rows, columns))


def subdivide(faces: Wholes, count: int) -> tuple[sparse.csr_array, Wholes, Wholes]:
    """The matrix from ``count`` vertices to the finer mesh's, its faces (m, 4), and the coarse face of each.

    faces: (n, 4); a triangle repeats its last corner. The finer vertices are the coarse ones moved, then one for each
    edge, then one for each face.
    """
    edges: dict[tuple[int, int], int] = {}
    beside: list[list[int]] = []
    edge_of = np.full(faces.shape, -1)
    for face, corners in enumerate(faces.tolist()):
        for side in range(4):
            a, b = corners[side], corners[(side + 1) % 4]
            if a == b:
                continue
            edge = edges.setdefault((min(a, b), max(a, b)), len(edges))
            if edge == len(beside):
                beside.append([])
            beside[edge].append(face)
            edge_of[face, side] = edge
    ends = list(edges)
    middles = _face_points(faces, count)
    from_vertices, from_faces = _edge_points(ends, beside, count, len(faces))
    edge_points = from_vertices + from_faces @ middles
    from_vertices, from_faces = _moved_vertices(faces, ends, beside, count)
    matrix = sparse.csr_array(sparse.vstack([from_vertices + from_faces @ middles, edge_points, middles]))
    finer, parents = [], []
    for face, corners in enumerate(faces.tolist()):
        for side in range(4):
            after, before = edge_of[face, side], edge_of[face, side - 1]
            if after < 0:
                continue
            if before < 0:
                before = edge_of[face, side - 2]
            finer.append((corners[side], count + after, count + len(edges) + face, count + before))
            parents.append(face)
    return matrix, np.array(finer, np.int64), np.array(parents, np.int64)


def neighbours_mean(edges: Iterable[Wholes], count: int) -> sparse.csr_array:
    """The matrix that replaces each vertex by the mean of those at the other ends of its edges (n, 2)."""
    ends = np.concatenate(list(edges))
    both = sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
    linked = sparse.csr_array(((both + both.T) > 0).astype(np.float64))
    totals = np.maximum(np.asarray(linked.sum(1)).ravel(), 1)
    return sparse.csr_array(sparse.diags_array(1 / totals) @ linked)


def _face_points(faces: Wholes, count: int) -> sparse.csr_array:
    entries = _Entries()
    for face, corners in enumerate(faces.tolist()):
        distinct = set(corners)
        for vertex in distinct:
            entries.add(face, vertex, 1 / len(distinct))
    return entries.matrix(len(faces), count)


def _edge_points(
    ends: list[tuple[int, int]], beside: list[list[int]], count: int, faces: int
) -> tuple[sparse.csr_array, sparse.csr_array]:
    by_vertex, by_face = _Entries(), _Entries()
    for edge, (a, b) in enumerate(ends):
        inner = len(beside[edge]) == 2
        for vertex in (a, b):
            by_vertex.add(edge, vertex, 0.25 if inner else 0.5)
        for face in beside[edge] if inner else ():
            by_face.add(edge, face, 0.25)
    return by_vertex.matrix(len(ends), count), by_face.matrix(len(ends), faces)


def _moved_vertices(
    faces: Wholes, ends: list[tuple[int, int]], beside: list[list[int]], count: int
) -> tuple[sparse.csr_array, sparse.csr_array]:
    faces_at: list[list[int]] = [[] for _ in range(count)]
    edges_at: list[list[int]] = [[] for _ in range(count)]
    for face, corners in enumerate(faces.tolist()):
        for vertex in set(corners):
            faces_at[vertex].append(face)
    for edge, pair in enumerate(ends):
        for vertex in pair:
            edges_at[vertex].append(edge)
    by_vertex, by_face = _Entries(), _Entries()
    for vertex in range(count):
        border = [edge for edge in edges_at[vertex] if len(beside[edge]) != 2]
        if len(border) == 2:
            by_vertex.add(vertex, vertex, 0.75)
            for edge in border:
                by_vertex.add(vertex, sum(ends[edge]) - vertex, 0.125)
        elif border:
            by_vertex.add(vertex, vertex, 1.0)
        else:
            around = len(edges_at[vertex])
            by_vertex.add(vertex, vertex, (around - 3) / around)
            for face in faces_at[vertex]:
                by_face.add(vertex, face, 1 / around / len(faces_at[vertex]))
            for edge in edges_at[vertex]:
                for end in ends[edge]:
                    by_vertex.add(vertex, end, 1 / around**2)
    return by_vertex.matrix(count, count), by_face.matrix(count, len(faces))
