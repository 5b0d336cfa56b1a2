"""Search one collection for the subjects who asked: candidates, measure, compare, decide, record.

May know: vectors and subjects together, for as long as one photo takes. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace

import numpy as np

from .. import consent, matches, photos, policy, vault
from ..consent import LiveConsent
from ..engine import Done, Engine, Progress, Tracker
from ..errors import RefusedError
from ..ground import Ground, Sight, refuse_if_ceased
from ..policy import Action
from ..storage import Session
from ..values import Act, Actor, Collection, Counts, Cues, Outcome, Purpose, Reach, Skipped
from ..vault import Gallery
from . import reach as reaches
from .candidates import Candidates, Plan, Searcher, plan
from .chips import Encoded, Shelf, Upright, encoded
from .compare import Thresholds, pair
from .lawful import require
from .measurer import measured_chips, upright
from .models import of_another_model, require_current

_CHUNK = 32


@dataclass(frozen=True, slots=True)
class FindReport:
    """How a search of one collection ended.

    ``left_pointed`` photos were out of reach; ``done_before`` had been searched and were not measured again.
    ``other_model`` subjects were skipped: their template is of another model, and they need a new capture.
    """

    collection: str
    reach: Reach
    subjects: int
    counts: Counts
    matched: int
    review: int
    left_pointed: int
    done_before: int
    other_model: int
    skipped: tuple[Skipped, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Found:
    """What a worker gives back for one photo: (face id, searcher's row, outcome), and how many faces it measured.

    from_chips: whether it took chips from the shelf; fresh: those that it made, if they are kept.
    """

    decisions: tuple[tuple[int, int, Outcome], ...]
    measured: int
    from_chips: bool = False
    fresh: Encoded = field(default_factory=dict, repr=False)


def find(
    ground: Ground,
    sight: Sight,
    engine: Engine,
    actor: Actor,
    collection: Collection,
    *,
    subject_id: str | None = None,
    cues: Cues | None = None,
    asked_reach: Reach | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> FindReport:
    """Find the photos of consenting subjects in one collection.

    Finished chunks stay when the run is interrupted; the next run goes on after them. Raises RefusedError when the
    reach is not open, when nobody has a template that is awake, or when no photo is within reach.
    """
    cues = cues or Cues()
    reach = reaches.for_search(collection, asked_reach, cues, ground.packs_of(collection), ground.clock())
    card = sight.recognizer.card
    calibration = card.calibration(collection.calibration)
    tracker = Tracker(ground.clock)
    with ExitStack() as stack:
        with ground.database.begin() as session:
            require_current(session, sight)
            consents = searching(session, ground, collection, subject_id)
            elsewhere = of_another_model(session, consents, card.id)
            gallery = stack.enter_context(
                vault.open_templates(
                    session,
                    ground.keys,
                    consents,
                    purpose=Purpose.FIND,
                    model_id=card.id,
                    dimension=sight.recognizer.dimension,
                )
            )
            if not gallery.consents and elsewhere:
                raise RefusedError.because(
                    "F1",
                    f"Nobody in '{collection.name}' has a template of the model {card.id}; those of other models are "
                    "never compared with it.",
                    "Ask the people for a new capture: `sayso models people` says whom.",
                )
            if not gallery.consents:
                raise RefusedError.because(
                    "F1",
                    f"Nobody in '{collection.name}' has a template that is confirmed and may be used.",
                    "Enrol somebody with a capture and let the invited contact confirm, or let people point. "
                    "`sayso notice waiting` lists who has to say yes again.",
                )
            run = _Run(ground, actor, collection, reach, gallery, Shelf(session, ground, sight, collection))
            work = plan(
                session,
                ground,
                collection,
                run.searchers,
                reach=reach,
                cues=cues,
                people_consented=people_consented(session, ground, collection),
            )
            refuse_if_all_stay_pointed(work, collection)
            run.begin(session, work)
        worker = _worker(sight, gallery, Thresholds(calibration.matched, calibration.review), run.shelf)
        tracker.expect(len(work.photos))
        for start in range(0, len(work.photos), _CHUNK):
            chunk = work.photos[start : start + _CHUNK]
            run.chunk(list(engine.run(lambda one: worker(ground, one), run.still_wanted(chunk))))
            if progress:
                progress(tracker.advance(len(chunk)))
            if not run.anybody_left:
                break
    return run.report(work, elsewhere, tracker.seconds)


class _Run:
    """One search while it runs: records each chunk in one transaction with its ledger entry, and adds up."""

    def __init__(
        self, ground: Ground, actor: Actor, collection: Collection, reach: Reach, gallery: Gallery, shelf: Shelf
    ) -> None:
        self._ground, self._collection, self._gallery, self.shelf = ground, collection, gallery, shelf
        self._act = Act(
            verb="find",
            actor=actor,
            subjects=tuple(one.consent.subject_id for one in gallery.consents),
            collection_id=collection.id,
            purpose=Purpose.FIND,
            reach=reach,
        )
        self.searchers = [
            Searcher(matches.owner_tag(ground.keys, one.consent.key_id), version)
            for one, version in zip(gallery.consents, gallery.versions, strict=True)
        ]
        self._counts = Counts()
        self._chips_kept = self._from_chips = 0
        self._matched = self._review = 0
        self._skipped: list[Skipped] = []
        self.anybody_left = True

    def begin(self, session: Session, work: Plan) -> None:
        """Write what the run is about to measure, so that a killed run leaves its upper bound behind."""
        planned = (("photos_planned", len(work.photos)), ("faces_planned", work.faces))
        self._ground.note(session, replace(self._act, verb="find.begin", facts=planned))

    def still_wanted(self, chunk: Sequence[Candidates]) -> list[Candidates]:
        """What of a chunk may still be measured just before it is: for whom, in a reach that still stands.

        Raises RefusedError when the reach has run out or the archive has ceased since the run began.
        """
        ground = self._ground
        with ground.database.begin() as session:
            refuse_if_ceased(session)
            living = self._living(session)
            if not living:
                return []
            collection = photos.get_collection(session, self._collection.id)
            reaches.effective(collection, self._act.reach, ground.packs_of(collection), ground.clock())
            present = photos.faces_of_photos(session, [one.photo.id for one in chunk])
        wanted = []
        for one in chunk:
            open_faces = {face.id for face in present.get(one.photo.id, []) if not face.do_not_measure}
            rows = tuple(row for row in one.rows if row in living)
            if rows:
                faces = tuple(face for face in one.faces if face.id in open_faces)
                wanted.append(replace(one, faces=faces, rows=rows))
        return wanted

    def chunk(self, done: Sequence[Done[Candidates, _Found]]) -> None:
        """Keep the decisions of a chunk, but nothing of a subject who withdrew while it was measured."""
        counts = Counts()
        self._chips_kept = self._from_chips = 0
        with self._ground.database.begin() as session:
            living = self._living(session)
            self.shelf.learn(session)
            for one in done:
                counts += self._keep(session, one, living)
            chips = (("chips_kept", self._chips_kept), ("photos_from_chips", self._from_chips))
            noted = chips if self._collection.chips_key else ()
            self._ground.note(session, replace(self._act, counts=counts, facts=noted))
        self._counts += counts

    def report(self, work: Plan, other_model: int, seconds: float) -> FindReport:
        return FindReport(
            collection=self._collection.name,
            reach=self._act.reach or Reach.POINTED,
            subjects=len(self.searchers),
            counts=self._counts,
            matched=self._matched,
            review=self._review,
            left_pointed=work.left_pointed,
            done_before=work.done_before,
            other_model=other_model,
            skipped=tuple(self._skipped),
            seconds=seconds,
        )

    def _living(self, session: Session) -> set[int]:
        """The searchers whose consent and key live on; the others' templates are overwritten."""
        now = self._ground.clock()
        living = set()
        for row, one in enumerate(self._gallery.consents):
            if self._ground.keys.holds(one.consent.key_id) and consent.records.still(session, one, now):
                living.add(row)
            else:
                self._gallery.forget(row)
        self.anybody_left = bool(living)
        return living

    def _keep(self, session: Session, done: Done[Candidates, _Found], living: set[int]) -> Counts:
        photo = done.item.photo
        if done.value is None:
            self._skipped.append(Skipped(photo.path, str(done.error)))
            return Counts()
        if not photos.still_there(session, photo.id):
            return Counts(1, done.item.seen, done.value.measured, 0, done.value.measured)
        self._from_chips += done.value.from_chips
        if done.value.fresh and living.intersection(done.item.rows):
            self._chips_kept += self.shelf.put(photo, photos.faces_of(session, photo.id), done.value.fresh)
        kept = 0
        for face_id, row, outcome in done.value.decisions:
            if row not in living:
                continue
            decided = matches.record(
                session,
                owner=self.searchers[row].owner,
                photo_id=photo.id,
                face_id=face_id,
                outcome=outcome,
                now=self._ground.clock(),
            )
            kept += decided.outcome is Outcome.MATCHED
            self._matched += decided.outcome is Outcome.MATCHED
            self._review += decided.outcome is Outcome.REVIEW
        for row in living.intersection(done.item.rows):
            searcher = self.searchers[row]
            matches.mark_searched(session, owner=searcher.owner, template=searcher.template, photo_ids=[photo.id])
        return Counts(1, done.item.seen, done.value.measured, kept, done.value.measured - kept)


def people_consented(session: Session, ground: Ground, collection: Collection) -> int:
    """How many people said yes to being found in a collection."""
    return len(consent.records.gallery(session, Purpose.FIND, collection.id, ground.clock()))


def searching(session: Session, ground: Ground, collection: Collection, subject_id: str | None) -> list[LiveConsent]:
    """Consents that take part: those of the collection that the law lets us use, or the one that was asked for.

    Raises RefusedError when the law does not let us use that one.
    """
    now = ground.clock()
    if subject_id is not None:
        one = consent.records.live(session, subject_id, Purpose.FIND, now, collection_id=collection.id)
        require(
            Action.USE_TEMPLATE,
            ground.person_facts(session, one, collection),
            ground.packs_for(session, subject_id, collection),
            "If the enrolment is not confirmed yet, the invited contact does so with `sayso confirm CODE`.",
        )
        return [one]
    return [
        one
        for one in consent.records.gallery(session, Purpose.FIND, collection.id, now)
        if policy.decide(
            Action.USE_TEMPLATE,
            ground.person_facts(session, one, collection),
            ground.packs_for(session, one.consent.subject_id, collection),
        ).allowed
    ]


def refuse_if_all_stay_pointed(work: Plan, collection: Collection) -> None:
    """Raises RefusedError when the law lets no photo take part."""
    if work.left_pointed and not work.photos and not work.done_before:
        raise RefusedError.because(
            "F3",
            f"No photo of '{collection.name}' may be searched: all {work.left_pointed} stay pointed, because they "
            "have no capture time inside the occasion or show more people than consented.",
            "People can point at their own face with `sayso point`.",
        )


def _worker(
    sight: Sight, gallery: Gallery, thresholds: Thresholds, shelf: Shelf
) -> Callable[[Ground, Candidates], _Found]:
    """The work on one photo. A vector lives inside it and nowhere else."""

    def work(ground: Ground, one: Candidates) -> _Found:
        if not one.faces:
            return _Found((), 0)
        chips, fresh = shelf.take(one.photo, one.faces), {}
        from_chips = chips is not None
        if chips is None:
            source = photos.load(one.photo, ground.blobs)
            boxes = [face.box for face in one.faces]
            made = upright(sight, source, boxes, full_size=(one.photo.width, one.photo.height))
            chips = Upright({face.id: chip for face, chip in zip(one.faces, made, strict=True)})
            # Here and not where it is kept, because there the database waits.
            fresh = encoded(chips.chips) if shelf.is_open else {}
        with measured_chips(sight, chips.worth(one.faces)) as result:
            distance = sight.recognizer.distance(result.vectors, gallery.vectors)
            absent = np.setdiff1d(np.arange(len(gallery.consents)), one.rows)
            distance[:, absent] = np.inf
            held = [one.faces[place].id in one.held for place in result.places]
            pairings = pair(distance, thresholds, held=held)
            decisions = tuple(
                (one.faces[result.places[pairing.face]].id, pairing.subject, pairing.outcome) for pairing in pairings
            )
            return _Found(decisions, len(result.places), from_chips, fresh)

    return work
