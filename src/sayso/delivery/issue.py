"""Hand an album out, remember where it went, and write it anew when a face in it must close.

May know: plans, albums, keyed tags. Must not know: vectors.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import delete, select

from .. import consent, matches, photos
from ..consent import LiveConsent
from ..errors import RefusedError, SaysoError, UsageError
from ..ground import Ground, Sight
from ..storage import Session
from ..values import Act, Actor, Purpose
from . import manifest
from .album import AlbumItem, AlbumReport, check_target, remove_album, write_album
from .lawful import Lawful, lawful
from .plan import Planned, plan
from .tables import IssuedAlbumRow, IssuedFaceRow


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

    The note is made before the first file is written: an interrupted album is reached too. Raises RefusedError (F1,
    F6), UsageError for an unknown language and for a folder that holds anything but an earlier album of this subject,
    ArchiveError.
    """
    folder = folder.absolute()
    replaces = check_target(folder, facts.language)
    with ground.database.begin() as session:
        living = consent.records.live(session, subject_id, Purpose.FIND, ground.clock())
        if replaces and folder not in folders_of(session, ground, living):
            raise UsageError(f"{folder} holds an album that is not this person's.", "Choose another folder.")
        planned = plan(session, ground.keys, subject_id=subject_id, now=ground.clock())
        may = lawful(session, ground, living, planned)
        if may.refusal is not None:
            raise RefusedError.by(may.refusal)
        _note(session, ground, living, folder, facts, may.planned)
    report = _write(ground, sight, may, folder, facts, progress)
    with ground.database.begin() as session:
        done = (("photos", report.written), ("closed_faces", report.closed), ("skipped", len(report.skipped)))
        ground.note(session, Act("album", actor, (subject_id,), purpose=Purpose.FIND, facts=done))
    return report


def folders_of(session: Session, ground: Ground, living: LiveConsent) -> list[Path]:
    """Where albums resting on this consent were written."""
    return [Path(_opened(ground, living, row)["folder"]) for row in _albums(session, ground, living)]


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


def delete_files(folders: Iterable[Path]) -> list[Path]:
    """Delete the albums in these folders; the folders in which there was none any more."""
    missing = []
    for folder in folders:
        if manifest.read(folder) is not None:
            remove_album(folder)
        else:
            missing.append(folder)
    return missing


def reissue(ground: Ground, sight: Sight, album_ids: Iterable[int]) -> int:
    """Write albums anew as matches and consents stand now; how many could not be reached any more.

    An album that was moved or deleted by its owner is a copy already downloaded: out of reach, and counted.
    """
    wanted, unreached = set(album_ids), 0
    with ground.database.begin() as session:
        subjects = [subject.id for subject in consent.subjects.list_all(session, ground.keys)] if wanted else []
    for subject_id in subjects:
        with ground.database.begin() as session:
            given = consent.records.given(session, subject_id, ground.clock())
            work = []
            for living in given:
                still = consent.records.still(session, living, ground.clock())
                if living.consent.purpose is not Purpose.FIND or not still:
                    continue
                for row in _albums(session, ground, living):
                    if row.id in wanted:
                        noted = _opened(ground, living, row)
                        facts = AlbumFacts(noted["title"], noted["language"], noted["contact"])
                        folder = Path(noted["folder"])
                        planned = plan(session, ground.keys, subject_id=subject_id, now=ground.clock())
                        may = lawful(session, ground, living, planned)
                        _note(session, ground, living, folder, facts, may.planned)
                        work.append((may, folder, facts))
        for may, folder, facts in work:
            if manifest.read(folder) is not None:
                _write(ground, sight, may, folder, facts, None)
            else:
                unreached += 1
    return unreached


def _write(
    ground: Ground,
    sight: Sight,
    may: Lawful,
    folder: Path,
    facts: AlbumFacts,
    progress: Callable[[int, int], None] | None,
) -> AlbumReport:
    items = [
        AlbumItem(one.photo, partial(photos.load, one.photo, ground.blobs), one.faces, one.open_faces, one.own)
        for one in may.planned
    ]
    return write_album(
        items,
        folder,
        closer=sight.closer,
        title=facts.title,
        language=facts.language,
        contact=facts.contact,
        regulators=[regulator.name for pack in ground.packs_of() for regulator in pack.regulators],
        made_at=ground.clock(),
        keep_time=not may.bare,
        progress=progress,
    )


def _note(
    session: Session, ground: Ground, living: LiveConsent, folder: Path, facts: AlbumFacts, planned: Sequence[Planned]
) -> None:
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    for row in _albums(session, ground, living):
        if Path(_opened(ground, living, row)["folder"]) == folder:
            session.delete(row)
    session.flush()
    content = {"folder": str(folder), "title": facts.title, "language": facts.language, "contact": facts.contact}
    sealed = ground.keys.seal(living.consent.key_id, json.dumps(content).encode(), b"issued album")
    row = IssuedAlbumRow(owner=owner, sealed_facts=sealed, made_at=ground.clock())
    session.add(row)
    session.flush()
    for one in planned:
        for tag in dict.fromkeys((owner, *one.open_owners)):
            session.add(IssuedFaceRow(album_id=row.id, photo_id=one.photo.id, owner=tag))


def _albums(session: Session, ground: Ground, living: LiveConsent) -> list[IssuedAlbumRow]:
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    return list(session.scalars(select(IssuedAlbumRow).where(IssuedAlbumRow.owner == owner)))


def _opened(ground: Ground, living: LiveConsent, row: IssuedAlbumRow) -> dict[str, str]:
    try:
        facts: dict[str, str] = json.loads(ground.keys.unseal(living.consent.key_id, row.sealed_facts, b"issued album"))
    except ValueError:
        raise SaysoError("The note of an issued album is damaged.", "Write the album again.") from None
    return facts
