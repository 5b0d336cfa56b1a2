"""Which faces may be measured for whom: the law's reach and the cues first, then everything that spares a face.

May know: photos, boxes, consents, decisions. Must not know: vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .. import matches, photos
from ..ground import Ground
from ..policy import Pack
from ..storage import Session
from ..values import Collection, Cues, Face, Outcome, Photo, Reach
from . import reach as reaches


@dataclass(frozen=True, slots=True)
class Searcher:
    """One subject in a search: the tag of their matches and the name of the template in use."""

    owner: str
    template: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """Faces of one photo that may be measured, and the rows of the searchers who may be in it.

    seen: how many faces the photo shows, candidates or not. held: ids of faces to which somebody else was matched by
    measuring alone: whoever is as near disputes them.
    """

    photo: Photo
    faces: tuple[Face, ...]
    seen: int
    rows: tuple[int, ...]
    held: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a search would measure. ``left_pointed`` photos are out of reach, ``done_before`` need no second look."""

    photos: tuple[Candidates, ...]
    left_pointed: int
    done_before: int

    @property
    def faces(self) -> int:
        return sum(len(one.faces) for one in self.photos)


def plan(
    session: Session,
    ground: Ground,
    collection: Collection,
    searchers: Sequence[Searcher],
    *,
    reach: Reach,
    cues: Cues,
    people_consented: int,
) -> Plan:
    """The fewest faces that answer the question.

    Spared are photos that were searched before with the same template, photos in which a searcher is matched
    already, faces that somebody has confirmed as theirs, faces that every searcher has denied, and faces marked as not
    to be measured. A face that was matched by measuring alone is measured again for others: else who asks first would
    keep it, and who asks later would never hear of it.
    """
    packs: Sequence[Pack] = ground.packs_of(collection)
    now = ground.clock()
    passing = photos.passing(session, collection.id, cues)
    decided: dict[int, list[matches.Decided]] = {}
    for one in matches.on_photos(session, [photo.id for photo in passing]):
        decided.setdefault(one.photo_id, []).append(one)
    read = [matches.searched(session, owner=one.owner, template=one.template) for one in searchers]
    faces_of = photos.faces_of_photos(session, [photo.id for photo in passing])
    work, left, before = [], 0, 0
    for photo in passing:
        faces = faces_of.get(photo.id, [])
        if not reaches.photo_is_open(
            collection,
            photo,
            reach=reach,
            faces=len(faces),
            people_consented=people_consented,
            packs=packs,
            now=now,
        ):
            left += 1
            continue
        known = decided.get(photo.id, [])
        rows = [
            row
            for row, one in enumerate(searchers)
            if photo.id not in read[row] and not any(_settled(match, one.owner) for match in known)
        ]
        if not rows:
            before += 1
            continue
        spared = _spared(known, {searchers[row].owner for row in rows})
        free = tuple(face for face in faces if face.id not in spared and not face.do_not_measure)
        held = frozenset(match.face_id for match in known if match.outcome is Outcome.MATCHED) - spared
        work.append(Candidates(photo, free, len(faces), tuple(rows), held))
    return Plan(tuple(work), left, before)


def _spared(known: Sequence[matches.Decided], owners: set[str]) -> set[int]:
    """Faces of a photo about which these searchers have nothing to ask: confirmed by somebody, or denied by them."""
    denied: dict[int, set[str]] = {}
    for match in known:
        if match.confirmed and match.outcome is Outcome.REJECTED:
            denied.setdefault(match.face_id, set()).add(match.owner)
    confirmed = {match.face_id for match in known if match.confirmed and match.outcome is Outcome.MATCHED}
    return confirmed | {face_id for face_id, by in denied.items() if owners <= by}


def _settled(match: matches.Decided, owner: str) -> bool:
    return match.owner == owner and match.outcome is Outcome.MATCHED
