"""Draws one figure under a light into a layer of pixels, and counts how much of the face props hide.

May know: figures, light, cameras. Must not know: pictures of several people.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from . import assets, materials
from .anatomy import anatomy
from .camera import Camera
from .compiled import Flags, Floats, Reals, Wholes
from .figure import Figure, Lock
from .hair_areas import above_hairline
from .light import Light
from .materials import Surface
from .noise import noise
from .rasterise import FAR, draw_depth, draw_points, draw_strands, draw_triangles, interpolate
from .shading import Shadows, shade_hair, shade_surface
from .vectors import unit

# What a pixel shows besides the parts of the body; props count on from the last.
_CLOTH, _PROP = 6, 7

# Shadow maps: their side in pixels, and in decimetres around the head.
_MAP_SIDE, _MAP_REACH = 144, 5.4
# Light that everything sends back on everything, as a share of all.
_BOUNCE = 0.035
# How far light spreads beneath the skin, for red, green, blue (dm), and how much of it does.
_SPREAD, _SPREAD_SHARE = (0.030, 0.014, 0.008), 0.85
# A hair is this thick (dm), and this much nearer than it is, so that skin does not swallow it.
_HAIR_WIDTH, _HAIR_NEARER = 0.0094, 0.02
# Below this many pixels a decimetre fewer but thicker hairs look the same.
_ALL_HAIR_FROM = 90.0


@dataclass(frozen=True, slots=True)
class Layer:
    """A drawn figure, from (left, top) of the picture on.

    rgb: (h, w, 3) linear, times alpha. alpha: (h, w) 0 to 1. face: (h, w) the face's cover if no prop hid it; seen:
    what of it no prop hides. hidden: share of the face that each kind of prop hides, 0 to 1. box: left, top, right,
    bottom of the whole face in pixels, hidden or outside the picture too. brightness: median luminance of the skin.
    """

    left: int
    top: int
    rgb: Floats
    alpha: Floats
    face: Floats
    seen: Floats
    box: tuple[float, float, float, float]
    brightness: float
    hidden: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Buffers:
    depth: Reals
    hit: Wholes
    weights: Reals


@dataclass(frozen=True, slots=True)
class _Pixels:
    """The covered pixels: row, column, what each shows, and there position, normal, place at rest, masks."""

    rows: Wholes
    columns: Wholes
    shows: Wholes
    position: Reals
    normal: Reals
    rest: Reals
    masks: Reals


def draw_figure(
    figure: Figure, camera: Camera, light: Light, size: tuple[int, int], *, samples: int = 2, gaze: Reals | None = None
) -> Layer:
    """The figure as a layer of a picture of ``size`` (wide, high).

    The layer ends at the picture's edge, but for the face, which is drawn whole. samples: a pixel is the mean of this
    many squared. gaze: direction in the world in which the eyes look, else at the camera.
    """
    left, top, right, bottom, box = _extent(figure, camera, size)
    wide, high = (right - left) * samples, (bottom - top) * samples
    near = camera.enlarged(samples, left, top)
    buffers = _Buffers(np.full((high, wide), FAR), np.full((high, wide), -1, np.int64), np.zeros((high, wide, 2)))
    triangles, values, shows = _gather(figure)
    face, seen, hidden = _draw_meshes(figure, near, buffers)
    pixels = _look_up(buffers, triangles, values, shows)
    surface = _materials(figure, pixels, camera, gaze)
    normal = _with_relief(pixels, surface, camera, near.scale, (high, wide))
    shadows = _cast_shadows(figure, light.tilted(camera.tilt))
    view = unit(camera.position - pixels.position)
    diffuse, mirrored = shade_surface(
        shadows, pixels.position, normal, view, surface.wrap, surface.rough, surface.mirror
    )
    diffuse += shadows.colours.sum(0) * _BOUNCE
    is_skin = pixels.shows == assets.BODY
    _scatter(diffuse, pixels, is_skin, near.scale, (high, wide))
    glints = np.ones(len(pixels.rows))
    glints[is_skin] = 0.75 * (1 - 0.3 * surface.pores[is_skin])
    colour = surface.colour * diffuse + mirrored * glints[:, None]
    rgb, alpha = np.zeros((high, wide, 3)), np.zeros((high, wide))
    rgb[pixels.rows, pixels.columns] = colour
    alpha[pixels.rows, pixels.columns] = 1
    _draw_lashes(figure, near, buffers, rgb)
    for lock in figure.locks:
        _draw_lock(lock, near, shadows, buffers.depth, rgb, alpha)
    front = is_skin & (pixels.rest[:, 2] > 0.9) & (pixels.rest[:, 1] > 6.2) & (pixels.rest[:, 1] < 8)
    luminance = colour[front] @ np.array([0.3, 0.6, 0.1])
    return Layer(
        left=left,
        top=top,
        rgb=_reduced(rgb * alpha[..., None], samples),
        alpha=_reduced(alpha, samples),
        face=_reduced(face, samples),
        seen=_reduced(seen, samples),
        box=box,
        brightness=float(np.median(luminance)) if len(luminance) else 0.3,
        hidden=hidden,
    )


def _extent(
    figure: Figure, camera: Camera, size: tuple[int, int]
) -> tuple[int, int, int, int, tuple[float, float, float, float]]:
    """The layer's edges in pixels of the picture, and the face's box."""
    points = [figure.skin.vertices, figure.cloth.vertices]
    points += [mesh.vertices for _, mesh in figure.props] + [lock.points.reshape(-1, 3) for lock in figure.locks]
    seen = camera.project(np.concatenate(points))
    low = np.maximum(seen[:, :2].min(0) - 2, 0)
    high = np.minimum(seen[:, :2].max(0) + 2, size)
    face = camera.project(figure.face())[:, :2]
    face_low, face_high = face.min(0), face.max(0)
    low, high = np.minimum(low, face_low - 2), np.maximum(high, face_high + 2)
    left, top = np.floor(low).astype(int).tolist()
    right, bottom = np.ceil(high).astype(int).tolist()
    return left, top, right, bottom, (*face_low.tolist(), *face_high.tolist())


def _gather(figure: Figure) -> tuple[Wholes, Reals, Wholes]:
    """All triangles but the lashes', values of their vertices (position, normal, rest, masks), what each shows."""
    a = anatomy()
    solid = figure.parts != assets.LASHES
    masks = np.stack([a.lips, a.ears, a.lids, a.inside_mouth], 1)
    meshes = [figure.skin, figure.cloth, *(mesh for _, mesh in figure.props)]
    triangles, values, shows, start = [], [], [], 0
    for number, mesh in enumerate(meshes):
        own = mesh.triangles[solid] if number == 0 else mesh.triangles
        own_masks = masks if number == 0 else np.zeros((len(mesh.vertices), 4))
        triangles.append(own + start)
        values.append(np.concatenate([mesh.vertices, mesh.normals, mesh.rest, own_masks], 1))
        shows.append(figure.parts[solid] if number == 0 else np.full(len(own), _CLOTH + number - 1))
        start += len(mesh.vertices)
    return np.concatenate(triangles), np.concatenate(values), np.concatenate(shows)


