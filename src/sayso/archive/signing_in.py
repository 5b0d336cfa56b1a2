"""Front door, the lock: an account that has a password is used by whoever can prove that it is theirs.

May know: accounts, how a proof is asked for. Must not know: terminals, the environment. Must not do: keep a proof.
"""

from __future__ import annotations

from collections.abc import Callable

from .. import access
from ..clock import Clock
from ..errors import RefusedError
from ..storage import Database
from ..values import Route


def require_proof(
    database: Database,
    name: str,
    proof: Callable[[], str] | None,
    *,
    route: Route,
    clock: Clock,
    needed: bool = False,
) -> None:
    """Ask for the account's password, or a token of it, if it has a password. Raises RefusedError (F10).

    proof: called at most once, and outside a transaction, because somebody may be typing. Without it the name is taken
    as given: whoever calls has made sure of it, or has the whole archive in hand anyway. needed: whoever calls has
    not; an account without a password is refused then.
    """
    if proof is None and not needed:
        return
    with database.begin() as session:
        has = access.passwords.has(session, name)
    if needed and not (has and proof):
        raise RefusedError.because(
            "F11",
            f"The account {name!r} has no password, so that nobody here can tell who is behind the name.",
            "Set one first (`sayso account password NAME`), or ask somebody whose account has one.",
        )
    if not has or proof is None:
        return
    given = proof()
    with database.begin() as session:
        access.prove(session, name, given, route, clock())
