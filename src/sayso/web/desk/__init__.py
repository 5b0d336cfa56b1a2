"""The operator's desk: collections, photos, people, doubts, requests. Knows the front door as that account uses it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from ..background import Doing
from . import (
    breaches,
    collections,
    hidden,
    home,
    inviting,
    jobs,
    notices,
    people,
    photos,
    posters,
    publish,
    requests,
    review,
    uploading,
    working,
)

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
    photos,
    hidden,
    publish,
    requests,
    breaches,
):
    router.include_router(part.router)

#: Long work that is asked for at the desk.
WORK: Mapping[str, Doing] = {
    "add": working.add,
    "find": working.find,
    "measure.exposure": working.measure_exposure,
}
