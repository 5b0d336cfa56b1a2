"""Hand an album out, remember where it went, and write it anew when a face in it must close.

May know: plans, albums, keyed tags. Must not know: vectors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import delete, select

from .. import consent, matches, photos
from ..consent import LiveConsent
from ..errors import ArchiveError, KeyStoreError, RefusedError, SaysoError, UsageError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor, Purpose
from . import manifest, places
from .album import AlbumItem, AlbumReport, check_target, remove_album, write_album
from .lawful import Lawful, lawful
from .links import hide_link, public_address
from .news import forget_news
from .plan import plan
from .tables import IssuedAlbumRow, IssuedFaceRow

# Seconds that one writing of albums waits for another, and how often an album is written when people change their mind.
_WAIT = 120
_TRIES = 3


class AlbumsBusyError(ArchiveError):
    """Another process has been writing albums for as long as this one could wait."""


@dataclass(frozen=True, slots=True)
class AlbumFacts:
    """What an album says besides its photos: whom to ask, and in which language."""

    title: str
    language: str
    contact: str


def issue(
    ground: Ground,
    sight: Sight,
    actor: Actor,
    *,
    subject_id: str,
    folder: Path,
    facts: AlbumFacts,
    progress: Callable[[int, int], None] | None = None,
) -> AlbumReport:
    """Write the subject's album into ``folder`` and note it, so that withdrawing reaches it.

    The note is made before the first file is written: an interrupted album is reached too. Whoever says no while the
    album is written is obeyed before anybody else may touch an album. Raises RefusedError (F1, F6), UsageError for an
    unknown language and for a folder that holds anything but an earlier album of this subject, ArchiveError.
    """
    folder = folder.absolute()
    with alone(ground):
        replaces = check_target(folder, facts.language)
        with ground.database.begin() as session:
            living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
            if replaces and folder not in folders_of(session, ground, living):
                raise UsageError(f"{folder} holds an album that is not this person's.", "Choose another folder.")
            issued = _Issued(living, folder, facts)
            may = _allowed(session, ground, living)
            _note(session, ground, issued, may)

        def done(session: Session, report: AlbumReport) -> None:
            counted = (("photos", report.written), ("closed_faces", report.closed), ("skipped", len(report.skipped)))
            ground.note(session, Act("album", actor, (subject_id,), purpose=Purpose.FIND, facts=counted))

        return _write_as_allowed(ground, sight, may, issued, progress, done)


def folders_of(session: Session, ground: Ground, living: LiveConsent) -> list[Path | None]:
    """Where albums resting on this consent were written; None for one whose note is damaged: it is out of reach."""
    return [_folder(ground, living, row) for row in _albums(session, ground, living)]


def albums_showing(session: Session, owners: Sequence[str]) -> list[int]:
    """Ids of albums of other people in which a face of one of these owners is open."""
    query = (
        select(IssuedFaceRow.album_id)
        .join(IssuedAlbumRow, IssuedAlbumRow.id == IssuedFaceRow.album_id)
        .where(IssuedFaceRow.owner.in_(owners), IssuedAlbumRow.owner.not_in(owners))
    )
    return sorted(set(session.scalars(query)))


def any_album(session: Session, owners: Sequence[str]) -> bool:
    """Whether an album of one of these owners is noted, or one in which a face of theirs is open."""
    query = select(IssuedFaceRow.album_id).where(IssuedFaceRow.owner.in_(owners))
    own = select(IssuedAlbumRow.id).where(IssuedAlbumRow.owner.in_(owners))
    return session.scalar(query.limit(1)) is not None or session.scalar(own.limit(1)) is not None


def albums_with(session: Session, photo_ids: Iterable[int]) -> list[int]:
    """Ids of albums that hold one of these photos."""
    query = select(IssuedFaceRow.album_id).where(IssuedFaceRow.photo_id.in_(list(photo_ids)))
    return sorted(set(session.scalars(query)))


def forget_albums(session: Session, owners: Sequence[str]) -> None:
    """Delete the notes of these owners' albums and of their faces in others'."""
    session.execute(delete(IssuedAlbumRow).where(IssuedAlbumRow.owner.in_(owners)))
    session.execute(delete(IssuedFaceRow).where(IssuedFaceRow.owner.in_(owners)))
    forget_news(session, owners)


def forget_all_albums(session: Session) -> None:
    """Delete the notes of all albums."""
    session.execute(delete(IssuedFaceRow))
    session.execute(delete(IssuedAlbumRow))
    forget_news(session, None)


def delete_files(ground: Ground, folders: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Delete the albums in these folders. Gives the folders in which there was none any more, and those in which it
    cannot be deleted: they are out of reach. Raises AlbumsBusyError."""
    missing, kept = [], []
    with alone(ground):
        for folder in folders:
            try:
                if not _delete_album(folder):
                    missing.append(folder)
            except (SaysoError, OSError):
                kept.append(folder)
    return missing, kept


