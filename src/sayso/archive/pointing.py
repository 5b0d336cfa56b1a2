"""Front door, pointing: photos in which a person may say "that one is me", with everybody in them closed.

May know: everything below by its front name. Must not know: the CLI, the web.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from .. import consent, delivery, finding, lifecycle, matches, photos
from ..consent import LiveConsent
from ..delivery import Preview
from ..finding import Pointed
from ..storage import Session
from ..values import Cues, Outcome, Photo, Place, Purpose
from .door import Door
from .looking import Numbered, look, numbered


@dataclass(frozen=True, slots=True)
class PointPhoto:
    """A photo in which a person may point at themselves. ``mine``: what they or a search said of it already. ``tags``
    are for narrowing, not for showing: some are other people's bib numbers."""

    id: int
    taken_at: datetime | None
    place: Place | None
    tags: tuple[str, ...] = field(repr=False)
    faces: int
    mine: Outcome | None

    def passes(self, cues: Cues) -> bool:
        """Whether it passes every cue, as a search understands them."""
        return photos.passes(self, cues)


@dataclass(frozen=True, slots=True)
class PointView:
    """One photo to point in, and every face in it that nobody asked to leave alone. ``mine_number``: of the face that
    is the person's already."""

    photo: PointPhoto
    width: int
    height: int
    faces: tuple[Numbered, ...]
    mine_number: int | None


class Pointing:
    """``archive.pointing``: choose a photo, see it closed and numbered, point."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def photos(self, subject: str) -> Sequence[PointPhoto]:
        """Every photo of the collections that a person's consent to ``find`` reaches, by capture time; those without
        one come last. A child is told neither times nor places (F6). Raises RefusedError (F1, F6).
        """
        ground = self._door.ground
        with ground.database.read() as session:
            _, subject_id = self._door.enter_for(session, "point", subject)
            living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
            bare = delivery.is_bare(session, ground, living)
            known = _known(session, self._door, living)
            there = {one.id for one in photos.list_collections(session)}
            listed = [
                each
                for number in living.consent.collections
                if number in there
                for each in photos.list_photos(session, number, Cues())
            ]
        listed.sort(key=lambda one: (one.photo.taken_at is None, one.photo.taken_at or datetime.min, one.photo.id))
        return [_told(one.photo, one.faces, known, bare) for one in listed if one.faces]

    def show(self, subject: str, photo_id: int) -> PointView:
        """The numbered faces of one photo. Raises RefusedError (F1, F6), UsageError."""
        ground = self._door.ground
        with ground.database.read() as session:
            _, subject_id = self._door.enter_for(session, "point", subject)
            living = self._reaching(session, subject_id, photo_id)
            photo = photos.get_photo(session, photo_id)
            faces = numbered(photo, photos.faces_of(session, photo_id))
            known = _known(session, self._door, living)
            owner = matches.owner_tag(ground.keys, living.consent.key_id)
            own = [
                photos.face(session, one.face_id).number
                for one in matches.of_owner(session, owner, Outcome.MATCHED)
                if one.photo_id == photo_id
            ]
            told = _told(photo, len(faces), known, delivery.is_bare(session, ground, living))
        return PointView(told, photo.width, photo.height, faces, own[0] if own else None)

    def preview(self, subject: str, photo_id: int, *, small: bool = False) -> Preview:
        """The photo with every face closed and numbered. Each look is a ledger entry of those who are in it, and of
        whoever looks. Raises RefusedError (F1, F6), UsageError, BusyError."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "point", subject)
            self._reaching(session, subject_id, photo_id)
        return look(door, actor, photo_id, small=small, also=(subject_id,))

    def point(self, subject: str, photo_id: int, number: int) -> Pointed:
        """Take a person's word that one numbered face is theirs. Raises RefusedError (F1, F8, F12), UsageError."""
        door = self._door
        with door.ground.database.read() as session:
            actor, subject_id = door.enter_for(session, "point", subject)
        done = finding.point(door.ground, door.sight, actor, subject_id=subject_id, photo_id=photo_id, number=number)
        lifecycle.settle_in_time(door.ground, door.sight, actor)
        return done

    def _reaching(self, session: Session, subject_id: str, photo_id: int) -> LiveConsent:
        collection_id = photos.get_photo(session, photo_id).collection_id
        now = self._door.ground.clock()
        return consent.records.live(session, subject_id, Purpose.FIND, now, collection_id=collection_id)


def _known(session: Session, door: Door, living: LiveConsent) -> dict[int, Outcome]:
    """What was decided for a person, by photo; a match counts more than a doubt, and a doubt more than a no."""
    owner = matches.owner_tag(door.ground.keys, living.consent.key_id)
    rank = (Outcome.REJECTED, Outcome.REVIEW, Outcome.MATCHED)
    decided = sorted(matches.of_owner(session, owner), key=lambda one: rank.index(one.outcome))
    return {one.photo_id: one.outcome for one in decided}


def _told(photo: Photo, faces: int, known: dict[int, Outcome], bare: bool) -> PointPhoto:
    when, where = (None, None) if bare else (photo.taken_at, photo.place)
    return PointPhoto(photo.id, when, where, photo.tags, faces, known.get(photo.id))