def _draw_meshes(figure: Figure, camera: Camera, buffers: _Buffers) -> tuple[Floats, Floats, dict[str, float]]:
    """Draw body and props, nearest to the face first; the face's cover before and after them, and what each hid."""
    a = anatomy()
    solid = figure.parts != assets.LASHES
    own = figure.skin.triangles[solid]
    bare = a.face & (above_hairline(figure.person.body.identity, a.rest) < 0.02)
    of_face = np.append((bare | ~a.body)[own].all(1), False)
    first = 0
    for mesh, triangles in ((figure.skin, own), (figure.cloth, figure.cloth.triangles)):
        _draw(camera, mesh.vertices, triangles, mesh.keep, first, buffers)
        first += len(triangles)

    before = of_face[np.where(buffers.hit < len(own), buffers.hit, -1)]
    seen, whole = before.copy(), max(int(before.sum()), 1)
    hidden: dict[str, float] = {}
    for prop, mesh in figure.props:
        _draw(camera, mesh.vertices, mesh.triangles, mesh.keep, first, buffers)
        # Spectacles hide nothing that anybody would miss.
        if prop.kind != "glasses":
            covered = seen & (buffers.hit >= first)
            hidden[prop.kind] = hidden.get(prop.kind, 0.0) + int(covered.sum()) / whole
            seen &= ~covered
        first += len(mesh.triangles)
    return before.astype(np.float32), seen.astype(np.float32), hidden


def _draw(camera: Camera, vertices: Reals, triangles: Wholes, keep: Reals, first: int, buffers: _Buffers) -> None:
    points = camera.project(vertices)
    draw_triangles(points, triangles, keep, first, buffers.depth, buffers.hit, buffers.weights)


