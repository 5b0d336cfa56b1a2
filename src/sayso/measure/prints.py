"""Draws what somebody might hold before the camera instead of a face: a print, flat, bent or with eyes cut out.

May know: pixels, a pinhole camera. Must not know: how a live capture is judged, whose face is on the print.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Doubles = npt.NDArray[np.float64]

#: Focal length of the camera and distance of the print, both in pixels of the print: it is seen at its own size.
_FOCAL = 560.0


@dataclass(frozen=True, slots=True)
class Print:
    """A picture of somebody on paper or on a screen.

    picture: (h, w, 3) uint8. middle: the pixel that it is turned about. eyes: boxes (left, top, right, bottom) that are
    cut out of it, behind which the holder's own eyes show, ``behind`` pixels further away.
    bend: the radius in pixels of the cylinder that it is bent to, towards the camera; 0 leaves it flat.
    bent_about: ``upright`` or ``level``, how the axis of that cylinder lies.
    """

    picture: Pixels
    middle: tuple[float, float]
    bend: float = 0.0
    bent_about: str = "upright"
    eyes: tuple[tuple[float, float, float, float], ...] = ()
    behind: float = 15.0


@dataclass(frozen=True, slots=True)
class Held:
    """How a print is held. yaw, pitch, roll: degrees, signs as for a head (yaw > 0 to the subject's own left, pitch > 0
    down). nearer: its distance is divided by this. across, down: pixels by which it is moved."""

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    nearer: float = 1.0
    across: float = 0.0
    down: float = 0.0


def shown(one: Print, held: Held, size: tuple[int, int], *, room: int = 96) -> Pixels:
    """The camera's picture (high, wide, 3) of a print held like this. size: wide, high. room: the grey behind it."""
    places, hit = _seen(one, held, size)
    picture = _drawn(one.picture, places, hit, room)
    if one.eyes:
        # Flat, and further away: whoever stands behind the print.
        behind = replace(one, bend=0.0, eyes=())
        far, there = _seen(behind, held, size, set_back=one.behind)
        holes = np.zeros_like(hit)
        for left, top, right, bottom in one.eyes:
            x, y = places[..., 0], places[..., 1]
            holes |= (x > left) & (x < right) & (y > top) & (y < bottom)
        through = holes & hit
        picture[through] = _drawn(one.picture, far, there, room)[through]
    return picture


def _drawn(picture: Pixels, places: Doubles, hit: npt.NDArray[np.bool_], room: int) -> Pixels:
    x, y = (np.ascontiguousarray(places[..., axis], np.float32) for axis in (0, 1))
    drawn = np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT), np.uint8)
    high, wide = picture.shape[:2]
    drawn[~(hit & (x > 0) & (y > 0) & (x < wide - 1) & (y < high - 1))] = room
    return drawn


def _seen(
    one: Print, held: Held, size: tuple[int, int], *, set_back: float = 0.0
) -> tuple[Doubles, npt.NDArray[np.bool_]]:
    """Which pixel of the print each pixel of the camera shows (high, wide, 2), and where it shows the print at all.

    In the print's own axes x is to the right, y down and z towards the camera; its middle is the origin.
    """
    wide, high = size
    turned = _turn(held)
    columns, rows = np.meshgrid(np.arange(wide) - wide / 2 - held.across, np.arange(high) - high / 2 - held.down)
    rays = np.stack([columns, rows, np.full_like(columns, -_FOCAL)], -1) @ turned
    eye = np.array([0.0, 0.0, _FOCAL / held.nearer]) @ turned
    origin = eye + np.array([0.0, 0.0, set_back])
    if not one.bend:
        with np.errstate(divide="ignore", invalid="ignore"):
            far = -origin[2] / rays[..., 2]
        points = origin + far[..., None] * rays
        return points[..., :2] + np.array(one.middle), far > 0
    # A cylinder that touches the flat print in its middle: the axis lies ``bend`` behind it.
    axis = 0 if one.bent_about == "upright" else 1
    start, direction = origin[[axis, 2]] + np.array([0.0, one.bend]), rays[..., [axis, 2]]
    a, b, c = (direction**2).sum(-1), 2 * direction @ start, float(start @ start) - one.bend**2
    root = b**2 - 4 * a * c
    far = (-b - np.sqrt(np.maximum(root, 0))) / (2 * a)
    points = origin + far[..., None] * rays
    angle = np.arctan2(points[..., axis], points[..., 2] + one.bend)
    points[..., axis] = angle * one.bend
    return points[..., :2] + np.array(one.middle), (root > 0) & (far > 0) & (np.abs(angle) < np.pi / 2)


def _turn(held: Held) -> Doubles:
    """(3, 3): what a point of the print, in its own axes, becomes before the camera: ``turn @ point``."""
    yaw, pitch, roll = np.radians([held.yaw, held.pitch, held.roll])
    about_upright = np.array([[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]])
    about_level = np.array([[1, 0, 0], [0, np.cos(pitch), np.sin(pitch)], [0, -np.sin(pitch), np.cos(pitch)]])
    about_view = np.array([[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]])
    return np.asarray(about_view @ about_level @ about_upright, np.float64)
