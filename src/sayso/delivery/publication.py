"""Decide, for each photo of a collection, whether it may be published: as it is, with faces closed, or not at all.

May know: consents, decisions, boxes, packs. Must not know: pixels, vectors, names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .. import consent, matches, photos, policy
from ..consent import LiveConsent
from ..ground import Ground
from ..matches import Decided
from ..policy import Action
from ..storage import Session
from ..values import Box, Collection, Face, Outcome, Photo, Purpose


class Manner(StrEnum):
    """How a photo may be published."""

    AS_IT_IS = "as-it-is"
    REDACTED = "redacted"
    NOT_AT_ALL = "not-at-all"


@dataclass(frozen=True, slots=True)
class Publishable:
    """One photo and how it may be published. Boxes are in pixels of the upright photo; ``open_faces`` are those of
    ``faces`` that may be seen, and ``shown`` the ids of the people whose they are. ``bare``: a child is among them, so
    that the copy tells no time (F6)."""

    photo: Photo
    manner: Manner
    faces: tuple[Box, ...]
    open_faces: tuple[Box, ...] = ()
    shown: tuple[str, ...] = ()
    bare: bool = False


def plan_publication(
    session: Session, ground: Ground, collection: Collection, photo_ids: Iterable[int] | None = None
) -> list[Publishable]:
    """How each photo of a collection, or each of these, may be published now; by id.

    Open are faces that were matched with somebody whose consent to ``show`` lives here and whom the law packs allow to
    be shown, and that nobody else claims (L9). Every other face is closed, and so is one that somebody had hidden (R2).
    A photo in which somebody may be about whom everything is frozen is published in no form (F6). Raises UsageError.
    """
    if photo_ids is None:
        chosen = [one.photo for one in photos.list_photos(session, collection.id)]
    else:
        chosen = [photos.get_photo(session, one) for one in sorted(set(photo_ids))]
    ids = [one.id for one in chosen]
    claims: dict[int, list[Decided]] = {}
    for one in matches.on_photos(session, ids):
        if one.outcome is not Outcome.REJECTED:
            claims.setdefault(one.photo_id, []).append(one)
    named = {one.owner for found in claims.values() for one in found}
    people, frozen = _shown(session, ground, collection, named), _frozen(session, ground)
    faces = photos.faces_of_photos(session, ids)
    return [_planned(one, faces.get(one.id, []), claims.get(one.id, []), people, frozen) for one in chosen]


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody whose face may be seen in what is published."""

    id: str
    bare: bool


def _planned(
    photo: Photo, faces: Sequence[Face], claims: Sequence[Decided], people: dict[str, _Person], frozen: set[str]
) -> Publishable:
    places = tuple(face.box for face in faces)
    if any(one.owner in frozen for one in claims):
        return Publishable(photo, Manner.NOT_AT_ALL, places)
    opened, shown = [], []
    for face in faces:
        claimed = [one for one in claims if one.face_id == face.id]
        if face.do_not_measure or len(claimed) != 1 or claimed[0].outcome is not Outcome.MATCHED:
            continue
        person = people.get(claimed[0].owner)
        if person is not None:
            opened.append(face.box)
            shown.append(person)
    manner = Manner.AS_IT_IS if len(opened) == len(faces) else Manner.REDACTED
    ids = tuple(dict.fromkeys(one.id for one in shown))
    return Publishable(photo, manner, places, tuple(opened), ids, any(one.bare for one in shown))


def _shown(session: Session, ground: Ground, collection: Collection, named: set[str]) -> dict[str, _Person]:
    """Who of those with these tags may be seen, by the tag under which their matches are kept."""
    now = ground.clock()
    showing = {
        one.consent.subject_id: one for one in consent.records.gallery(session, Purpose.SHOW, collection.id, now)
    }
    found: dict[str, _Person] = {}
    for finding in consent.records.gallery(session, Purpose.FIND, collection.id, now):
        living = showing.get(finding.consent.subject_id)
        tag = matches.owner_tag(ground.keys, finding.consent.key_id)
        if living is None or tag not in named:
            continue
        person = _allowed(session, ground, collection, living)
        if person is not None:
            found[tag] = person
    return found


def _allowed(session: Session, ground: Ground, collection: Collection, living: LiveConsent) -> _Person | None:
    """The person, if every pack that applies to them lets their face be published."""
    subject_id = living.consent.subject_id
    facts = ground.person_facts(session, living, collection)
    packs = ground.packs_for(session, subject_id, collection)
    if not policy.decide(Action.PUBLISH, facts, packs).allowed:
        return None
    return _Person(subject_id, facts.age is None or facts.age < policy.bare_age(packs))


def _frozen(session: Session, ground: Ground) -> set[str]:
    """Tags under which matches of people are kept about whom everything is frozen."""
    return {
        matches.owner_tag(ground.keys, one.consent.key_id)
        for subject_id in consent.subjects.frozen(session)
        for one in consent.records.given(session, subject_id)
        if one.consent.purpose in (Purpose.FIND, Purpose.ERASE)
    }
