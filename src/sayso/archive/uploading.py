"""Front door, the loading dock: photos that are sent from a browser, kept apart until all are there, then added.

May know: batches of uploaded files, the gate. Must not know: HTTP, pages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from .. import photos
from ..engine import Progress, jobs
from ..errors import UsageError
from ..photos import Arriving, Batch
from ..values import Report, Skipped
from .collecting import Photos
from .door import Door


class Uploads:
    """``archive.uploads``: begin, receive, add or throw away."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._staging = photos.staging(door.ground.blobs)

    def open(self, collection: str) -> Batch:
        """The upload into a collection that this account began and did not finish, or a new one. Raises UsageError."""
        ground = self._door.ground
        with ground.database.begin() as session:
            actor = self._door.enter_with(session, "add")
            found = photos.get_collection(session, collection)
        return self._staging.open(found.id, actor.name, ground.clock())

    def get(self, batch_id: str) -> Batch:
        """One upload, and what has come. Raises UsageError when it is not there (any more)."""
        self._door.enter("add")
        return self._staging.get(batch_id)

    def list(self, collection: str) -> Sequence[Batch]:
        """Uploads into a collection that are not added yet."""
        with self._door.ground.database.begin() as session:
            self._door.enter_with(session, "add")
            found = photos.get_collection(session, collection)
        return self._staging.waiting(found.id)

    def receive(self, batch_id: str, key: str, name: str, size: int) -> Arriving:
        """Take one file in, as ``Staging.receive`` says."""
        self._door.enter("add")
        return self._staging.receive(batch_id, key, name, size)

    def close(self, batch_id: str) -> Batch:
        """Everything has come. Raises UsageError."""
        self._door.enter("add")
        return self._staging.close(batch_id)

    def discard(self, batch_id: str) -> None:
        """Throw an upload away."""
        self._door.enter("add")
        self._staging.discard(batch_id)

    def add(self, batch_id: str, *, progress: Callable[[Progress], None] | None = None) -> Report:
        """Add what has come to its collection; the archive keeps a copy of each photo.

        May be interrupted and repeated, so that the files stay here until they are discarded. Raises UsageError,
        ArchiveError.
        """
        self._door.enter("add")
        batch = self._staging.close(batch_id)
        refused = tuple(batch.refused.values())
        if not batch.arrived and not refused:
            raise UsageError("Nothing has come with this upload.", "Choose the files again.")
        report = Report()
        if batch.arrived:
            found = str(batch.collection_id)
            report = Photos(self._door).add([batch.folder], found, copy=True, progress=progress)
        named = tuple(Skipped(_original(one.name, batch), one.reason) for one in report.skipped)
        return replace(report, skipped=(*refused, *named))

    def sweep(self) -> int:
        """For whoever runs the server, at its start: delete uploads that nobody finished within a week; how many."""
        ground = self._door.ground
        with ground.database.begin() as session:
            self._door.enter_with(session, "job.run")
            open_jobs = [one for one in jobs.list_all(session) if not one.over]
        busy = frozenset(str(one.parameters.get("batch")) for one in open_jobs)
        return self._staging.sweep(ground.clock(), busy)


def _original(name: str, batch: Batch) -> str:
    """The name that a file, or a zip archive's member, had where it came from."""
    path, mark, member = name.partition("!/")
    return batch.names.get(path, path.rsplit("/", 1)[-1]) + mark + member
