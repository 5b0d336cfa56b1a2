"""Prove that an account is one's own: by its password, or by one of its tokens.

May know: accounts, passwords, tokens. Must not know: where the proof was typed. Must not do: keep, log or return it.
"""

from __future__ import annotations

from datetime import datetime

from ..errors import RefusedError
from ..storage import Session
from ..values import Actor, Route
from . import passwords, tokens
from .names import same_name


def prove(session: Session, name: str, proof: str, route: Route, now: datetime) -> Actor:
    """Who acts, once ``proof`` fits the account. What begins like a token is one: no password may begin so.

    Raises RefusedError (F10) when it does not fit, and for a token of somebody else's account.
    """
    if not proof.startswith(tokens.PREFIX):
        return passwords.check(session, name, proof, route)
    actor = tokens.check(session, proof, route, now)
    if not same_name(actor.name, name):
        raise RefusedError.because(
            "F10", "This token belongs to another account.", "Use one of your own, or act as the account it belongs to."
        )
    return actor