def _look_up(buffers: _Buffers, triangles: Wholes, values: Reals, shows: Wholes) -> _Pixels:
    rows, columns = np.nonzero(buffers.hit >= 0)
    found = np.zeros((len(rows), values.shape[1]))
    interpolate(buffers.hit, buffers.weights, triangles, np.ascontiguousarray(values), rows, columns, found)
    return _Pixels(
        rows=rows,
        columns=columns,
        shows=shows[buffers.hit[rows, columns]],
        position=found[:, :3],
        normal=unit(found[:, 3:6]),
        rest=found[:, 6:9],
        masks=found[:, 9:13],
    )


def _materials(figure: Figure, pixels: _Pixels, camera: Camera, gaze: Reals | None) -> Surface:
    who, count = figure.person.body.identity, len(pixels.rows)
    whole = materials.plain(np.zeros(3), count, 0.47, 0.034)

    def put(where: Flags, made: Surface) -> None:
        for name in ("colour", "rough", "mirror", "wrap", "relief", "pores"):
            getattr(whole, name)[where] = getattr(made, name)

    shows = pixels.shows
    bare = shows == assets.BODY
    lips, ears, lids, mouth = pixels.masks[bare].T
    put(bare, materials.skin(who, materials.Places(pixels.rest[bare], lips, ears, lids, mouth)))
    toward = unit(camera.position - figure.target) if gaze is None else unit(gaze)
    looks = toward @ figure.head
    # Eyes turn only so far.
    looks = unit(np.array([np.clip(looks[0], -0.45, 0.45), np.clip(looks[1], -0.3, 0.3), max(looks[2], 0.5)]))
    for eye, centre in anatomy().eye_centres.items():
        here = shows == eye
        if here.any():
            put(here, materials.eyeball(who, pixels.rest[here], centre, looks))
            outward = unit(pixels.rest[here] - centre) @ figure.head.T
            pixels.normal[here] = unit(pixels.normal[here] * 0.4 + 0.6 * outward)
    for part, colour, rough in ((assets.TEETH, (0.62, 0.58, 0.50), 0.3), (assets.TONGUE, (0.35, 0.12, 0.11), 0.47)):
        here = shows == part
        put(here, materials.plain(np.array(colour), int(here.sum()), rough, 0.034))
    here = shows == _CLOTH
    put(here, materials.plain(figure.shirt.colours(pixels.rest[here]), int(here.sum()), 0.9, 0.02))
    for number, (prop, _) in enumerate(figure.props):
        here = shows == _PROP + number
        rest = pixels.rest[here]
        grain = noise(rest, 9.0 if prop.skin else 40.0, who.seed + 77)
        made = materials.plain(prop.colour * (1 + 0.08 * grain[:, None]), len(rest), prop.rough, 0.04)
        if prop.skin:
            made.wrap[:] = 0.3
        put(here, made)
    return whole


def _with_relief(pixels: _Pixels, surface: Surface, camera: Camera, scale: float, shape: tuple[int, int]) -> Reals:
    """The normals bent by pores and wrinkles, whose slopes are taken in the picture."""
    relief = np.zeros(shape)
    relief[pixels.rows, pixels.columns] = surface.relief
    down, across = np.gradient(relief)
    dx, dy = across[pixels.rows, pixels.columns] * scale, down[pixels.rows, pixels.columns] * scale
    cosine, sine = np.cos(np.radians(camera.tilt)), np.sin(np.radians(camera.tilt))
    slope = np.stack([dx * cosine - dy * sine, -dx * sine - dy * cosine, 0 * dx], 1)
    slope -= (slope * pixels.normal).sum(1, keepdims=True) * pixels.normal
    rough = (pixels.shows == assets.BODY)[:, None]
    return unit(pixels.normal - np.where(rough, np.clip(slope, -0.6, 0.6), 0))


def _cast_shadows(figure: Figure, light: Light) -> Shadows:
    directions = light.directions
    right = unit(np.cross(np.broadcast_to([0, 1.0, 0.01], directions.shape), directions))
    up = np.cross(directions, right)
    maps = np.full((len(directions), _MAP_SIDE, _MAP_SIDE), FAR, np.float32)
    scale = _MAP_SIDE / _MAP_REACH
    body = figure.casters - figure.target
    hair = [lock.points for lock in figure.locks if len(lock.points) > 900]
    thinned = [(p[::2, 1::2] if p.shape[1] > 4 else p[:, -1:]).reshape(-1, 3) - figure.target for p in hair]
    strands = np.concatenate([np.zeros((0, 3)), *thinned])
    triangles = anatomy().coarse_triangles
    for number in range(len(directions)):
        axes = np.stack([right[number], up[number], -directions[number]], 1)

        def seen(points: Reals, axes: Reals = axes) -> Reals:
            points = points @ axes
            points[:, :2] = points[:, :2] * scale + _MAP_SIDE / 2
            return points

        draw_depth(seen(body), triangles, maps[number])
        draw_points(seen(strands), maps[number])
        for _, mesh in figure.props:
            draw_depth(seen(mesh.vertices - figure.target), mesh.triangles, maps[number])
    return Shadows(directions, light.colours, right, up, maps, scale, figure.target)


