"""After an older copy of the database was put back on purpose: two persons say so, and the ledger goes on honestly.

May know: approvals, the ledger. Must not know: who put the copy back, or whose entries were lost.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..access import approvals
from ..errors import UsageError
from ..ground import Ground
from ..ledger import RESTORED, facts_of
from ..values import Act, Actor

_VERB = "ledger.accept-restore"


@dataclass(frozen=True, slots=True)
class AcceptedRestore:
    """The checkpoint that was lost. ``ledger_index`` is None while a second person has yet to approve."""

    lost_size: int
    lost_root: str
    asked_by: str
    ledger_index: int | None


def accept_restore(ground: Ground, actor: Actor) -> AcceptedRestore:
    """Ask that the loss of the remembered checkpoint be accepted, or, as a second person, accept it.

    The entry ``restored`` names size and root of what was lost, for good; the remembered checkpoint then moves on.
    Raises UsageError when nothing was lost, RefusedError (F10) for the person who asked, LedgerError when what is
    remembered is no checkpoint of this ledger.
    """
    with ground.database.begin() as session:
        lost = ground.ledger.lost(session)
        if lost is None:
            raise UsageError("No checkpoint is lost, so there is no restore to accept.", "Run `sayso ledger verify`.")
        now, what = ground.clock(), f"{lost.size} {lost.root.hex()}"
        waiting = (one for one in approvals.waiting(session) if (one.verb, one.what) == (_VERB, what))
        asked = next(waiting, None)
        if asked is None:
            asked = approvals.ask(session, _VERB, what, actor.name, now)
            ground.note(session, Act(f"{_VERB}.asked", actor, facts=facts_of(lost)))
            return AcceptedRestore(lost.size, lost.root.hex(), asked.asked_by, None)
        approvals.approve(session, asked.id, actor.name, now, rule="F10")
        noted = (*facts_of(lost), ("asked_by", asked.asked_by))
        index = ground.note(session, Act(RESTORED, actor, facts=noted))
    return AcceptedRestore(lost.size, lost.root.hex(), asked.asked_by, index)
