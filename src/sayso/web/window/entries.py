"""The ledger, page by page, and everything that a browser needs to check it by itself.

May know: entries, proofs and checkpoints as text. Must not know: how they are made, whom an entry is about.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from ...archive import Archive
from ...errors import LedgerError
from ..limits import limits_of
from ..pages import page
from ..sessions import Staff, Window

router = APIRouter()

_AT_ONCE = 25
_HIGHEST = (1 << 62) - 1
Place = Annotated[int, Query(ge=0, le=_HIGHEST)]


@router.get("/window/ledger")
def entries(
    request: Request,
    staff: Window,
    verb: Annotated[str, Query(max_length=64)] = "",
    actor: Annotated[str, Query(max_length=200)] = "",
    at: Annotated[str, Query(max_length=18, pattern="^[0-9]*$")] = "",
    before: Annotated[int | None, Query(ge=0, le=_HIGHEST)] = None,
) -> Response:
    """Newest first; ``at`` begins with that entry, ``before`` goes on below one."""
    return _shown(request, staff, verb.strip(), actor.strip(), int(at) + 1 if at else before)


@router.post("/window/ledger/verify")
def verify(request: Request, staff: Window) -> Response:
    """Every entry, on the server. A POST because it takes a while, not because it changes anything."""
    limits_of(request).count(request, "verify", "10/minute")
    try:
        verified, wrong = staff.archive.ledger.verify(), None
    except LedgerError as error:
        verified, wrong = None, error
    return _shown(request, staff, "", "", None, verified=verified, wrong=wrong, asked=True)


@router.get("/window/ledger/proofs")
def proofs(staff: Window, index: Annotated[list[int], Query(max_length=_AT_ONCE)]) -> Response:
    """Proofs of the entries of a page, for its script."""
    return JSONResponse([one.to_text() for one in staff.archive.oversight.proofs(index)])


@router.get("/window/ledger/{index}.tlog-proof")
def proof(staff: Window, index: int) -> Response:
    return _file(staff.archive.ledger.proof(index).to_text(), f"entry-{index}.tlog-proof")


@router.get("/window/ledger/checkpoint")
def checkpoint(staff: Window) -> Response:
    return _file(staff.archive.oversight.checkpoint(), "checkpoint.txt")


@router.get("/window/ledger/growth")
def growth(staff: Window, old: Place) -> Response:
    """Proof that today's ledger begins with the one of ``old`` entries."""
    return PlainTextResponse(staff.archive.oversight.growth(old))


def _shown(
    request: Request, staff: Staff, verb: str, actor: str, before: int | None, code: int = 200, **facts: object
) -> Response:
    archive: Archive = staff.archive
    look = archive.oversight.browse(before=before, limit=_AT_ONCE, verb=verb, actor=actor)
    return page(
        request,
        "window/ledger.html",
        code,
        staff=staff,
        look=look,
        verb=verb,
        actor=actor,
        before=before,
        key=archive.ledger.verifier_key,
        witnesses=archive.ledger.witnesses(),
        **({"verified": None, "wrong": None, "asked": False} | facts),
    )


def _file(text: str, name: str) -> Response:
    return PlainTextResponse(text, headers={"content-disposition": f'attachment; filename="{name}"'})
