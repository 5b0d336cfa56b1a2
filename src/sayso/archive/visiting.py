"""Front door, the browser's lock: who is signed in, and how they got in.

May know: visits, accounts, subjects' ids and contacts. Must not know: cookies, pages, how a letter travels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from .. import access, consent
from ..access import Visitor
from ..errors import RefusedError, UsageError
from ..storage import Session
from ..values import Act, Actor, Role, Route
from .door import Door


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be sent to a person's contact: a token that lets them in once. Nobody else may see it."""

    to: str = field(repr=False)
    token: str = field(repr=False)


class Visits:
    """``archive.visits``: sign in and out, and links that let a person in. Asks no gate: it finds out who is there."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def sign_in(self, name: str, password: str) -> str:
        """Sign an account in by its password; the visit's token. Raises RefusedError (F10)."""
        ground = self._door.ground
        # A password is slow to check on purpose: nobody waits for that who writes something.
        with ground.database.read() as session:
            actor = access.prove(session, name, password, Route.WEB, ground.clock())
        with ground.database.begin() as session:
            actor = access.actor(session, actor.name, Route.WEB)
            access.passwords.renew(session, actor.name, password)
            return begin(self._door, session, Visitor(actor.name, actor.role))

    def who(self, token: str) -> Visitor | None:
        """Who is signed in with this token, if anybody still is."""
        ground = self._door.ground
        with ground.database.read() as session:
            visitor, changes = access.visits.look(session, token, ground.clock())
        if changes:
            with ground.database.begin() as session:
                access.visits.see(session, token, ground.clock())
        return visitor

    def bearer(self, token: str) -> Visitor:
        """Whose API token this is. Raises RefusedError (F10)."""
        ground = self._door.ground
        with ground.database.read() as session:
            actor = access.tokens.check(session, token, Route.API, ground.clock())
        return Visitor(actor.name, actor.role)

    def sign_out(self, token: str) -> None:
        """End a visit."""
        with self._door.ground.database.begin() as session:
            access.visits.end(session, token)

    def welcome(self, subject_id: str) -> str:
        """Let a person in who has just said yes with their own invite; the visit's token. Raises UsageError."""
        with self._door.ground.database.begin() as session:
            consent.subjects.get(session, subject_id)
            return begin(self._door, session, Visitor(subject_id, Role.SUBJECT))

    def letter_for(self, contact: str) -> Letter | None:
        """A link for whoever is a subject under this contact; None when nobody is, or when enough are waiting.

        What the page says must not depend on it: that somebody is a subject is nobody else's business.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            try:
                subject = consent.subjects.resolve(session, ground.keys, contact)
            except UsageError:
                return None
            # An id is no address, and whoever withdrew has none any more.
            if not subject.label or subject.id == contact:
                return None
            token = access.visits.new_link(session, subject.id, ground.clock())
            if token is None:
                return None
            ground.note(session, Act("link", Actor(subject.id, Role.SUBJECT, self._door.route), (subject.id,)))
        return Letter(subject.label, token)

    def enter(self, link: str) -> str:
        """Let a person in by the link that was sent to their contact; the visit's token. Raises RefusedError (F10)."""
        ground = self._door.ground
        with ground.database.begin() as session:
            visitor = access.visits.use_link(session, link, ground.clock())
            if visitor is not None:
                return begin(self._door, session, visitor)
        raise RefusedError.because(
            "F10", "This link opens nothing any more: it was used, replaced, or ran out.", "Ask for a new one."
        )


def begin(door: Door, session: Session, visitor: Visitor, **facts: str) -> str:
    """Begin the visit of somebody whose proof was looked at, and note it; the visit's token.

    facts: how they came in.
    """
    ground = door.ground
    about = (visitor.name,) if visitor.role is Role.SUBJECT else ()
    actor = Actor(visitor.name, visitor.role, door.route)
    ground.note(session, Act("sign-in", actor, about, facts=tuple(facts.items())))
    return access.visits.begin(session, visitor, ground.clock())
