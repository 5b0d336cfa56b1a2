"""The person's own pages: what they see, may say and may stop. Knows the front door as that person uses it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter

from ..background import Doing
from . import capture, confirm, consent, copy, invite, keys, looked, photos, point, poster, search, withdraw

router = APIRouter(include_in_schema=False)
for part in (photos, point, search, invite, poster, capture, confirm, consent, withdraw, copy, looked, keys):
    router.include_router(part.router)

#: Long work that a person may ask for.
WORK: Mapping[str, Doing] = {"export": copy.make, "find": photos.find}
