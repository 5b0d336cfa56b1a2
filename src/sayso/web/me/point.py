"""Point at yourself: choose among the photos by time and place, see one with every face closed, say "that is me".

May know: the front door as the person uses it. Must not know: other people.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from ...archive import PointView
from ...errors import RefusedError, SaysoError
from ...values import Outcome
from ..limits import limits_of
from ..pages import page, seen
from ..pictures import around, closed_picture
from ..sessions import Mine
from .choosing import Choice, Wish
from .photos import PhotoId, ask_for_photos

router = APIRouter(prefix="/me/point")

#: Photos on one page; each is drawn when it comes into view.
PAGE = 12

_SAID = {one.value for one in Outcome}

Text = Annotated[str, Query(max_length=40)]


@router.get("")
def choose(request: Request, me: Mine, wish: Wish, start: int = 0) -> Response:
    choice = Choice.of(me.archive.pointing.photos(me.id))
    chosen = choice.narrowed(wish)
    first = max(0, min(start, len(chosen.photos) - 1)) // PAGE * PAGE
    return page(
        request,
        "me/point.html",
        choice=choice,
        chosen=chosen,
        query=urlencode(chosen.words),
        may_search=me.archive.mine.may_narrow(me.id),
        shown=chosen.photos[first : first + PAGE],
        first=first,
        size=PAGE,
    )


@router.get("/{photo_id}")
def one(request: Request, me: Mine, photo_id: PhotoId, face: int = 0, said: Text = "", left: int = -1) -> Response:
    view = me.archive.pointing.show(me.id, photo_id)
    return _at(request, view, face=face, said=said if said in _SAID else "", left=left)


@router.get("/{photo_id}/small.jpg")
def small(request: Request, me: Mine, photo_id: PhotoId) -> Response:
    return closed_picture(request, lambda: me.archive.pointing.preview(me.id, photo_id, small=True).jpeg)


@router.get("/{photo_id}/closed.jpg")
def closed(request: Request, me: Mine, photo_id: PhotoId) -> Response:
    return closed_picture(request, lambda: me.archive.pointing.preview(me.id, photo_id).jpeg)


@router.post("/{photo_id}")
def point(request: Request, me: Mine, photo_id: PhotoId, face: Annotated[int, Form(ge=1, le=100_000)]) -> Response:
    limits_of(request).count(request, "point", "60/hour", whom=me.id)
    try:
        done = me.archive.pointing.point(me.id, photo_id, face)
    except SaysoError as error:
        view = me.archive.pointing.show(me.id, photo_id)
        return _at(request, view, 403 if isinstance(error, RefusedError) else 422, wrong=error)
    if done.outcome is Outcome.MATCHED:
        ask_for_photos(me)
    return seen(f"/me/point/{photo_id}?said={done.outcome.value}&left={done.misses_left}")


def _at(
    request: Request,
    view: PointView,
    code: int = 200,
    *,
    face: int = 0,
    said: str = "",
    left: int = -1,
    wrong: SaysoError | None = None,
) -> Response:
    picked = next((each for each in view.faces if each.number == face), None)
    zoom = around(picked, view.width, view.height) if picked else ""
    facts = {"picked": picked, "zoom": zoom, "said": said, "left": left, "wrong": wrong}
    return page(request, "me/point_at.html", code, view=view, **facts)
