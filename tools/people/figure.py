"""One person posed in space: body, clothes, props and hair as meshes and strands, ready to be drawn.

May know: bodies, poses. Must not know: pixels, light.
The world's axes are the camera's: x right, y up, z towards it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from . import assets
from .anatomy import anatomy
from .body import Body, build_body, expressed
from .clothes import Shirt
from .compiled import Reals, Wholes
from .facial_hair import beard, brows
from .hairstyles import scalp_hair
from .identity import draw_identity
from .props import Prop, Worn, make_props
from .rasterise import vertex_normals
from .strands import Follicles, Strands
from .vectors import smooth_step, turn_matrix, turn_partly, unit

#: What the camera looks at: the middle of the head, from between the eyes.
_TARGET = np.array([0.0, -0.28, -0.35])
# Skin below this height on the mesh at rest is always under cloth.
_BARE_FROM = 5.0


@dataclass(frozen=True, slots=True)
class Person:
    """A body and its hair: everything of a made-up person that lasts."""

    body: Body
    hair: list[Strands]


def make_person(seed: int) -> Person:
    """The person of this seed (about a second)."""
    body = build_body(draw_identity(seed))
    r = np.random.default_rng(seed * 7 + 1)
    follicles = Follicles(body)
    return Person(body, [*scalp_hair(body, follicles, r), *brows(body, follicles, r), *beard(body, follicles, r)])


@dataclass(frozen=True, slots=True)
class Pose:
    """How a person holds the head (degrees, as in ``turn_matrix``), the body, and the face.

    yaw, pitch, roll: of the head, in the world. body_yaw: of the body. expression: weights of face units.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    body_yaw: float = 0.0
    expression: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mesh:
    """vertices, normals: (n, 3) in the world. rest: (n, 3) on the mesh at rest. keep: (n,) below zero in holes."""

    vertices: Reals
    normals: Reals
    triangles: Wholes
    rest: Reals
    keep: Reals


@dataclass(frozen=True, slots=True)
class Lock:
    """Posed strands: points (n, m, 3) in the world."""

    points: Reals
    strands: Strands


@dataclass(frozen=True, slots=True)
class Figure:
    """A posed person. parts: which part each triangle of ``skin`` belongs to (assets.BODY, …).

    head: (3, 3) turns directions from the mesh at rest into the world, as the head is turned. target: (3,) the head's
    middle. casters: (n, 3) vertices that throw shadows, with the anatomy's coarse triangles.
    """

    person: Person
    skin: Mesh
    parts: Wholes
    cloth: Mesh
    shirt: Shirt
    props: list[tuple[Prop, Mesh]]
    locks: list[Lock]
    casters: Reals
    head: Reals
    target: Reals

    def face(self) -> Reals:
        """The points of the face from hair line to chin and from ear to ear (n, 3)."""
        return self.skin.vertices[anatomy().face]


def pose_figure(person: Person, pose: Pose, shirt: Shirt, worn: Worn) -> Figure:
    """The person in this pose, dressed."""
    a, body = anatomy(), person.body
    head_turn = turn_matrix(pose.yaw - pose.body_yaw, pose.pitch, pose.roll)
    body_turn = turn_matrix(pose.body_yaw)

    def posed(points: Reals, share: Reals) -> Reals:
        return np.asarray((turn_partly(points - body.pivot, head_turn, share) + body.pivot) @ body_turn.T)

    def with_head(points: Reals) -> Reals:
        return posed(points, np.ones(len(points)))

    own = expressed(body, pose.expression)
    vertices = posed(own, a.head)
    normals = vertex_normals(vertices, a.triangles)
    # Eyeballs and lips are drawn with a mouth that is open; a closed one hides teeth and tongue.
    parts_shown = [assets.BODY, assets.LEFT_EYE, assets.RIGHT_EYE, assets.LASHES]
    if pose.expression.get("jawOpen", 0) > 0.03:
        parts_shown += [assets.TEETH, assets.TONGUE]
    shown = np.isin(a.parts, parts_shown) & (a.rest[a.triangles][:, :, 1].max(1) > _BARE_FROM)
    skin = Mesh(vertices, normals, a.triangles[shown], a.rest, np.ones(len(vertices)))
    cloth, casters = _dress(body, vertices, normals, shirt, body_turn)
    props = []
    for prop in make_props(worn, body, own, shirt.colour):
        placed = with_head(prop.vertices)
        mesh = Mesh(
            placed, vertex_normals(placed, prop.triangles), prop.triangles, prop.vertices + body.origin, prop.keep
        )
        props.append((prop, mesh))
    locks = []
    for strands in person.hair:
        kept = strands
        if worn.hat is not None and strands.scalp:
            kept = _below(strands, worn.hat_line - 0.1)
        if not len(kept.points):
            continue
        points = kept.points + (own - body.vertices)[kept.anchors][:, None]
        share = smooth_step(-1.7, -1.0, points[..., 1] + 0.3 * (points[..., 2] + 0.9))
        locks.append(Lock(posed(points.reshape(-1, 3), share.ravel()).reshape(points.shape), kept))
    return Figure(
        person=person,
        skin=skin,
        parts=a.parts[shown],
        cloth=cloth,
        shirt=shirt,
        props=props,
        locks=locks,
        casters=casters,
        head=body_turn @ head_turn,
        target=with_head(_TARGET[None])[0],
    )


def _dress(body: Body, vertices: Reals, normals: Reals, shirt: Shirt, body_turn: Reals) -> tuple[Mesh, Reals]:
    """The shirt, and the vertices that throw shadows when it is worn."""
    a = anatomy()
    triangles = a.triangles[(a.parts == assets.BODY) & (a.rest[a.triangles][:, :, 1].max(1) < 6.3)]
    beneath, renumbered = np.unique(triangles, return_inverse=True)
    flat = np.where(a.chest[:, None] > 0, body.chest @ body_turn.T, vertices)
    flat_normals = vertex_normals(flat, a.triangles)
    share, rest = a.chest[beneath][:, None], a.rest[beneath]
    outward = unit(flat_normals[beneath] * share + normals[beneath] * (1 - share))
    creases = 0.012 * np.sin(rest[:, :1] * 9 + rest[:, 1:2] * 7)
    placed = flat[beneath] * share + vertices[beneath] * (1 - share) + outward * (0.05 + 0.10 * share + creases)
    return Mesh(placed, outward, renumbered.reshape(-1, 3), rest, shirt.keep(rest)), flat


def _below(strands: Strands, height: float) -> Strands:
    """The strands that root below a height on the mesh at rest: the others are under the hat."""
    # The hat's rim is lower behind, and so is what it leaves.
    low = strands.roots_rest[:, 1] < height - 0.28 * smooth_step(0.9, -0.6, strands.roots_rest[:, 2])
    return Strands(
        strands.points[low], strands.colours[low], strands.cover, strands.anchors[low], strands.roots_rest[low],
        strands.scalp,
    )  # fmt: skip
