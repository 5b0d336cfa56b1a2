"""Calls about API tokens: list one's own, or everybody's, and end one. New ones are made where a password is asked for.

May know: the front door. Must not know: the token that is used, any other token.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from .answers import Answer, InPath
from .caller import Caller
from .finding import Done

router = APIRouter(prefix="/tokens", tags=["tokens"])


class Token(Answer):
    """What is known of a token: whose, what for, until when."""

    id: int
    name: str
    note: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@router.get("", operation_id="account.token.list")
def list_(archive: Caller, everybodys: Annotated[bool, Query(description="Not only yours.")] = False) -> list[Token]:
    """Your tokens, or everybody's, the oldest first."""
    return [Token.of(one) for one in archive.accounts.list_tokens(everybodys=everybodys)]


@router.delete("/{token}", operation_id="account.token.revoke")
def revoke(archive: Caller, token: InPath) -> Done:
    """End a token at once: yours, or, as an operator, anybody's."""
    archive.accounts.revoke_token(token)
    return Done()
