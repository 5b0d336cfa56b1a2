"""Front door, the press: what of a collection may be published, and the zip of it.

May know: plans of publications by their front name. Must not know: pixels, pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .. import delivery, photos
from ..delivery import Manner, PublicationFacts, Publishable, Published
from ..values import Act, Purpose
from .door import Door

__all__ = ["Manner", "Publishable", "Published", "Publishing"]


class Publishing:
    """``archive.publishing``: plan a publication, and make it."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def plan(self, collection: str) -> Sequence[Publishable]:
        """How each photo of a collection may be published now. Whose consent decides on it can read that it was asked.

        Raises UsageError.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "publish.plan")
            found = photos.get_collection(session, collection)
            planned = delivery.plan_publication(session, ground, found)
            shown = tuple(dict.fromkeys(subject for one in planned for subject in one.shown))
            noted = (("photos", len(planned)),)
            ground.note(session, Act("publish.plan", actor, shown, found.id, Purpose.SHOW, facts=noted))
        return planned

    def stream(
        self,
        collection: str,
        *,
        language: str = "en",
        redacted: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> tuple[Published, Iterator[bytes]]:
        """The publication as a zip, part by part, and how it went, once the last part was read. The ledger names
        everybody who is shown before the first part comes. redacted: also photos in which faces are closed.

        Raises UsageError when nothing may be published; reading raises when somebody said no meanwhile.
        """
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "publish")
            found = photos.get_collection(session, collection)
        return delivery.publish(
            ground,
            self._door.sight,
            actor,
            collection=found,
            facts=PublicationFacts(
                self._door.particulars.controller, self._door.particulars.contact, language, redacted
            ),
            progress=progress,
        )

    def write(
        self,
        collection: str,
        file: Path,
        *,
        language: str = "en",
        redacted: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Published:
        """The same into a new file, which appears whole or not at all. Raises UsageError, ArchiveError."""
        self._door.enter("publish")
        delivery.refuse_taken(file)
        made, parts = self.stream(collection, language=language, redacted=redacted, progress=progress)
        delivery.write_publication(file, parts)
        return made
