"""Photos whose files left the folder that was added: noticed, waited for, and handed on to be deleted.

May know: tables of this room, the file system's names. Must not know: people, pixels.
An absence counts only below a folder that shows a sign of life: a disk that is not plugged in loses nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select, update

from ..storage import Database, Session
from .sources import printable
from .tables import MissingRow, PhotoRow, SourceRow

#: How long a file may be away before its photo goes.
GRACE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Missing:
    """``due``: photos that were away for longer than the grace. ``waiting`` were away for less. ``unreachable``:
    folders in which nothing that we know can be seen, so that nothing below them counts as gone."""

    due: tuple[int, ...]
    waiting: int
    unreachable: tuple[str, ...]


def look_for_files(database: Database, now: datetime, grace: timedelta = GRACE) -> Missing:
    """See which photos that stayed in their folders are still there, and note since when the others are missed.

    A photo that lies elsewhere too is read from there from now on. Photos with a copy in the archive are no concern.
    """
    with database.begin() as session:
        photos = session.execute(select(PhotoRow.id, PhotoRow.path).where(PhotoRow.copied.is_(False))).all()
        sources: dict[int, list[tuple[str, str]]] = defaultdict(list)
        roots: dict[str, bool] = {}
        rows = session.execute(select(SourceRow.photo_id, SourceRow.path, SourceRow.root)).all()
    # The disk is looked at outside of a transaction: it may be slow.
    for photo_id, path, root in rows:
        sources[photo_id].append((path, root))
        roots[root] = roots.get(root, False) or _there(path) is True
    gone, elsewhere = [], {}
    for photo_id, path in photos:
        if _there(path) is not False:
            continue
        other = next((one for one, _ in sources[photo_id] if one != printable(path) and _there(one)), None)
        if other is not None and Path(other).is_file():
            elsewhere[photo_id] = other
        elif sources[photo_id] and all(roots[root] for _, root in sources[photo_id]):
            gone.append(photo_id)
    with database.begin() as session:
        due, waiting = _note(session, gone, elsewhere, now, grace)
    return Missing(due, waiting, tuple(sorted(root for root, alive in roots.items() if not alive)))


def wait_anew(session: Session, now: datetime) -> None:
    """Let photos that are missed since a moment that has yet to come be missed since now: the clock was wrong then."""
    session.execute(update(MissingRow).where(MissingRow.since > now).values(since=now))


def count_missing(session: Session) -> int:
    """How many photos are missed now."""
    return session.scalar(select(func.count()).select_from(MissingRow)) or 0


def first_missing(session: Session) -> datetime | None:
    """Since when the photo is missed that is missed longest."""
    return session.scalar(select(func.min(MissingRow.since)))


def _note(
    session: Session, gone: Iterable[int], elsewhere: dict[int, str], now: datetime, grace: timedelta
) -> tuple[tuple[int, ...], int]:
    for photo_id, path in elsewhere.items():
        session.execute(update(PhotoRow).where(PhotoRow.id == photo_id).values(path=path))
    away = set(gone)
    known = {row.photo_id: row for row in session.scalars(select(MissingRow))}
    for photo_id in known.keys() - away:
        session.execute(delete(MissingRow).where(MissingRow.photo_id == photo_id))
    due, waiting = [], 0
    for photo_id in sorted(away):
        row = known.get(photo_id)
        if row is None:
            # Deleted while the disk was looked at: nothing to wait for.
            if session.get(PhotoRow, photo_id) is None:
                continue
            row = MissingRow(photo_id=photo_id, since=now)
            session.add(row)
        if row.since + grace <= now:
            due.append(photo_id)
        else:
            waiting += 1
    session.flush()
    return tuple(due), waiting


def _there(path: str) -> bool | None:
    """Whether a file is where it lay, a zip archive for its members; None when that cannot be told."""
    try:
        Path(path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        archive, _, member = path.partition("!/")
        return _there(archive) if member else False
    except (OSError, ValueError):
        return None
    return True
