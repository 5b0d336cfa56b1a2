"""The one way in: every call is somebody's, passes the gate, and finds the archive alive.

May know: accounts, the gate, what an archive stands on. Must not know: what a call does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .. import consent
from ..access import Challenges, accounts, gate
from ..delivery import Previews
from ..engine import Board, Engine
from ..finding import ArchiveFacts, Sittings
from ..ground import Ground, Sight, refuse_if_ceased
from ..storage import Session
from ..values import Act, Actor, Role, Route
from . import facts
from .facts import Particulars

#: What stays possible after an archive has ceased: to read and verify what was done, to answer people and regulators,
#: and to end and delete what is left. Nothing is found, kept or delivered any more.
_AFTER_THE_END = frozenset(
    {
        "tend",
        "photo.list",
        "photo.delete",
        "photo.hide",
        "photo.hidden",
        "collection.list",
        "collection.show",
        "collection.delete",
        "receipt",
        "export",
        "request.new",
        "request.list",
        "request.done",
        "breach.new",
        "breach.list",
        "breach.notice",
        "breach.told",
        "document",
        "keys.check",
        "withdraw",
        "ledger.list",
        "ledger.verify",
        "ledger.proof",
        "ledger.publish",
        "ledger.cosign",
        "ledger.witness.list",
        "consent.count",
        "enrol.witnessed",
        "measure.read",
        "models.list",
        "account.list",
        "law.check",
        "status",
        "law.explain",
        "job.list",
        "job.stop",
        "job.run",
        "cease",
        "cease.drill",
    }
)


@dataclass(frozen=True)
class Door:
    """An open archive's parts, and the name and route under which they are used.

    role: that of the name's account. A route that has made sure that a person is a subject says so here; the name is
    their id then. served: they sit somewhere else, so that nobody's name is taken as given because of the machine.
    """

    ground: Ground
    sight: Sight
    threads: Engine
    processes: Engine
    particulars: Particulars
    name: str
    route: Route
    role: Role | None = None
    served: bool = False
    board: Board = field(default_factory=Board)
    challenges: Challenges = field(default_factory=Challenges)
    sittings: Sittings = field(default_factory=Sittings)
    previews: Previews = field(default_factory=Previews)

    def enter(self, verb: str) -> Actor:
        """The actor, if they may do ``verb`` now. Raises RefusedError (F5, F10)."""
        with self.ground.database.read() as session:
            return self.enter_with(session, verb)

    def enter_with(self, session: Session, verb: str, about: str | None = None) -> Actor:
        """As ``enter``, inside a transaction that is open already. about: the person whom the act names, if any."""
        if verb not in _AFTER_THE_END:
            refuse_if_ceased(session)
        self.ground.learn_packs(session)
        if self.role is Role.SUBJECT:
            actor = Actor(self.name, Role.SUBJECT, self.route)
        else:
            actor = accounts.actor(session, self.name, self.route)
        gate.may(session, actor, verb, about)
        return actor

    def enter_for(self, session: Session, verb: str, subject: str) -> tuple[Actor, str]:
        """The actor, and the id of the subject whom their words name. Raises RefusedError (F5, F10) before it looks
        whether there is such a person, then UsageError."""
        actor = self.enter_with(session, verb, subject)
        return actor, consent.subjects.resolve(session, self.ground.keys, subject).id

    def begins(self, verb: str, actor: Actor, basis: str) -> Callable[[int], None]:
        """Notes that a measurement of so many pictures begins, so that one which is refused later, stopped or killed
        leaves its upper bound behind."""

        def note(pictures: int) -> None:
            with self.ground.database.begin() as session:
                planned = (("basis", basis), ("pictures_planned", pictures))
                self.ground.note(session, Act(f"{verb}.begin", actor, facts=planned))

        return note


def for_the_law(door: Door) -> ArchiveFacts:
    """What the law asks about the archive itself before a template is made."""
    with door.ground.database.begin() as session:
        return ArchiveFacts(
            controller=door.particulars.controller,
            policy_published_at=facts.policy_published_at(session),
            declarations=tuple(facts.declarations(session).items()),
        )
