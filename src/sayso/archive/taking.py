"""Front door, the parcel: everything held about a person, made ready inside the archive, and gone once it was taken.

May know: exports by their front name, folders. Must not know: what is in them, how a parcel travels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from .. import lifecycle
from ..delivery import AlbumsBusyError
from ..errors import UsageError
from ..lifecycle import Holdings
from ..values import Act
from .door import Door
from .papers import Papers


class Taking:
    """``archive.taking``: make, look for and take a person's export, for people without a folder of their own here."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def make(
        self, subject: str, *, language: str = "en", progress: Callable[[int, int], None] | None = None
    ) -> Holdings:
        """Write the export where ``take`` finds it; it waits there for a day. Raises as ``papers.export``."""
        with self._door.ground.database.begin() as session:
            _, subject_id = self._door.enter_for(session, "export", subject)
        return Papers(self._door).export(subject_id, self._place(subject_id), language=language, progress=progress)

    def ready(self, subject: str) -> bool:
        """Whether an export waits to be taken."""
        with self._door.ground.database.begin() as session:
            _, subject_id = self._door.enter_for(session, "export", subject)
        return lifecycle.exported.is_whole(self._place(subject_id), subject_id)

    def take(self, subject: str) -> Iterator[bytes]:
        """The export as a zip file, piece by piece; after the last piece it is deleted here. Raises UsageError when
        there is none."""
        ground = self._door.ground
        with ground.database.read() as session:
            actor, subject_id = self._door.enter_for(session, "export", subject)
        place = self._place(subject_id)
        if not lifecycle.exported.is_whole(place, subject_id):
            raise UsageError("Nothing waits for you to be taken.", "Ask for your copy again.")
        with ground.database.begin() as session:
            ground.note(session, Act("export.take", actor, (subject_id,)))
        return self._handed_over(place, subject_id)

    def _handed_over(self, place: Path, subject_id: str) -> Iterator[bytes]:
        yield from lifecycle.packing.zipped(place, without=(lifecycle.exported.MARK,))
        # While albums are being written the parcel stays, until the next time the clocks are tended.
        with suppress(AlbumsBusyError):
            lifecycle.exported.delete_exports(self._door.ground, [place], subject_id)

    def _place(self, subject_id: str) -> Path:
        return lifecycle.exported.waiting_place(self._door.ground, subject_id)
