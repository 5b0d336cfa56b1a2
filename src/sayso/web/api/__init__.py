"""The REST API: the same verbs for programs, with an API token of an account. Knows the front door alone."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Depends

from ..background import Doing
from . import (
    collections,
    description,
    finding,
    jobs,
    law,
    ledger,
    notices,
    papers,
    people,
    photos,
    requests,
    review,
    status,
    taking,
    tokens,
    work,
)
from .caller import only_known

router = APIRouter(prefix="/api/v1", dependencies=[Depends(only_known)])
for part in (
    status,
    collections,
    photos,
    notices,
    people,
    finding,
    taking,
    review,
    ledger,
    law,
    papers,
    requests,
    jobs,
    tokens,
    description,
):
    router.include_router(part.router)

#: Long work that a program may ask for.
WORK: Mapping[str, Doing] = {"add": work.add, "album": work.album, "export": work.export, "find": work.find}
