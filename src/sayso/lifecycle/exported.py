"""Where exports were written, so that a later no reaches them too, and how exactly their files are deleted again.

May know: folders, keyed tags, names of files that an export writes. Must not know: what is in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select

from .. import consent, delivery, matches
from ..consent import LiveConsent
from ..errors import KeyStoreError, SaysoError
from ..ground import Ground
from ..ledger import FILE_ENDING
from ..storage import Session
from ..values import Outcome
from .tables import ExportRow

MARK = "export.json"
KIND = "sayso export"
ALBUM = "album"

#: How long an export inside the archive waits to be taken.
WAITS = timedelta(days=1)

# The page that is written when everything else is there.
_LAST = "receipt.html"

_CONTEXT = b"export"
_OURS = re.compile(
    r"ledger/\d{6,}"
    + re.escape(FILE_ENDING)
    + r"|receipt\.(json|jsonld|html)|data\.json|index\.html|"
    + re.escape(MARK)
)


def note(session: Session, ground: Ground, living: LiveConsent, folder: Path) -> None:
    """Remember that an export lies in ``folder``, under the key of the consent that it rests on."""
    if folder in folders_of(session, ground, living):
        return
    sealed = ground.keys.seal(living.consent.key_id, str(folder).encode(), _CONTEXT)
    session.add(ExportRow(owner=matches.owner_tag(ground.keys, living.consent.key_id), sealed_folder=sealed))
    session.flush()


def folders_of(session: Session, ground: Ground, living: LiveConsent) -> list[Path | None]:
    """Where exports resting on this consent were written; None for one whose note is damaged: it is out of reach."""
    owner = matches.owner_tag(ground.keys, living.consent.key_id)
    return [_opened(ground, living, row) for row in _rows(session, owner)]


def any_export(session: Session, owners: Sequence[str]) -> bool:
    """Whether an export that rests on one of these owners' consents is noted."""
    return session.scalar(select(ExportRow.id).where(ExportRow.owner.in_(owners)).limit(1)) is not None


def count(session: Session) -> int:
    """How many exports are noted."""
    return session.scalar(select(func.count()).select_from(ExportRow)) or 0


def forget(session: Session, owners: Sequence[str]) -> None:
    """Delete the notes of these owners' exports."""
    session.execute(delete(ExportRow).where(ExportRow.owner.in_(owners)))


def forget_all(session: Session) -> None:
    """Delete the notes of all exports."""
    session.execute(delete(ExportRow))


def is_there(folder: Path, subject_id: str) -> bool:
    """Whether this person's export still lies in the folder."""
    found = mark(folder)
    return found.get("kind") == KIND and found.get("subject") == subject_id


