"""The API's own description (OpenAPI 3.1): its calls alone, and for each what may go wrong.

May know: routes, models of answers. Must not know: the archive.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from .answers import Problem

router = APIRouter(include_in_schema=False)

#: What may become of a call, and what it means here.
WRONG = {
    "400": "The request does not make sense here",
    "401": "No token, or one that opens nothing",
    "403": "Refused by a rule; `rules` cites it",
    "404": "There is nothing of that id",
    "410": "The key was destroyed: it is gone for good",
    "413": "The request is too large",
    "422": "It could not be read, or could not be done",
    "429": "Too often",
    "503": "The archive is in use by another process, or cannot be written to",
}
#: Calls that may hold at once while an album has to wait for another process to let go of it.
_HOLDS = {
    "collection.delete",
    "photo.redact",
    "photo.hide",
    "photo.unhide",
    "photo.delete",
    "review.undo",
    "disown",
    "freeze",
    "withdraw",
}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_CHALLENGE = {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}}


@router.get("/openapi.json")
def openapi(request: Request) -> JSONResponse:
    return JSONResponse(description(request.app))


def description(app: FastAPI) -> dict[str, Any]:
    """The document. It is the same for every archive."""
    made: dict[str, Any] = get_openapi(
        title="Sayso",
        version=app.version,
        summary=app.summary,
        description="Verbs of the archive, for programs. Whoever holds a token acts as the account it belongs to; "
        "every call passes the same gate, and leaves the same entries in the ledger, as a command.",
        routes=app.routes,
    )
    schemas = made["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= {**problem.pop("$defs", {}), "Problem": problem}
    for calls in made["paths"].values():
        for call in calls.values():
            for code, meaning in WRONG.items():
                call["responses"][code] = {"description": meaning, "content": _PROBLEM}
            if call["operationId"] in _HOLDS:
                call["responses"]["202"] = {"description": "It holds; albums of some wait", "content": _PROBLEM}
            call["responses"]["401"]["headers"] = _CHALLENGE
            for answer in call["responses"].values():
                # A call whose answer is no JSON has an empty one beside its own.
                kinds = answer.get("content", {})
                if len(kinds) > 1 and not kinds.get("application/json", {"schema": 1}).get("schema"):
                    del kinds["application/json"]
    return made
