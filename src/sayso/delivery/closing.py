"""Decide which boxes of a photo are closed: everything that may be a face, but for the faces that may be seen.

May know: boxes, detectors' names and scores. Must not know: pixels, people.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..values import Box
from ..vision.close import BLAZEFACE, Region

# Intersection over union from which a detected region and a face are the same.
_SAME_OVERLAP = 0.4

# Or: nearly all of the smaller lies in the larger, their centres are close, and their sizes are not worlds apart.
_SAME_INSIDE = 0.9
_SAME_CENTRES = 0.2
_SAME_AREA = 0.2

# The archive's own boxes are given unchanged; only rounding may lie between a listed face and its open twin.
_IDENTICAL = 0.95

# A region that holds so much of an open face, and is so much larger, is a loose view of that face or lies behind it.
_HELD = 0.75
_LOOSER = 1.5

# Scores from which the detectors raise next to no false alarms on labelled photos.
_CERTAIN_BLAZEFACE = 0.5
_CERTAIN_YUFACE = 0.8


def boxes_to_close(regions: Sequence[Region], faces: Sequence[Box], open_faces: Sequence[Box]) -> tuple[Box, ...]:
    """What must be closed in a photo (LAW L9).

    regions: what detectors found, false alarms and all. faces: every face that the archive lists. open_faces: those of
    the listed faces that may be seen.

    Every listed face that is not open is closed, and so is every region, unless it is the same face as an open one.
    One region at most is taken to be an open face's, the one that overlaps it most; any further one may be somebody
    else's. A region that fits a closed face better belongs to that, and they become one box around both.

    Where a further region lies over an open face, a certain one is closed whole. A doubtful one is most often a
    fragment of the open face itself, and a large one around it a loose view of it: both are closed as far as they
    reach beyond that face's box.
    """
    closed = _unopened(faces, open_faces)
    owner_of = _assigned([*closed, *open_faces], [region.box for region in regions])
    free: list[Box] = []
    for number, region in enumerate(regions):
        owner = owner_of.get(number)
        if owner is not None and owner >= len(closed):
            continue
        yields_to = [opened for opened in open_faces if not is_certain(region) or _surrounds(region.box, opened)]
        pieces = _beyond(region.box, yields_to)
        if owner is not None and pieces == [region.box]:
            closed[owner] = _around(closed[owner], region.box)
        else:
            free += pieces
    return (*closed, *(box for box in free if not any(_inside(box, other) for other in closed)))


def is_certain(region: Region) -> bool:
    """Whether the detector's score leaves next to no doubt that this is a face."""
    return region.score >= (_CERTAIN_BLAZEFACE if region.source == BLAZEFACE else _CERTAIN_YUFACE)


def same_face(first: Box, second: Box) -> bool:
    """Whether two boxes frame the same face: they overlap well, or one lies in the other with its centre close by."""
    if first.iou(second) >= _SAME_OVERLAP:
        return True
    small, large = sorted((first, second), key=lambda box: box.area)
    away = max(abs(a - b) for a, b in zip(small.centre, large.centre, strict=True))
    return (
        small.overlap(large) >= _SAME_INSIDE * small.area
        and away <= _SAME_CENTRES * max(large.width, large.height)
        and small.area >= _SAME_AREA * large.area
    )


def _assigned(owners: Sequence[Box], regions: Sequence[Box]) -> dict[int, int]:
    """Which region is which face, by their places in the lists: the best overlaps first, each of both only once."""
    pairs = sorted(
        (-owner.iou(region), first, second)
        for first, owner in enumerate(owners)
        for second, region in enumerate(regions)
        if same_face(owner, region)
    )
    owner_of: dict[int, int] = {}
    for _, first, second in pairs:
        if second not in owner_of and first not in owner_of.values():
            owner_of[second] = first
    return owner_of


def _surrounds(region: Box, opened: Box) -> bool:
    return region.overlap(opened) >= _HELD * opened.area and region.area >= _LOOSER * opened.area


def _beyond(region: Box, open_faces: Sequence[Box]) -> list[Box]:
    """The parts of a region outside all open boxes, as boxes that may overlap each other."""
    pieces = [region]
    for opened in open_faces:
        pieces = [rest for piece in pieces for rest in ([piece] if not piece.overlap(opened) else _cut(piece, opened))]
    return pieces


def _cut(box: Box, hole: Box) -> list[Box]:
    """The largest boxes left, right, above and below of a hole in a box."""
    sides = (
        (box.x, box.y, hole.x, box.bottom),
        (hole.right, box.y, box.right, box.bottom),
        (box.x, box.y, box.right, hole.y),
        (box.x, hole.bottom, box.right, box.bottom),
    )
    return [Box(x, y, right - x, bottom - y) for x, y, right, bottom in sides if right > x and bottom > y]


def _unopened(faces: Sequence[Box], open_faces: Sequence[Box]) -> list[Box]:
    """The listed faces without one twin for each open face."""
    rest = list(faces)
    for opened in open_faces:
        twin = max(rest, key=opened.iou, default=None)
        if twin is not None and twin.iou(opened) >= _IDENTICAL:
            rest.remove(twin)
    return rest


def _around(first: Box, second: Box) -> Box:
    left, top = min(first.x, second.x), min(first.y, second.y)
    return Box(left, top, max(first.right, second.right) - left, max(first.bottom, second.bottom) - top)


def _inside(small: Box, large: Box) -> bool:
    return small.x >= large.x and small.y >= large.y and small.right <= large.right and small.bottom <= large.bottom
