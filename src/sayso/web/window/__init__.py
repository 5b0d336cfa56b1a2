"""The overseer's window: reads and checks, changes nothing. Knows the front door as that account uses it."""

from __future__ import annotations

from fastapi import APIRouter

from . import home

router = APIRouter(include_in_schema=False)
for part in (home,):
    router.include_router(part.router)
