"""Front door, the law: what an act needs, what the archive lacks, what was declared.

May know: packs, the archive's own facts. Must not know: persons.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from .. import consent, measure, policy
from ..documents import Document
from ..engine import Progress
from ..errors import UsageError
from ..measure import AccuracyReport
from ..policy import Action, Facts
from ..storage import Session
from ..values import Act, Reason
from . import facts
from .door import Door
from .papers import policy_texts


class Law:
    """``archive.law``: explain, check, declare; and the one measurement that needs a legal basis of its own."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def explain(self, action: str, *, language: str = "en") -> list[Reason]:
        """Every rule that an action is checked against here, with its source. Raises UsageError."""
        self._door.enter("law.explain")
        try:
            chosen = Action(action)
        except ValueError:
            raise UsageError(f"There is no action '{action}'.", f"Choose one of {', '.join(Action)}.") from None
        return policy.explain(chosen, self._door.ground.packs_of(), language=language)

    def check(self, *, language: str = "en") -> list[Reason]:
        """What this archive still lacks before anybody may enrol; empty when nothing."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "law.check")
            return policy.lacking(self._facts(session), self._door.ground.packs_of(), language=language)

    def declare(self, declaration: str, on: date) -> None:
        """Note that a declaration to a regulator was made on a day. Raises UsageError when no pack here asks for it."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "law.declare")
            asked = sorted(policy.declarations(ground.packs_of()))
            if declaration not in asked:
                raise UsageError(
                    f"No law pack of this archive asks for a declaration called '{declaration}'.",
                    f"They ask for {' and '.join(asked) or 'none'}.",
                )
            facts.declare(session, declaration, on)
            noted = (("declaration", declaration), ("on", on.isoformat()))
            ground.note(session, Act("law.declare", actor, facts=noted))

    def publish_policy(self) -> Mapping[str, Document]:
        """Note that the public retention policy, as it reads now, is published; its text in each language.

        The hashes of the texts are kept, and stand in the ledger: which text was public can be shown later.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "law.declare")
            texts = policy_texts(self._door, session)
            hashes = {language: text.sha256 for language, text in texts.items()}
            facts.publish_policy(session, ground.clock(), hashes)
            noted = (("declaration", "public-policy"), *((f"sha256_{name}", each) for name, each in hashes.items()))
            ground.note(session, Act("law.declare", actor, facts=noted))
        return texts

    def measure_accuracy(
        self, folder: Path, *, basis: str, progress: Callable[[Progress], None] | None = None
    ) -> AccuracyReport:
        """Error rates on a labelled folder (F12): in memory, at least 20 persons, rates only."""
        ground = self._door.ground
        actor = self._door.enter("measure.accuracy")
        report = measure.measure_accuracy(
            folder,
            basis=basis,
            packs=ground.packs_of(),
            store=self._door.sight.store,
            clock=ground.clock,
            progress=progress,
        )
        with ground.database.begin() as session:
            noted = (("basis", basis), ("persons", report.persons))
            facts.keep_accuracy(session, report.to_json(), ground.clock())
            ground.note(session, Act("measure.accuracy", actor, counts=report.counts, facts=noted))
        return report

    def _facts(self, session: Session) -> Facts:
        """What the archive can show about itself."""
        return Facts(
            now=self._door.ground.clock(),
            declarations=facts.declarations(session),
            policy_published_at=facts.policy_published_at(session),
            notice_languages=consent.notices.languages(session),
        )
