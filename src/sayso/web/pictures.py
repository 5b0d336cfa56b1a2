"""Closed pictures, as browsers ask for them.

May know: HTTP. Must not know: what a picture shows.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import Request
from fastapi.responses import Response

from ..archive import BusyError, Numbered
from .speaking import speech_of

#: Everybody in it is closed, and a person looks at the same one again a moment later; nobody in between may keep it.
_SHORTLY = {"cache-control": "private, max-age=600"}


def closed_picture(request: Request, make: Callable[[], bytes]) -> Response:
    """A JPEG in which nobody can be seen; or, when too many are asked for at once, the word to come back."""
    try:
        return Response(make(), media_type="image/jpeg", headers=_SHORTLY)
    except BusyError:
        return Response(speech_of(request)("mine.busy"), 503, headers={"retry-after": "5"}, media_type="text/plain")


def around(face: Numbered, width: int, height: int) -> str:
    """The part of a photo around a face, as an SVG's ``viewBox``: so much that it can be told where it is."""
    side = min(max(4 * face.width * width, 4 * face.height * height, width / 4), width, height)
    left = min(max((face.left + face.width / 2) * width - side / 2, 0), width - side)
    top = min(max((face.top + face.height / 2) * height - side / 2, 0), height - side)
    return f"{left:.1f} {top:.1f} {side:.1f} {side:.1f}"
