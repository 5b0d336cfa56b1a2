"""Be looked for where one says one was: what that would measure is told first, then the person decides.

May know: the front door as the person uses it. Must not know: other people.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from ..cues import as_words
from ..limits import limits_of
from ..pages import page, seen
from ..sessions import Me, Mine
from .choosing import Choice, Chosen, Wish

router = APIRouter(prefix="/me/search")


@router.get("")
def ask(request: Request, me: Mine, wish: Wish) -> Response:
    chosen = _chosen(me, wish)
    if not chosen.cues:
        return seen("/me/point")
    told = me.archive.mine.forecast(me.id, chosen.cues)
    return page(
        request,
        "me/search.html",
        chosen=chosen,
        photos=sum(one.photos for one in told),
        faces=sum(one.faces for one in told),
        before=sum(one.done_before for one in told),
        left=sum(one.left_pointed for one in told),
    )


@router.post("")
def search(request: Request, me: Mine, wish: Wish) -> Response:
    limits_of(request).count(request, "look", "30/hour", whom=me.id)
    chosen = _chosen(me, wish)
    if not chosen.cues:
        return seen("/me/point")
    me.archive.jobs.new("find", subject=me.id, cues=as_words(chosen.cues))
    return seen("/me")


def _chosen(me: Me, wish: Chosen) -> Chosen:
    return Choice.of(me.archive.pointing.photos(me.id)).narrowed(wish)
