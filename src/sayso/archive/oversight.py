"""Front door, the gallery above: what an overseer reads and verifies, in numbers and signed text.

May know: everything below by its front name. Must not know: faces, the web. Must not do: change anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import consent, ledger, lifecycle, measure
from ..consent.counting import Counted
from ..documents.state import Holding
from ..ledger import Browsed, InclusionProof
from ..lifecycle import Drill
from ..values import Counts
from . import facts
from .door import Door
from .papers import read_state

__all__ = ["Browsed", "Counted", "Drill", "Figures", "Holding", "Oversight", "Vouched"]


@dataclass(frozen=True, slots=True)
class Vouched:
    """A capture that was not made live: who vouched for it, who had invited, and whether the person confirmed (F11).
    Whose it is, the overseer need not know."""

    witness: str
    inviter: str
    at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Each collection with what holds there and what every run so far did; ``elsewhere``: runs in none that is left.

    exposure: by collection what `measure exposure` last counted. accuracy: the last report of `measure accuracy` as
    plain data; None when nobody has measured.
    """

    holdings: tuple[Holding, ...]
    counts: Counts
    elsewhere: Counts
    exposure: Mapping[int, Mapping[str, Any]]
    accuracy: Mapping[str, Any] | None


class Oversight:
    """``archive.oversight``: counts and clocks, the ledger page by page, and the end rehearsed."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def consents(self) -> Sequence[Counted]:
        """How many people agree to each purpose now, and how many no longer do."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "consent.count")
            return consent.counting.counted(session, ground.clock())

    def vouched(self) -> Sequence[Vouched]:
        """Every witnessed enrolment, the newest first (F11)."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "enrol.witnessed")
            marked = consent.enrolments.marked(session, ground.keys)
        return [Vouched(one.witness, one.inviter, one.at, one.confirmed_at) for one in reversed(marked)]

    def figures(self) -> Figures:
        """What the ledger counted and what was measured last; nobody is measured for it."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "measure.read")
            state = read_state(self._door, session)
        own = state.own
        return Figures(state.holdings, state.counts, state.elsewhere, own.exposure, own.accuracy)

    def counted_picture(self, words: Mapping[str, str]) -> str:
        """Faces measured in each collection so far as SVG. words: see ``measure.kept_charts.WORDS``."""
        self._door.enter("measure.read")
        told = [(one.collection.name, one.counts) for one in self.figures().holdings]
        return measure.counted_picture(told, words)

    def exposure_picture(self, words: Mapping[str, str]) -> str | None:
        """What wider reaches would measure of bystanders as SVG; None where nobody has measured, or nobody knows."""
        self._door.enter("measure.read")
        figures = self.figures()
        names = {one.collection.id: one.collection.name for one in figures.holdings}
        told = [(names[number], one) for number, one in figures.exposure.items() if number in names]
        return measure.exposure_picture(told, words)

    def accuracy_picture(self, words: Mapping[str, str]) -> str | None:
        """The last measured error rates as SVG; None where nobody has measured, or of too few people."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "measure.read")
            kept = facts.accuracy(session)
        return measure.accuracy_picture(kept, words) if kept else None

    def browse(self, *, before: int | None = None, limit: int = 25, verb: str = "", actor: str = "") -> Browsed:
        """Entries of the ledger, the newest first, also those that somebody made unreadable."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "ledger.list")
            return ledger.browse(session, before=before, limit=limit, verb=verb, actor=actor)

    def proofs(self, indexes: Sequence[int]) -> Sequence[InclusionProof]:
        """Proofs of several entries under one checkpoint. Raises UsageError when there is no such entry."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "ledger.proof")
            return [ground.ledger.proof(session, index) for index in indexes]

    def checkpoint(self) -> str:
        """The newest signed checkpoint, with the lines of the witnesses that signed it."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "ledger.verify")
            return self._door.ground.ledger.checkpoint(session)

    def growth(self, old_size: int) -> str:
        """Proof that the ledger of ``old_size`` entries is the beginning of today's, with today's checkpoint.

        Raises UsageError when it never had that size.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "ledger.verify")
            hashes = ground.ledger.consistency(session, old_size)
            return ledger.growth_text(old_size, hashes, ground.ledger.checkpoint(session))

    def drill(self) -> Drill:
        """What `cease` would destroy, and how far asking for it has come; nothing is changed."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "cease.drill")
            return lifecycle.drill(session, self._door.ground)
