"""Pointing: a person says "that one is me". Only that face is measured, or none at all without a template.

May know: one face, one template, the law. Must not know: other faces. Must not tell: a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import delete

from .. import consent, matches, photos, policy, vault
from ..consent import LiveConsent
from ..errors import SaysoError
from ..ground import Ground, Sight
from ..matches import owner_tag
from ..policy import Action
from ..storage import Session
from ..values import Act, Actor, Collection, Counts, Face, Outcome, Photo, Purpose, Reach, Role
from .attempts import forget_all_failures, forget_failures
from .lawful import require
from .measurer import measured
from .tables import PointMissRow

_OTHER_WAY = "Ask the organiser to look at the photo with you, or try again tomorrow."


@dataclass(frozen=True, slots=True)
class Pointed:
    """What came of a point. ``misses_left`` is how many more misses the person has today."""

    outcome: Outcome
    counts: Counts
    misses_left: int


def point(ground: Ground, sight: Sight, actor: Actor, *, subject_id: str, photo_id: int, number: int) -> Pointed:
    """Take a person's word for one face.

    With a template the face is measured and must be near it; a miss counts against the day's budget and as exposure.
    Without a template nothing is measured and the point waits for review. Raises RefusedError (F1, F8, F11, F12),
    UsageError.
    """
    card = sight.recognizer.card
    with ground.database.begin() as session:
        photo = photos.get_photo(session, photo_id)
        collection = photos.get_collection(session, photo.collection_id)
        now = ground.clock()
        living = consent.records.live(session, subject_id, Purpose.FIND, now, collection_id=collection.id)
        face = photos.get_face(session, photo.id, number)
        owner = owner_tag(ground.keys, living.consent.key_id)
        packs = ground.packs_for(session, subject_id, collection)
        misses = _misses(session, owner, now.date())
        limit = policy.point_misses(packs)
        if _decided_before(session, owner, face):
            _note(session, ground, actor, collection, living, face, Outcome.MATCHED, Counts(photos=1))
            return Pointed(Outcome.MATCHED, Counts(photos=1), limit - misses)
        facts = replace(
            ground.person_facts(session, living, collection),
            misses_today=misses,
            do_not_measure=face.do_not_measure,
        )
        if not vault.holds(session, living, card.id):
            # Nobody is measured, so nothing sleeps until a contact confirms.
            require(Action.MEASURE_POINT, replace(facts, confirmed=True), packs, _OTHER_WAY)
            _record(session, ground, actor, collection, living, face, owner, Outcome.REVIEW, Counts(1, 1))
            return Pointed(Outcome.REVIEW, Counts(1, 1), limit - misses)
        require(Action.MEASURE_POINT, facts, packs, _OTHER_WAY)
        # Counted before the face is measured, so that many points at once cannot outrun the budget.
        _count_misses(session, owner, now.date(), 1)
        # Before it is measured, so that a killed process leaves its upper bound behind.
        begun = Act("point.begin", actor, (subject_id,), collection.id, Purpose.FIND, Reach.POINTED)
        ground.note(session, replace(begun, facts=(("photo", photo.id), ("faces_planned", 1))))
    try:
        near = _compare(ground, sight, collection, living, photo, face)
    except SaysoError:
        with ground.database.begin() as session:
            _count_misses(session, owner, now.date(), -1)
        raise
    with ground.database.begin() as session:
        if near is not False:
            _count_misses(session, owner, now.date(), -1)
        misses = _misses(session, owner, now.date())
        if near is not None:
            withdrew = not consent.records.still(session, living, ground.clock())
            outcome = Outcome.MATCHED if near and not withdrew else Outcome.REJECTED
            counts = Counts(photos=1, seen=1, measured=1, kept=int(near), discarded=int(not near))
            outcome = _record(session, ground, actor, collection, living, face, owner, outcome, counts)
    if near is None:
        raise SaysoError(
            "This face is too small or turned too far to be compared.",
            "Point at yourself in another photo, or ask for a review of this one.",
        )
    return Pointed(outcome, counts, limit - misses)


def forget_misses(session: Session, owners: Sequence[str]) -> None:
    """Delete the budgets of owners who withdrew."""
    session.execute(delete(PointMissRow).where(PointMissRow.owner.in_(owners)))
    forget_failures(session, owners)


def forget_all_misses(session: Session) -> None:
    """Delete everybody's budgets."""
    session.execute(delete(PointMissRow))
    forget_all_failures(session)


def _compare(
    ground: Ground, sight: Sight, collection: Collection, living: LiveConsent, photo: Photo, face: Face
) -> bool | None:
    """Whether the pointed face is near enough to the person's own template; None when it is not worth measuring."""
    recognizer = sight.recognizer
    threshold = recognizer.card.calibration(collection.calibration).review
    with ground.database.begin() as session:
        gallery = vault.open_templates(
            session,
            ground.keys,
            [living],
            purpose=Purpose.FIND,
            model_id=recognizer.card.id,
            dimension=recognizer.dimension,
        )
    with gallery:
        source = photos.load(photo, ground.blobs)
        with measured(sight, source, [face.box], full_size=(photo.width, photo.height)) as result:
            if not result.places:
                return None
            return bool(recognizer.distance(result.vectors, gallery.vectors)[0, 0] <= threshold)


def _decided_before(session: Session, owner: str, face: Face) -> bool:
    return any(one.face_id == face.id and one.outcome is Outcome.MATCHED for one in matches.of_owner(session, owner))


def _misses(session: Session, owner: str, day: date) -> int:
    row = session.get(PointMissRow, (owner, day))
    return row.misses if row else 0


def _count_misses(session: Session, owner: str, day: date, change: int) -> None:
    session.merge(PointMissRow(owner=owner, day=day, misses=_misses(session, owner, day) + change))
    session.flush()


def _record(
    session: Session,
    ground: Ground,
    actor: Actor,
    collection: Collection,
    living: LiveConsent,
    face: Face,
    owner: str,
    outcome: Outcome,
    counts: Counts,
) -> Outcome:
    """Keep what came of a point; a face that somebody else has confirmed goes to review instead."""
    if outcome is not Outcome.REJECTED:
        outcome = matches.record(
            session,
            owner=owner,
            photo_id=face.photo_id,
            face_id=face.id,
            outcome=outcome,
            now=ground.clock(),
            confirmed=outcome is Outcome.MATCHED,
            pointed=True,
            pointed_by=None if actor.role is Role.SUBJECT else actor.name,
        ).outcome
    _note(session, ground, actor, collection, living, face, outcome, counts)
    return outcome


def _note(
    session: Session,
    ground: Ground,
    actor: Actor,
    collection: Collection,
    living: LiveConsent,
    face: Face,
    outcome: Outcome,
    counts: Counts,
) -> None:
    ground.note(
        session,
        Act(
            "point",
            actor,
            (living.consent.subject_id,),
            collection.id,
            Purpose.FIND,
            Reach.POINTED,
            counts,
            (("photo", face.photo_id), ("outcome", outcome.value)),
        ),
    )