def _scatter(diffuse: Reals, pixels: _Pixels, is_skin: Flags, scale: float, shape: tuple[int, int]) -> None:
    """Spread light beneath the skin: a blur in the picture, widest for red."""
    rows, columns = pixels.rows[is_skin], pixels.columns[is_skin]
    skin = np.zeros(shape, np.float32)
    skin[rows, columns] = 1
    for channel, reach in enumerate(_SPREAD):
        sigma = max(reach * scale, 0.4)
        lit = np.zeros(shape, np.float32)
        lit[rows, columns] = diffuse[is_skin, channel]
        spread = cv2.GaussianBlur(lit, (0, 0), sigma) / np.maximum(cv2.GaussianBlur(skin, (0, 0), sigma), 1e-3)
        own = (1 - _SPREAD_SHARE) * diffuse[is_skin, channel]
        diffuse[is_skin, channel] = own + _SPREAD_SHARE * spread[rows, columns]


def _draw_lashes(figure: Figure, camera: Camera, buffers: _Buffers, rgb: Reals) -> None:
    lashes = figure.skin.triangles[figure.parts == assets.LASHES]
    depth = buffers.depth.copy()
    hit, weights = np.full(depth.shape, -1, np.int64), np.zeros((*depth.shape, 2))
    points = camera.project(figure.skin.vertices)
    points[:, 2] -= 0.01
    draw_triangles(points, lashes, figure.skin.keep, 0, depth, hit, weights)
    rows, columns = np.nonzero(hit >= 0)
    dark = 0.55 * figure.person.body.identity.lashes
    rgb[rows, columns] = rgb[rows, columns] * (1 - dark) + np.array([0.012, 0.009, 0.008]) * dark


def _draw_lock(lock: Lock, camera: Camera, shadows: Shadows, depth: Reals, rgb: Reals, alpha: Reals) -> None:
    share = float(np.clip(camera.scale / _ALL_HAIR_FROM, 0.2, 1)) if lock.strands.scalp else 1.0
    points = lock.points[: max(1, int(len(lock.points) * share))]
    count, length = points.shape[:2]
    tangents = unit(np.gradient(points, axis=1))
    # Light changes slowly along long strands: every other point is shaded.
    step = 2 if length > 4 and lock.strands.scalp else 1
    some = np.arange(0, length, step)
    position, tangent = points[:, some].reshape(-1, 3), tangents[:, some].reshape(-1, 3)
    eye = camera.target + np.array([0, 0, camera.distance])
    lit = shade_hair(shadows, position, tangent, unit(eye - position))
    at = np.arange(length) / step
    low = np.minimum(at.astype(int), len(some) - 1)
    high, mix = np.minimum(low + 1, len(some) - 1), (at - low)[None, :, None]
    parts = [part.reshape(count, -1, 3) for part in lit]
    diffuse, mirrored = (part[:, low] * (1 - mix) + part[:, high] * mix for part in parts)
    diffuse = diffuse + shadows.colours.sum(0) * 0.03
    own = lock.strands.colours[:count, None]
    colours = own * diffuse * 0.75 + mirrored * (0.05 + 0.22 * own) * 0.5
    colours = colours * np.linspace(0.75, 1.05, length)[None, :, None]
    seen = camera.project(points.reshape(-1, 3)).reshape(count, length, 3)
    order = np.argsort(-seen[:, length // 2, 2], kind="stable")
    cover = np.clip(lock.strands.cover * min(1.0, camera.scale * _HAIR_WIDTH) / share, 0.05, 1)
    draw_strands(
        np.ascontiguousarray(seen[order].reshape(-1, 3)), np.ascontiguousarray(colours[order].reshape(-1, 3)), length,
        np.full(count, cover), _HAIR_NEARER, depth, rgb, alpha,
    )  # fmt: skip


def _reduced(image: Reals | Floats, samples: int) -> Floats:
    size = image.shape[1] // samples, image.shape[0] // samples
    return np.asarray(cv2.resize(image.astype(np.float32), size, interpolation=cv2.INTER_AREA), np.float32)
