"""The one gate: may this actor do this? Everything else asks here.

May know: accounts and the table of verbs. Must not know: what a verb does, or to whom.
"""

from __future__ import annotations

from ..errors import RefusedError
from ..storage import Session
from ..values import Actor, Role
from .accounts import actor as known
from .accounts import any_account
from .verbs import VERBS


def may(session: Session, actor: Actor, verb: str) -> None:
    """Return when ``actor`` may do ``verb``; raise RefusedError (F10) when not.

    Refused are: a verb that is not in ``VERBS``, a role that it does not name, a name without an open account, a role
    that is not the account's, and ``init`` once there is an account. Subjects have no account; the door that they
    come in through has made sure who they are.
    """
    if actor.role not in VERBS.get(verb, frozenset()):
        raise RefusedError.because(
            "F10", f"The role {actor.role.value} may not do `{verb}`.", "Ask somebody whose role allows it."
        )
    if verb == "init":
        if any_account(session):
            raise RefusedError.because("F10", "This archive has its first account already.", "Open the archive.")
        return
    if actor.role is not Role.SUBJECT and known(session, actor.name, actor.route).role is not actor.role:
        raise RefusedError.because(
            "F10", f"The account {actor.name!r} does not have the role {actor.role.value}.", "Use the account's role."
        )
