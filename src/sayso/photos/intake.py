"""Adding photos: files to examined files (in workers) to rows, a chunk in a transaction, so that no kill loses work.

May know: sources, storage, the engine. Must not know: people, vectors, what the caller writes into its ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from ..clock import Clock
from ..engine import Done, Engine, Progress, Tracker
from ..errors import ArchiveError, ModelError, UsageError
from ..storage import Database, FolderBlobs, Session
from ..values import Counts, Report, Skipped
from .examine import Examine, Examined
from .faces import carry_marks
from .near import NearIndex, group_of
from .sources import Source, find_sources, printable
from .tables import CollectionRow, FaceRow, PhotoRow, SourceRow

#: Called inside the transaction that stores a chunk, with what the chunk did; an error undoes the chunk.
OnChunk = Callable[[Session, Counts], None]

_CHUNK = 32


def add(
    database: Database,
    blobs: FolderBlobs,
    collection_id: int,
    paths: Sequence[Path | str],
    *,
    copy: bool,
    engine: Engine,
    clock: Clock,
    on_chunk: OnChunk,
    small_faces: bool = False,
    tags: tuple[str, ...] = (),
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """Take photos from folders, files and zip archives into a collection; faces are located, none is measured.

    copy: keep a copy in the archive; members of zip archives are always copied.
    small_faces: look for faces below about 40 pixels and for lying heads too; how much longer locating takes then,
    bench/recall.py says.
    tags: put on every photo that is new.
    Stopped or killed at any moment, what was stored stays; the next run goes on where this one ended.

    Raises RefusedError (F3) for an address, UsageError for an unknown collection, an unknown path or empty folders,
    ArchiveError when the archive cannot be written. A file that cannot be used is in ``Report.skipped``.
    """
    found = find_sources(paths)
    if not found.sources and not found.skipped:
        raise UsageError(
            f"There is nothing to add in {printable(', '.join(map(str, paths)))}.",
            "Give a folder with photos in it; hidden files are passed over.",
        )
    intake = _Intake(database, collection_id, _clean(tags), clock, on_chunk)
    intake.skipped.extend(found.skipped)
    known = intake.known()
    fresh = [one for one in found.sources.values() if known.get(one.label) != (one.size, one.mtime_ns)]
    intake.already_there = len(found.sources) - len(fresh)
    tracker = Tracker(clock, len(found.sources))
    tell = progress or (lambda _: None)
    tell(tracker.skip(intake.already_there))
    work = Examine(blobs, collection_id, copy, small_faces)
    with closing(engine.run(work, fresh)) as results:
        try:
            for done in results:
                intake.take(done)
                tell(tracker.advance(parts=len(done.value.faces) if done.value else 0))
        except KeyboardInterrupt:
            intake.store()
            raise
    intake.store()
    return Report(intake.counts, intake.added, intake.already_there, tuple(intake.skipped), tracker.seconds)


class _Intake:
    """One run into one collection: what waits to be stored, and the totals of what was."""

    def __init__(
        self, database: Database, collection_id: int, tags: tuple[str, ...], clock: Clock, on_chunk: OnChunk
    ) -> None:
        self.counts = Counts()
        self.added = 0
        self.already_there = 0
        self.skipped: list[Skipped] = []
        self._database = database
        self._collection_id = collection_id
        self._tags = tags
        self._clock = clock
        self._on_chunk = on_chunk
        self._near = NearIndex()
        self._waiting: list[Examined] = []

    def known(self) -> dict[str, tuple[int, int]]:
        """Size and time of change of every file that was read before, by label."""
        with self._database.begin() as session:
            self._lock_collection(session)
            rows = session.execute(
                select(SourceRow.path, SourceRow.size, SourceRow.mtime_ns).where(
                    SourceRow.collection_id == self._collection_id
                )
            )
            return {path: (size, mtime_ns) for path, size, mtime_ns in rows}

    def take(self, done: Done[Source, Examined]) -> None:
        """Keep one result; store when a chunk is full."""
        if done.value is not None:
            self._waiting.append(done.value)
            if len(self._waiting) >= _CHUNK:
                self.store()
        elif isinstance(done.error, (ArchiveError, ModelError)):
            # Not this file's fault: every other one would fail the same way.
            self.store()
            raise done.error
        else:
            self.skipped.append(Skipped(done.item.label, str(done.error)))

    def store(self) -> None:
        """Write what waits in one transaction. Safe to repeat after an interruption: what is stored already stays."""
        if not self._waiting:
            return
        counts, added = Counts(), 0
        with self._database.begin() as session:
            self._lock_collection(session)
            self._near.refresh(session)
            sources, photos = self._present(session)
            now = self._clock()
            for one in self._waiting:
                source = sources.get(one.source.label)
                if source is not None and (source.size, source.mtime_ns) == (one.source.size, one.source.mtime_ns):
                    continue
                photo = photos.get(one.sha256)
                if photo is None:
                    photo = photos[one.sha256] = self._insert(session, one, now)
                    added += 1
                else:
                    _settle_place(photo, one)
                sources[one.source.label] = self._note_source(session, source, photo, one)
                counts += Counts(photos=1, seen=len(one.faces))
            if counts.photos:
                self._on_chunk(session, counts)
        self.counts += counts
        self.added += added
        self.already_there += len(self._waiting) - added
        self._waiting = []

    def _lock_collection(self, session: Session) -> None:
        query = select(CollectionRow.id).where(CollectionRow.id == self._collection_id).with_for_update()
        if session.scalar(query) is None:
            raise UsageError(f"There is no collection {self._collection_id}.", "Make it first, or check its id.")

    def _present(self, session: Session) -> tuple[dict[str, SourceRow], dict[str, PhotoRow]]:
        labels = {one.source.label for one in self._waiting}
        digests = {one.sha256 for one in self._waiting}
        sources = session.scalars(
            select(SourceRow).where(SourceRow.collection_id == self._collection_id, SourceRow.path.in_(labels))
        )
        photos = session.scalars(
            select(PhotoRow).where(PhotoRow.collection_id == self._collection_id, PhotoRow.sha256.in_(digests))
        )
        return {row.path: row for row in sources}, {row.sha256: row for row in photos}

    def _insert(self, session: Session, one: Examined, now: datetime) -> PhotoRow:
        photo = PhotoRow(
            collection_id=self._collection_id,
            sha256=one.sha256,
            near_group=group_of(session, self._near.like(one.perceptual_hash)),
            perceptual_hash=one.perceptual_hash,
            path=one.key or str(one.source.path),
            copied=one.key is not None,
            width=one.width,
            height=one.height,
            taken_at=one.taken_at,
            latitude=one.place.latitude if one.place else None,
            longitude=one.place.longitude if one.place else None,
            tags=self._tags,
            added_at=now,
        )
        session.add(photo)
        session.flush()
        self._near.append(photo.id, one.perceptual_hash)
        faces = [
            FaceRow(
                photo_id=photo.id,
                number=number,
                x=face.box.x,
                y=face.box.y,
                width=face.box.width,
                height=face.box.height,
                score=face.score,
            )
            for number, face in enumerate(one.faces, 1)
        ]
        session.add_all(faces)
        session.flush()
        carry_marks(session, photo, faces)
        return photo

    def _note_source(self, session: Session, source: SourceRow | None, photo: PhotoRow, one: Examined) -> SourceRow:
        if source is None:
            source = SourceRow(collection_id=self._collection_id, path=one.source.label)
            session.add(source)
        source.photo_id, source.root = photo.id, str(one.source.root)
        source.size, source.mtime_ns = one.source.size, one.source.mtime_ns
        return source


def _settle_place(photo: PhotoRow, one: Examined) -> None:
    """Of a photo that is known already: a copy is better than a file elsewhere, a file that exists than a gone one."""
    if photo.copied:
        return
    if one.key is not None:
        photo.path, photo.copied = one.key, True
    elif not Path(photo.path).exists():
        photo.path = str(one.source.path)


def _clean(tags: tuple[str, ...]) -> tuple[str, ...]:
    clean = tuple(dict.fromkeys(tag.strip() for tag in tags))
    if not all(clean) or any(printable(tag) != tag for tag in clean):
        raise UsageError("A tag is empty or has characters that cannot be shown.", "Use plain words as tags.")
    return clean
