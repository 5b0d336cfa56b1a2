"""Front door, hide first, argue later: anybody who holds a photo's link has a face in it closed (LAW R2).

May know: photos, links. Must not know: who asks, whose face it is.
"""

from __future__ import annotations

from dataclasses import dataclass

from .. import delivery, lifecycle, photos
from ..delivery import Preview
from ..lifecycle import Hidden
from ..values import Act, Actor, Role
from .door import Door
from .looking import Numbered, look, numbered


@dataclass(frozen=True, slots=True)
class HideView:
    """A photo in which somebody wants a face closed: its size, the faces that they may name, and how many more are
    closed for good already."""

    photo_id: int
    width: int
    height: int
    faces: tuple[Numbered, ...]
    closed_already: int


class Hiding:
    """``archive.hiding``: what a link on a delivered photo opens, for anybody, without an account."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def publish_address(self, url: str) -> None:
        """Let whatever is delivered from now on bear a link to the archive's pages at this address."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "serve")
            if delivery.publish_address(session, url):
                ground.note(session, Act("serve.address", actor, facts=(("url", url),)))

    def reference(self, photo_id: int) -> str:
        """What a photo's link names it by. Raises UsageError for an unknown photo."""
        ground = self._door.ground
        with ground.database.read() as session:
            self._door.enter_with(session, "photo.hide")
            return delivery.reference(ground.keys, photos.get_photo(session, photo_id).id)

    def open(self, reference: str) -> HideView:
        """The photo that a link names. Raises UsageError when it names none, or none any more."""
        ground = self._door.ground
        with ground.database.read() as session:
            self._door.enter_with(session, "photo.hide")
            photo = photos.get_photo(session, self._photo(reference))
            faces = photos.faces_of(session, photo.id)
        free = numbered(photo, faces)
        return HideView(photo.id, photo.width, photo.height, free, len(faces) - len(free))

    def preview(self, reference: str) -> Preview:
        """The photo with every face closed and numbered. Each look is a ledger entry of those who are in it.

        Raises UsageError as ``open``, BusyError.
        """
        actor = self._door.enter("photo.hide")
        return look(self._door, actor, self._photo(reference), small=False)

    def hide(self, reference: str, number: int) -> Hidden:
        """Close one face everywhere at once, its counterparts in near-duplicates too, and never measure it again.

        Raises UsageError; ArchiveError when albums have to wait: the mark stands, and no page shows the photo until
        ``complete`` has written them.
        """
        actor = self._door.enter("photo.hide")
        ground, photo_id = self._door.ground, self._photo(reference)
        return lifecycle.hide(ground, self._door.sight, actor, photo_id=photo_id, number=number)

    def complete(self) -> bool:
        """Write the albums that had to wait when a face was closed, or when somebody said no or was frozen; False when
        a face still has to be closed."""
        actor = self._door.enter("photo.hide")
        ground, keeper = self._door.ground, Actor("sayso", Role.OPERATOR, self._door.route)
        with ground.database.read() as session:
            ending = lifecycle.any_ending(session)
        if ending:
            lifecycle.complete_interrupted(ground, self._door.sight, keeper)
        lifecycle.complete_freezes(ground, self._door.sight, keeper)
        with ground.database.read() as session:
            if not lifecycle.any_closing(session):
                return True
        lifecycle.complete_hides(ground, self._door.sight, actor)
        with ground.database.begin() as session:
            return not lifecycle.any_closing(session)

    def _photo(self, reference: str) -> int:
        return delivery.referred(self._door.ground.keys, reference)
