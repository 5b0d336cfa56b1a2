"""The overseer's window: reads and checks, changes nothing. Knows the front door as that account uses it."""

from __future__ import annotations

from fastapi import APIRouter

from . import collections, documents, ending, entries, figures, home, people

router = APIRouter(include_in_schema=False)
for part in (home, collections, figures, people, entries, documents, ending):
    router.include_router(part.router)
