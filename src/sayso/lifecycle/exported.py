"""Where exports were written, so that a later no reaches them too, and how exactly their files are deleted again.

May know: folders, keyed tags, names of files that an export writes. Must not know: what is in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from sqlalchemy import delete, select

from .. import delivery, matches
from ..consent import LiveConsent
from ..errors import KeyStoreError, SaysoError
from ..ground import Ground
from ..ledger import FILE_ENDING
from ..storage import Session
from .tables import ExportRow

MARK = "export.json"
KIND = "sayso export"
ALBUM = "album"

_CONTEXT = b"export"
_OURS = re.compile(
    r"ledger/\d{6}" + re.escape(FILE_ENDING) + r"|receipt\.(json|jsonld|html)|data\.json|index\.html|" + re.escape(MARK)
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
    rows = session.scalars(select(ExportRow).where(ExportRow.owner == owner).order_by(ExportRow.id))
    return [_opened(ground, living, row) for row in rows]


def any_export(session: Session, owners: Sequence[str]) -> bool:
    """Whether an export that rests on one of these owners' consents is noted."""
    return session.scalar(select(ExportRow.id).where(ExportRow.owner.in_(owners)).limit(1)) is not None


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


def delete_exports(folders: Iterable[Path], subject_id: str) -> int:
    """Delete exactly the files that the exports list; how many exports cannot be deleted: they are out of reach.

    One that is not there, or is another person's by now, is left alone.
    """
    kept = 0
    for folder in folders:
        if is_there(folder, subject_id):
            try:
                kept += not _delete(folder)
            except (SaysoError, OSError):
                kept += 1
    return kept


def _delete(folder: Path) -> bool:
    listed = mark(folder).get("files")
    ledger = folder / "ledger"
    # Whoever changed the list, or made a folder a link, must not have us delete anything else.
    if not isinstance(listed, list) or not all(isinstance(one, str) and _OURS.fullmatch(one) for one in listed):
        return False
    if folder.is_symlink() or ledger.is_symlink() or (folder / ALBUM).is_symlink():
        return False
    if (folder / ALBUM / delivery.MANIFEST).exists():
        delivery.remove_album(folder / ALBUM)
    for name in listed:
        (folder / name).unlink(missing_ok=True)
    (folder / MARK).unlink(missing_ok=True)
    for empty in (ledger, folder):
        try:
            empty.rmdir()
        except OSError:
            continue
    return True


def _opened(ground: Ground, living: LiveConsent, row: ExportRow) -> Path | None:
    try:
        return Path(ground.keys.unseal(living.consent.key_id, row.sealed_folder, _CONTEXT).decode())
    except (ValueError, KeyStoreError):
        return None
