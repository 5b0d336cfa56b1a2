"""Front door, the review: doubtful matches, decided by people, and a slip taken back.

May know: doubts, decisions. Must not know: vectors, the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Sequence

from .. import finding, lifecycle
from ..finding import Doubt
from ..values import Act, Outcome
from .door import Door


class Review:
    """``archive.review``: doubtful matches, decided by people."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def list(self, subject: str | None = None) -> Sequence[Doubt]:
        """What waits for a decision; each look is a ledger entry that the people concerned can read."""
        ground = self._door.ground
        with ground.database.begin() as session:
            if subject is None:
                actor, chosen = self._door.enter_with(session, "review.list"), None
            else:
                actor, chosen = self._door.enter_for(session, "review.list", subject)
            doubts = finding.waiting(ground, session, chosen)
            seen = tuple(dict.fromkeys(doubt.subject.id for doubt in doubts))
            ground.note(session, Act("review.list", actor, seen, facts=(("waiting", len(doubts)),)))
        return doubts

    def confirm(self, doubt_id: int, *, said_by_subject: bool = False) -> Outcome:
        """The face is that person's. Whoever held it without anybody's word loses it, in albums as well.

        Raises UsageError, RefusedError (F7), UnfinishedError when an album has to wait.
        """
        door = self._door
        actor = door.enter("review.confirm")
        outcome = finding.decide_doubt(door.ground, actor, doubt_id, mine=True, said_by_subject=said_by_subject)
        lifecycle.settle(door.ground, door.sight, actor)
        return outcome

    def deny(self, doubt_id: int, *, said_by_subject: bool = False) -> Outcome:
        """The face is somebody else's."""
        actor = self._door.enter("review.deny")
        return finding.decide_doubt(self._door.ground, actor, doubt_id, mine=False, said_by_subject=said_by_subject)

    def undo(self, doubt_id: int) -> None:
        """Take back what you decided: the face is in doubt again, and closed in every album.

        Only by the account that decided by its own look, for an hour. Raises UsageError, UnfinishedError.
        """
        door = self._door
        actor = door.enter("review.undo")
        lifecycle.undo(door.ground, door.sight, actor, doubt_id=doubt_id)
