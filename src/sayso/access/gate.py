"""The one gate: may this actor do this to that person? Everything else asks here.

May know: accounts, the table of verbs, by which words a person is named. Must not know: what a verb does, who that is.
"""

from __future__ import annotations

from ..errors import RefusedError
from ..storage import Session
from ..values import Actor, Role
from .accounts import actor as known
from .accounts import any_account
from .verbs import OF_NOBODY, VERBS


def may(session: Session, actor: Actor, verb: str, about: str | None = None) -> None:
    """Return when ``actor`` may do ``verb`` to the person ``about``; raise RefusedError (F10) when not.

    about: the id or label by which the act names a person; None when it names nobody. A subject is named by their id,
    which is the actor's name; whatever is about anybody else, or does not say about whom it is, is refused to them,
    and they do not learn whether there is such a person.

    Refused are: a verb that is not in ``VERBS``, a role that it does not name, a name without an open account, a role
    that is not the account's, and ``init`` once there is an account. Subjects have no account; the door that they
    come in through has made sure who they are.
    """
    if actor.role not in VERBS.get(verb, frozenset()):
        raise RefusedError.because(
            "F10", f"The role {actor.role.value} may not do `{verb}`.", "Ask somebody whose role allows it."
        )
    if actor.role is Role.SUBJECT and verb not in OF_NOBODY and about != actor.name:
        raise RefusedError.because(
            "F10", f"A person may do `{verb}` to nobody but themselves.", "Name yourself by the id on your receipt."
        )
    if verb == "init":
        if any_account(session):
            raise RefusedError.because("F10", "This archive has its first account already.", "Open the archive.")
        return
    if actor.role is not Role.SUBJECT and known(session, actor.name, actor.route).role is not actor.role:
        raise RefusedError.because(
            "F10", f"The account {actor.name!r} does not have the role {actor.role.value}.", "Use the account's role."
        )