def mark(folder: Path) -> dict[str, object]:
    """What an export says of itself; empty when there is none."""
    try:
        found = json.loads((folder / MARK).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def owners_with(session: Session, photo_ids: Sequence[int]) -> list[str]:
    """Owner tags under which exports are noted, of the people who were matched in one of these photos."""
    seen = {one.owner for one in matches.on_photos(session, photo_ids) if one.outcome is Outcome.MATCHED}
    return sorted(set(session.scalars(select(ExportRow.owner).where(ExportRow.owner.in_(seen)))))


def delete_of(ground: Ground, owners: Collection[str]) -> int:
    """Delete the exports of these owners, since they show what may not be seen any more; how many are out of reach.

    They can be made again. The note of one that is out of reach stays, for a later no. Raises AlbumsBusyError.
    """
    if not owners:
        return 0
    unreached = 0
    with delivery.alone(ground):
        with ground.database.begin() as session:
            noted = [
                (one.consent.subject_id, row.id, _opened(ground, one, row))
                for subject_id in consent.subjects.living_ids(session)
                for one in consent.records.given(session, subject_id)
                if ground.keys.holds(one.consent.key_id)
                for row in _rows(session, matches.owner_tag(ground.keys, one.consent.key_id))
                if row.owner in owners
            ]
        gone = []
        for subject_id, row_id, folder in noted:
            if folder and is_there(folder, subject_id) and not delete_exports(ground, [folder], subject_id):
                gone.append(row_id)
            else:
                unreached += 1
        with ground.database.begin() as session:
            session.execute(delete(ExportRow).where(ExportRow.id.in_(gone)))
    return unreached


def take_back(ground: Ground, folder: Path, subject_id: str) -> None:
    """Delete one export, and its note if it can still be read."""
    if delete_exports(ground, [folder], subject_id):
        return
    with ground.database.begin() as session:
        for one in consent.records.given(session, subject_id):
            if ground.keys.holds(one.consent.key_id):
                for row in _rows(session, matches.owner_tag(ground.keys, one.consent.key_id)):
                    if _opened(ground, one, row) == folder:
                        session.delete(row)


def delete_exports(ground: Ground, folders: Iterable[Path], subject_id: str) -> int:
    """Delete exactly the files that the exports list; how many exports cannot be deleted: they are out of reach.

    One that is not there, or is another person's by now, is left alone. Raises AlbumsBusyError.
    """
    kept = 0
    there = [folder for folder in folders if is_there(folder, subject_id)]
    if not there:
        return 0
    # One that is being written is deleted when it lists all of its files.
    with delivery.alone(ground):
        for folder in there:
            try:
                kept += is_there(folder, subject_id) and not _delete(folder)
            except (SaysoError, OSError):
                kept += 1
    return kept


def waiting_place(ground: Ground, subject_id: str) -> Path:
    """Where a person's export waits inside the archive until they take it; its name tells nobody whose it is."""
    return _waiting_room(ground) / ground.keys.tag(consent.contacts.ARCHIVE_KEY, b"export:" + subject_id.encode())[:32]


def is_whole(folder: Path, subject_id: str) -> bool:
    """Whether a person's export lies in the folder, written to its last page."""
    return is_there(folder, subject_id) and (folder / _LAST).is_file()


def sweep(ground: Ground, now: datetime) -> int:
    """Delete the exports that nobody took within a day; how many. Raises AlbumsBusyError."""
    swept = 0
    room = _waiting_room(ground)
    for folder in sorted(room.iterdir()) if room.is_dir() else ():
        whose = mark(folder).get("subject")
        if not isinstance(whose, str) or datetime.fromtimestamp((folder / MARK).stat().st_mtime, UTC) > now - WAITS:
            continue
        delete_exports(ground, [folder], whose)
        with ground.database.begin() as session:
            for living in consent.records.given(session, whose):
                owner = matches.owner_tag(ground.keys, living.consent.key_id)
                for row in _rows(session, owner):
                    # It never left the archive, so that no receipt needs to count it as out of reach.
                    if _opened(ground, living, row) == folder:
                        session.delete(row)
        swept += 1
    return swept


def _waiting_room(ground: Ground) -> Path:
    return ground.blobs.root.parent / "exports"


def _delete(folder: Path) -> bool:
    listed = mark(folder).get("files")
    ledger = folder / "ledger"
    # Whoever changed the list, or made a folder a link, must not have us delete anything else.
    if not isinstance(listed, list) or not all(isinstance(one, str) and _OURS.fullmatch(one) for one in listed):
        return False
    if folder.is_symlink() or ledger.is_symlink() or (folder / ALBUM).is_symlink():
        return False
    for name in listed:
        if name != MARK:
            (folder / name).unlink(missing_ok=True)
    # What a killed process was writing: it bears no name yet.
    for place in (folder, ledger, folder / ALBUM):
        for unfinished in place.glob(".unfinished-*"):
            unfinished.unlink(missing_ok=True)
    # Last the album, which may resist, and the mark: as long as it lies there, the rest can be deleted with it.
    if (folder / ALBUM / delivery.MANIFEST).exists():
        delivery.remove_album(folder / ALBUM)
    elif any(path.is_file() for path in (folder / ALBUM).rglob("*")):
        return False
    (folder / MARK).unlink(missing_ok=True)
    for empty in (ledger, folder):
        try:
            empty.rmdir()
        except OSError:
            continue
    return True


def _rows(session: Session, owner: str) -> list[ExportRow]:
    return list(session.scalars(select(ExportRow).where(ExportRow.owner == owner).order_by(ExportRow.id)))


def _opened(ground: Ground, living: LiveConsent, row: ExportRow) -> Path | None:
    try:
        return Path(ground.keys.unseal(living.consent.key_id, row.sealed_folder, _CONTEXT).decode())
    except (ValueError, KeyStoreError):
        return None
