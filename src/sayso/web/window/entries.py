"""The ledger, page by page, and everything that a browser needs to check it by itself.

May know: entries, proofs and checkpoints as text. Must not know: how they are made, whom an entry is about.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import Field
from starlette.exceptions import HTTPException

from ...archive import Archive
from ...errors import LedgerError
from ..limits import limits_of
from ..pages import page
from ..sessions import Staff, Window

router = APIRouter()

_AT_ONCE = 25
_HIGHEST = (1 << 62) - 1
Number = Annotated[int, Field(ge=0, le=_HIGHEST)]
Place = Annotated[int, Query(ge=0, le=_HIGHEST)]


@router.get("/window/ledger")
def entries(
    request: Request,
    staff: Window,
    verb: Annotated[str, Query(max_length=64)] = "",
    by: Annotated[str, Query(max_length=16)] = "",
    at: Annotated[str, Query(max_length=18, pattern="^[0-9]*$")] = "",
    before: Annotated[int | None, Query(ge=0, le=_HIGHEST)] = None,
) -> Response:
    """Newest first; ``at`` begins with that entry, ``before`` goes on below one. ``by`` stands for an account, because
    names have no place in addresses of pages, which browsers keep."""
    return _shown(request, staff, verb.strip(), by, int(at) + 1 if at else before)


@router.post("/window/ledger")
def verify(request: Request, staff: Window) -> Response:
    """Every entry, on the server. A POST because it takes a while, not because it changes anything."""
    limits_of(request).count(request, "verify", "10/minute")
    try:
        verified, wrong = staff.archive.ledger.verify(), None
    except LedgerError as error:
        verified, wrong = None, error
    return _shown(request, staff, "", "", None, verified=verified, wrong=wrong, asked=True)


@router.get("/window/ledger/proofs")
def proofs(staff: Window, index: Annotated[list[Number], Query(max_length=_AT_ONCE)]) -> Response:
    """Proofs of the entries of a page, for its script."""
    return JSONResponse([one.to_text() for one in staff.archive.oversight.proofs(index)])


@router.get("/window/ledger/{index}.tlog-proof")
def proof(staff: Window, index: Annotated[int, Path(ge=0, le=_HIGHEST)]) -> Response:
    return _file(staff.archive.ledger.proof(index).to_text(), f"entry-{index}.tlog-proof")


@router.get("/window/ledger/checkpoint")
def checkpoint(staff: Window) -> Response:
    return _file(staff.archive.oversight.checkpoint(), "checkpoint.txt")


@router.get("/window/ledger/growth")
def growth(staff: Window, old: Place) -> Response:
    """Proof that today's ledger begins with the one of ``old`` entries."""
    return PlainTextResponse(staff.archive.oversight.growth(old))


def _shown(request: Request, staff: Staff, verb: str, by: str, before: int | None, **facts: Any) -> Response:
    archive: Archive = staff.archive
    actors = {_short(one.name): one.name for one in archive.accounts.list()}
    if by and by not in actors:
        raise HTTPException(404)
    look = archive.oversight.browse(before=before, limit=_AT_ONCE, verb=verb, actor=actors.get(by, ""))
    return page(
        request,
        "window/ledger.html",
        staff=staff,
        look=look,
        verb=verb,
        by=by,
        actors=actors,
        before=before,
        key=archive.ledger.verifier_key,
        witnesses=archive.ledger.witnesses(),
        **({"verified": None, "wrong": None, "asked": False} | facts),
    )


def _short(name: str) -> str:
    """What stands for an account in the address of a page."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def _file(text: str, name: str) -> Response:
    return PlainTextResponse(text, headers={"content-disposition": f'attachment; filename="{name}"'})
