"""Front door, the law: what an act needs, what the archive lacks, what was declared, what was measured.

May know: packs, the archive's own facts, which packs people brought along. Must not know: which person did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from .. import consent, finding, measure, photos, policy
from ..documents import Document
from ..engine import Progress
from ..errors import UsageError
from ..ground import keep_pack, own_packs
from ..measure import AccuracyReport, CalibrationReport
from ..measure.calibrate import MATCHED_FPIR, REVIEW_FPIR
from ..policy import Action, Facts, Lacking, Pack
from ..storage import Session
from ..values import Act, Reason
from . import facts
from .door import Door
from .papers import policy_texts

# A regulator takes no declaration for a day that is further away.
_AHEAD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class AddedPack:
    """A law pack of the operator's that the archive keeps from now on. ``sha256`` is its file's."""

    id: str
    title: str
    sha256: str


class Law:
    """``archive.law``: explain, check, declare, add; and the measurements that need a legal basis of their own."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def explain(self, action: str, *, language: str = "en") -> list[Reason]:
        """Every rule that an action is checked against here or in some collection, with its source.

        Raises UsageError.
        """
        try:
            chosen = Action(action)
        except ValueError:
            raise UsageError(f"There is no action '{action}'.", f"Choose one of {', '.join(Action)}.") from None
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "law.explain")
            packs = self._door.ground.packs_of(*photos.list_collections(session))
        return policy.explain(chosen, packs, language=language)

    def check(self, *, language: str = "en") -> list[Lacking]:
        """What is lacking before anybody may enrol, here, in some collection, or under a pack that people brought.

        Empty when nothing is.
        """
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "law.check")
            told = self._facts(session)
            here = policy.lacking(told, self._door.ground.packs_of(), language=language)
            places: dict[Lacking, list[str]] = {one: [] for one in here}
            for place, packs in self._places(session):
                for one in policy.lacking(told, packs, language=language):
                    if one not in here:
                        places.setdefault(one, []).append(place)
        return [replace(one, where=tuple(where)) for one, where in places.items()]

    def add(self, file: Path) -> AddedPack:
        """Keep a law pack of one's own, so that collections and people can be put under it.

        Its text stays as it is: an amended law is another pack. Raises PackError, UsageError.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "law.add")
            present = own_packs(session)
            id, text = policy.read_pack(file, present)
            if id in present:
                raise UsageError(
                    f"There is a law pack '{id}' here already, and people may rely on what it says.",
                    "Give the amended one another id, such as one with a year; the stricter of both holds.",
                )
            sha256 = keep_pack(session, id, text)
            ground.note(session, Act("law.add", actor, facts=(("pack", id), ("sha256", sha256))))
            ground.learn_packs(session)
        (pack,) = ground.load((id,))
        return AddedPack(id, pack.title(), sha256)

    def declare(self, declaration: str, on: date) -> None:
        """Note that a declaration to a regulator was made on a day.

        Raises UsageError when no pack of the archive, its collections or its people asks for it, or for a day that is
        more than a year ahead.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "law.declare")
            every = (ground.packs_of(), *(packs for _, packs in self._places(session)))
            asked = sorted({name for packs in every for name in policy.declarations(packs)})
            if declaration not in asked:
                raise UsageError(
                    f"No law pack of this archive, its collections or its people asks for a declaration called "
                    f"'{declaration}'.",
                    f"They ask for {' and '.join(asked) or 'none'}.",
                )
            if on > ground.clock().date() + _AHEAD:
                raise UsageError(f"{on} is more than a year ahead.", "Give the day on which the declaration was made.")
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
            begin=self._door.begins("measure.accuracy", actor, basis),
            progress=progress,
        )
        with ground.database.begin() as session:
            noted = (("basis", basis), ("persons", report.persons))
            # What a part showed does not take the place of what all showed.
            if not report.stopped:
                facts.keep_accuracy(session, report.to_json(), ground.clock())
            ground.note(session, Act("measure.accuracy", actor, counts=report.counts, facts=noted))
        return report

    def calibrate(
        self,
        folder: Path,
        *,
        name: str,
        basis: str,
        matched_fpir: float = MATCHED_FPIR,
        review_fpir: float = REVIEW_FPIR,
        progress: Callable[[Progress], None] | None = None,
    ) -> CalibrationReport:
        """Measure both thresholds of the recogniser in use on a labelled folder (F12) and keep them under ``name``,
        which collections can choose from now on. Raises UsageError, RefusedError (F7, F12)."""
        ground, sight = self._door.ground, self._door.sight
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "measure.calibrate")
            finding.models.require_new_name(session, sight.card, name)
        report = measure.calibrate(
            folder,
            name=name,
            basis=basis,
            packs=ground.packs_of(),
            matched_fpir=matched_fpir,
            review_fpir=review_fpir,
            store=sight.store,
            clock=ground.clock,
            begin=self._door.begins("measure.calibrate", actor, basis),
            progress=progress,
        )
        with ground.database.begin() as session:
            finding.models.require_current(session, sight)
            finding.models.require_new_name(session, sight.card, name)
            finding.models.keep_thresholds(session, report.model, report.calibration)
            noted = (
                ("basis", basis),
                ("persons", report.persons),
                ("model", report.model),
                ("calibration", name),
                ("matched_at", f"{report.calibration.matched:.2f}"),
                ("review_at", f"{report.calibration.review:.2f}"),
                ("searches", report.searches),
            )
            ground.note(session, Act("measure.calibrate", actor, counts=report.counts, facts=noted))
            own = finding.models.chosen(session, ground.blobs)
            measured = finding.models.thresholds(session, report.model)
        sight.use(own, measured)
        return report

    def _places(self, session: Session) -> Iterator[tuple[str, tuple[Pack, ...]]]:
        """Each collection, and each pack that people brought along, by what to call it."""
        ground = self._door.ground
        for one in photos.list_collections(session):
            yield one.name, ground.packs_of(one)
        for name in consent.packs.in_use(session, ground.keys):
            yield f"people under {name}", ground.load((*ground.packs, name))

    def _facts(self, session: Session) -> Facts:
        """What the archive can show about itself."""
        return Facts(
            now=self._door.ground.clock(),
            declarations=facts.declarations(session),
            policy_published_at=facts.policy_published_at(session),
            notice_languages=consent.notices.languages(session),
        )
