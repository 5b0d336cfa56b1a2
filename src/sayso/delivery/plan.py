"""Decide, for one person's album, which photos belong in it and whose faces may be seen in each.

May know: consents, decisions, boxes. Must not know: pixels, vectors, names.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from .. import consent, matches, photos
from ..consent import LiveConsent
from ..keys import KeyStore
from ..storage import Session
from ..values import Box, Outcome, Photo, Purpose


@dataclass(frozen=True, slots=True)
class Planned:
    """One photo of an album. Boxes are in pixels of the upright photo; ``open_faces`` holds ``own``, unless somebody
    asked to leave that face alone, and those who share. ``open_owners`` are the tags of people whose faces are open."""

    photo: Photo
    faces: tuple[Box, ...]
    open_faces: tuple[Box, ...]
    own: Box
    open_owners: tuple[str, ...]


def plan(
    session: Session,
    keys: KeyStore,
    *,
    subject_id: str,
    now: datetime,
    collections: Collection[int] | None = None,
    held: LiveConsent | None = None,
) -> list[Planned]:
    """The photos in which this person was matched, by capture time.

    Open are their own face and the matched faces of others whose consent to ``share`` lives in that collection (L9).
    ``review`` and ``rejected`` stay closed, and so does every face that somebody asked to leave alone (R2).
    held: plan what is held under this consent, though it may wait for a new yes; only for the person's own export.
    Raises RefusedError (F1, F2, F6) when the person's own consent to ``find`` does not live.
    """
    living = held or consent.records.live(session, subject_id, Purpose.FIND, now)
    owner = matches.owner_tag(keys, living.consent.key_id)
    own = {one.photo_id: one.face_id for one in matches.of_owner(session, owner, Outcome.MATCHED)}
    reached = [
        photo
        for photo in (photos.get_photo(session, photo_id) for photo_id in own)
        if photo.collection_id in living.consent.collections
        and (collections is None or photo.collection_id in collections)
    ]
    sharing = {
        collection_id: _sharing(session, keys, collection_id, now)
        for collection_id in {photo.collection_id for photo in reached}
    }
    decided: dict[int, list[matches.Decided]] = {}
    for one in matches.on_photos(session, [photo.id for photo in reached]):
        if one.outcome is Outcome.MATCHED:
            decided.setdefault(one.photo_id, []).append(one)
    planned = []
    for photo in sorted(reached, key=_by_time):
        faces = photos.faces_of(session, photo.id)
        boxes = {face.id: face.box for face in faces if not face.do_not_measure}
        seen = {owner} | sharing[photo.collection_id]
        opened = [one for one in decided.get(photo.id, []) if one.owner in seen and one.face_id in boxes]
        planned.append(
            Planned(
                photo,
                tuple(face.box for face in faces),
                tuple(dict.fromkeys(boxes[one.face_id] for one in opened)),
                next(face.box for face in faces if face.id == own[photo.id]),
                tuple(sorted({one.owner for one in opened})),
            )
        )
    return planned


def _by_time(photo: Photo) -> tuple[bool, datetime, int]:
    """Photos without a capture time come last."""
    return photo.taken_at is None, photo.taken_at or datetime.min, photo.id


def _sharing(session: Session, keys: KeyStore, collection_id: int, now: datetime) -> set[str]:
    """Tags of the people whose faces may be seen in others' albums of this collection."""
    share = {one.consent.subject_id for one in consent.records.gallery(session, Purpose.SHARE, collection_id, now)}
    return {
        matches.owner_tag(keys, one.consent.key_id)
        for one in consent.records.gallery(session, Purpose.FIND, collection_id, now)
        if one.consent.subject_id in share
    }