def is_there(folder: Path) -> bool:
    """Whether an album of ours lies in the folder; also one that cannot be read or trusted any more."""
    try:
        return manifest.read(folder) is not None
    except SaysoError:
        return True


def reissue(ground: Ground, sight: Sight, album_ids: Iterable[int]) -> int:
    """Write albums anew as matches and consents stand now; how many could not be reached any more.

    An album that was moved or deleted by its owner is a copy already downloaded: out of reach, and counted. So is one
    that cannot be written or trusted. Raises AlbumsBusyError.
    """
    wanted, unreached = set(album_ids), 0
    if not wanted:
        return 0
    with alone(ground):
        with ground.database.begin() as session:
            subjects = consent.subjects.living_ids(session)
        for subject_id in subjects:
            with ground.database.begin() as session:
                work = _issued_to(session, ground, subject_id, wanted)
            unreached += sum(one is None or not _write_anew(ground, sight, one) for one in work)
    return unreached


@dataclass(frozen=True, slots=True)
class _Issued:
    """One album: the consent it rests on, where it lies, and what it says."""

    living: LiveConsent
    folder: Path
    facts: AlbumFacts


@contextmanager
def alone(ground: Ground, wait: float = _WAIT) -> Iterator[None]:
    """One writing of albums or exports at a time, among all processes; inside one thread it may be entered again.

    Raises AlbumsBusyError when another one takes longer than ``wait`` seconds.
    """
    lock = FileLock(ground.keys.folder / "albums.lock", mode=0o600, is_singleton=True)
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        raise AlbumsBusyError(
            "Another album is being written, and it takes long.", "Run the command again when it is finished."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _issued_to(session: Session, ground: Ground, subject_id: str, wanted: Iterable[int]) -> list[_Issued | None]:
    """Those of the wanted albums that are this subject's; None for one whose note is damaged."""
    issued: list[_Issued | None] = []
    for living in consent.records.given(session, subject_id, ground.clock()):
        if living.consent.purpose is Purpose.FIND:
            for row in _albums(session, ground, living):
                if row.id in wanted:
                    noted = _opened(ground, living, row)
                    if noted is None:
                        issued.append(None)
                        continue
                    facts = AlbumFacts(noted["title"], noted["language"], noted["contact"])
                    issued.append(_Issued(living, places.read(ground, noted["folder"]), facts))
    return issued


def _write_anew(ground: Ground, sight: Sight, issued: _Issued) -> bool:
    """Whether the album was in reach. Its old note stands until the files are as the new one says. One whose owner's
    consent does not live, as they have yet to say yes to a changed notice, is deleted: it can be written later."""
    there = False
    try:
        there = manifest.read(issued.folder) is not None
        with ground.database.begin() as session:
            may = _allowed(session, ground, issued.living, refuse=False)
            _note(session, ground, issued, may, written=not there)
        if there:
            _write_as_allowed(ground, sight, may, issued, None, lambda _session, _report: None, refuse=False)
        return there
    except RefusedError:
        return _taken_back(ground, issued, there)
    except (SaysoError, OSError):
        # One that changed too often while it was written is deleted: nothing of it is out of reach.
        return there and not is_there(issued.folder)


def _allowed(session: Session, ground: Ground, living: LiveConsent, *, refuse: bool = True) -> Lawful:
    """What may be in the album now. Raises RefusedError when its owner's consent does not live any more, and, unless
    ``refuse`` is False, when the packs allow no photo."""
    now = consent.records.live(session, living.consent.subject_id, Purpose.FIND, ground.clock())
    if now.consent.key_id != living.consent.key_id:
        raise RefusedError.because("F1", "The consent on which this album rests has ended.", "Write it again.")
    planned = plan(session, ground.keys, subject_id=living.consent.subject_id, now=ground.clock())
    may = lawful(session, ground, now, planned)
    if refuse and may.refusal is not None:
        raise RefusedError.by(may.refusal)
    return may


def _write_as_allowed(
    ground: Ground,
    sight: Sight,
    may: Lawful,
    issued: _Issued,
    progress: Callable[[int, int], None] | None,
    done: Callable[[Session, AlbumReport], None],
    *,
    refuse: bool = True,
) -> AlbumReport:
    """Write the album until it shows nothing that somebody took back meanwhile; else delete it and raise.

    Nothing is held in the database while it is written. ``done`` shares the transaction that looks a last time.
    """
    try:
        for _ in range(_TRIES):
            report = _write(ground, sight, may, issued.folder, issued.facts, progress)
            with ground.database.begin() as session:
                now = _allowed(session, ground, issued.living, refuse=refuse)
                if _within(may, now):
                    _note(session, ground, issued, may, written=True)
                    done(session, report)
                    return report
                _note(session, ground, issued, now)
            may = now
    except RefusedError:
        _take_back(ground, issued)
        raise
    _take_back(ground, issued)
    raise ArchiveError("People changed what they allow while this album was written.", "Write the album again.")


def _within(written: Lawful, now: Lawful) -> bool:
    """Whether everything that was written may still be seen."""
    allowed = {one.photo.id: one for one in now.planned}
    return written.bare >= now.bare and all(
        one.photo.id in allowed
        and set(one.open_faces) <= set(allowed[one.photo.id].open_faces)
        and set(one.faces) >= set(allowed[one.photo.id].faces)
        for one in written.planned
    )


def _taken_back(ground: Ground, issued: _Issued, there: bool) -> bool:
    """Whether nothing is left of an album that its owner's consent does not carry now; it may be gone already."""
    try:
        _take_back(ground, issued)
    except (SaysoError, OSError):
        return False
    # Whoever said no meanwhile had it deleted themselves.
    return there or not ground.keys.holds(issued.living.consent.key_id)


def _take_back(ground: Ground, issued: _Issued) -> None:
    _delete_album(issued.folder)
    with ground.database.begin() as session:
        if ground.keys.holds(issued.living.consent.key_id):
            for row in _albums(session, ground, issued.living):
                if _folder(ground, issued.living, row) == issued.folder:
                    session.delete(row)


def _delete_album(folder: Path) -> bool:
    """Whether there was one."""
    if manifest.read(folder) is None:
        return False
    remove_album(folder)
    return True


def _write(
    ground: Ground,
    sight: Sight,
    may: Lawful,
    folder: Path,
    facts: AlbumFacts,
    progress: Callable[[int, int], None] | None,
) -> AlbumReport:
    with ground.database.begin() as session:
        address = public_address(session)
    items = [
        AlbumItem(
            one.photo,
            partial(photos.load, one.photo, ground.blobs),
            one.faces,
            one.open_faces,
            one.own,
            hide_link(ground.keys, address, one.photo.id),
        )
        for one in may.planned
    ]
    return write_album(
        items,
        folder,
        closer=sight.closer,
        title=facts.title,
        language=facts.language,
        contact=facts.contact,
        regulators=may.regulators,
        made_at=ground.clock(),
        keep_time=not may.bare,
        progress=progress,
    )


def _note(session: Session, ground: Ground, issued: _Issued, may: Lawful, *, written: bool = False) -> None:
    """Note the album under the id that it has already, if any. Until it is ``written`` what it showed before counts
    too: whichever of its files are there, a no reaches them."""
    living, facts = issued.living, issued.facts
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    content = {
        "folder": places.written(ground, issued.folder),
        "title": facts.title,
        "language": facts.language,
        "contact": facts.contact,
    }
    sealed = ground.keys.seal(living.consent.key_id, json.dumps(content).encode(), b"issued album")
    noted = (one for one in _albums(session, ground, living) if _folder(ground, living, one) == issued.folder)
    row = next(noted, None)
    if row is None:
        row = IssuedAlbumRow(owner=owner)
        session.add(row)
    row.sealed_facts, row.made_at = sealed, ground.clock()
    session.flush()
    shown = {(one.photo.id, tag) for one in may.planned for tag in (owner, *one.open_owners)}
    known = {(one.photo_id, one.owner): one for one in _faces(session, row.id)}
    for photo_id, tag in sorted(shown - known.keys()):
        session.add(IssuedFaceRow(album_id=row.id, photo_id=photo_id, owner=tag))
    if written:
        for gone in known.keys() - shown:
            session.delete(known[gone])
    session.flush()


def _faces(session: Session, album_id: int) -> list[IssuedFaceRow]:
    return list(session.scalars(select(IssuedFaceRow).where(IssuedFaceRow.album_id == album_id)))


def _albums(session: Session, ground: Ground, living: LiveConsent) -> list[IssuedAlbumRow]:
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    return list(session.scalars(select(IssuedAlbumRow).where(IssuedAlbumRow.owner == owner)))


def _folder(ground: Ground, living: LiveConsent, row: IssuedAlbumRow) -> Path | None:
    noted = _opened(ground, living, row)
    return places.read(ground, noted["folder"]) if noted else None


def _opened(ground: Ground, living: LiveConsent, row: IssuedAlbumRow) -> dict[str, str] | None:
    """What was noted; None when the note is damaged, which must stop nobody's no."""
    try:
        facts: dict[str, str] = json.loads(ground.keys.unseal(living.consent.key_id, row.sealed_facts, b"issued album"))
    except (ValueError, KeyStoreError):
        return None
    return facts
