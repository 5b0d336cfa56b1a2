"""Anybody has a face closed: no account, no name, no reason. Knows the front door as nobody in particular."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from ..background import Doing
from . import pages

router = APIRouter(include_in_schema=False)
for part in (pages,):
    router.include_router(part.router)

#: Work that is left when a face was closed.
WORK: Mapping[str, Doing] = {"photo.hide": pages.complete}
