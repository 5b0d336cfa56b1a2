"""Front door, the looking glass: faces in doubt, seen one at a time by whoever decides on them.

May know: doubts, crops. Must not know: vectors, pages. Must not do: keep a crop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .. import delivery, finding, photos
from ..errors import SaysoError
from ..finding import Doubt
from ..values import Act, Face
from .door import Door


@dataclass(frozen=True, slots=True)
class Look:
    """A doubt and what there is to see. ``candidate`` and ``confirmed`` are JPEGs of one face each; None where there is
    nothing to see: no face of theirs was confirmed yet, somebody had it hidden, or the photo cannot be read.
    ``you_may_confirm``: whether whoever looks may say yes without asking the person."""

    doubt: Doubt
    you_may_confirm: bool
    candidate: bytes | None = field(repr=False)
    confirmed: bytes | None = field(repr=False)


class Looks:
    """``archive.looks``: what waits for a decision, and the two faces to compare."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def queue(self) -> Sequence[int]:
        """Ids of all doubts that wait, the oldest first; nobody's name is read for it."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "review.list")
            return finding.waiting_ids(ground, session)

    def doubt(self, doubt_id: int) -> Look:
        """The face in doubt, and one that the person, or an earlier review, has confirmed; all others are closed.

        Each look is a ledger entry that the person can read, and whoever else the faces may be. Raises UsageError when
        nothing waits under this id.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "review.look")
            doubt = finding.one_waiting(ground, session, doubt_id)
            shown = [one for one in (doubt.face, doubt.reference) if one is not None]
            seen = [finding.people_in(ground, session, one.photo_id, one.id) for one in shown]
            concerned = tuple(dict.fromkeys([doubt.subject.id, *(one for people in seen for one in people)]))
            noted = (("photo", doubt.photo.id), ("face", doubt.face.number))
            ground.note(session, Act("review.look", actor, concerned, doubt.photo.collection_id, facts=noted))
        candidate = self._crop(doubt.face)
        confirmed = self._crop(doubt.reference) if doubt.reference else None
        comparable = candidate is not None and (confirmed is not None or doubt.reference is None)
        return Look(doubt, comparable and doubt.may_be_confirmed_by(actor.name), candidate, confirmed)

    def _crop(self, face: Face) -> bytes | None:
        ground = self._door.ground
        if face.do_not_measure:
            return None
        with ground.database.begin() as session:
            photo = photos.get_photo(session, face.photo_id)
            listed = photos.faces_of(session, photo.id)
        try:
            source = photos.load(photo, ground.blobs)
            boxes = [one.box for one in listed]
            return delivery.crop(source, face=face.box, faces=boxes, closer=self._door.sight.closer)
        except SaysoError:
            return None
