"""The operator's desk: collections, photos, people, doubts, requests. Knows the front door as that account uses it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from ..background import Doing
from . import collections, home, inviting, jobs, notices, people, posters, review, uploading, working

router = APIRouter(include_in_schema=False)
for part in (
    home,
    collections,
    uploading,
    jobs,
    review,
    people,
    inviting,
    posters,
    notices,
):
    router.include_router(part.router)

#: Long work that is asked for at the desk.
WORK: Mapping[str, Doing] = {
    "add": working.add,
    "find": working.find,
    "measure.exposure": working.measure_exposure,
}
