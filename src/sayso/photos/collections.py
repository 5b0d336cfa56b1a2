"""Collections: make, look up, approve, delete. Facts are kept here; whether they suffice is for the policy room.

May know: storage, the collection's facts. Must not know: law packs' contents, people in photos.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import delete, func, select

from ..errors import UnknownError, UsageError
from ..storage import Session
from ..values import Collection, Reach, Window
from .marks import keep
from .tables import CollectionRow, PhotoRow

_LONGEST_NAME = 200

#: A number with more digits is no id that a database could have given.
_MOST_DIGITS = 18
_FACTS_OF_WIDER_REACH = {
    "basis": "the basis code",
    "assessment_sha256": "the assessment file",
    "occasion": "the occasion (from when to when)",
    "reach_expires": "the date when the reach expires",
    "proposed_by": "the person who proposes it",
}


def new_collection(
    session: Session,
    *,
    name: str,
    packs: tuple[str, ...],
    calibration: str,
    now: datetime,
    reach: Reach = Reach.POINTED,
    basis: str | None = None,
    assessment_sha256: str | None = None,
    occasion: Window | None = None,
    reach_expires: datetime | None = None,
    proposed_by: str | None = None,
    retention_until: datetime | None = None,
    notice_version: int | None = None,
) -> Collection:
    """Make a collection; nobody has approved it yet.

    occasion: camera time, without a zone. reach_expires, retention_until, now: aware.
    Raises UsageError when the name is taken or no name, and when a wider reach than ``pointed`` lacks a fact.
    """
    clean = _clean(name)
    if session.scalar(select(CollectionRow.id).where(func.lower(CollectionRow.name) == func.lower(clean))) is not None:
        raise UsageError(f"There is already a collection called '{clean}'.", "Choose another name.")
    if not packs:
        raise UsageError("A collection needs at least one law pack.", "Name the pack of the place of the event.")
    facts = {
        "basis": basis,
        "assessment_sha256": assessment_sha256,
        "occasion": occasion,
        "reach_expires": reach_expires,
        "proposed_by": proposed_by,
    }
    missing = [words for fact, words in _FACTS_OF_WIDER_REACH.items() if facts[fact] in (None, "")]
    if reach is not Reach.POINTED and missing:
        raise UsageError(f"The reach '{reach}' needs {_listed(missing)}.", "Give what is missing, or stay 'pointed'.")
    _check_window(occasion)
    row = CollectionRow(
        name=clean,
        packs=packs,
        reach=reach.value,
        calibration=calibration,
        basis=basis,
        assessment_sha256=assessment_sha256,
        occasion_start=occasion.start if occasion else None,
        occasion_end=occasion.end if occasion else None,
        reach_expires=reach_expires,
        proposed_by=proposed_by,
        retention_until=retention_until,
        notice_version=notice_version,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _collection(row)


def get_collection(session: Session, name_or_id: str | int) -> Collection:
    """One collection by its name or id. Raises UsageError, naming those that exist, when it is unknown."""
    return _collection(_row(session, name_or_id))


def list_collections(session: Session) -> list[Collection]:
    """All collections, the oldest first."""
    return [_collection(row) for row in session.scalars(select(CollectionRow).order_by(CollectionRow.id))]


def approve(session: Session, collection_id: int, approver: str) -> Collection:
    """Note that a second person approves the reach that was asked for.

    Raises UsageError when there is nothing to approve, or when the approver is who proposed it.
    """
    row = _row(session, collection_id)
    name = approver.strip()
    if row.reach == Reach.POINTED:
        raise UsageError("The reach 'pointed' needs no approval.", "Nothing more is needed.")
    if row.approved_by:
        raise UsageError(f"{row.approved_by} has already approved this reach.", "Nothing more is needed.")
    if not name or name.casefold() == (row.proposed_by or "").strip().casefold():
        raise UsageError("A second person has to approve.", f"Ask somebody else than {row.proposed_by}.")
    row.approved_by = name
    session.flush()
    return _collection(row)


def keep_chips(session: Session, collection_id: int, until: datetime | None, key_id: str | None) -> Collection:
    """Note until when face chips are kept, and under which key; None for both when none are kept any more."""
    row = _row(session, collection_id)
    row.chips_until, row.chips_key = until, key_id
    session.flush()
    return _collection(row)


def end_reach(session: Session, collection_id: int) -> None:
    """Make a collection pointed again, for good: no clock that is set back opens what ran out."""
    row = _row(session, collection_id)
    row.reach, row.approved_by = Reach.POINTED.value, None
    session.flush()


def delete_collection(session: Session, collection_id: int) -> list[str]:
    """Delete a collection with its photos and faces; the keys of its copied files, for the caller to remove.

    Its assessment is among them unless another collection rests on the same one.

    Raises UsageError when it is unknown.
    """
    row = _row(session, collection_id)
    keys = list(session.scalars(select(PhotoRow.path).where(PhotoRow.collection_id == row.id, PhotoRow.copied)))
    sha256 = row.assessment_sha256
    keep(session, list(session.scalars(select(PhotoRow.id).where(PhotoRow.collection_id == row.id))))
    session.execute(delete(CollectionRow).where(CollectionRow.id == row.id))
    session.expire_all()
    others = select(func.count()).where(CollectionRow.assessment_sha256 == sha256)
    return keys if sha256 is None or session.scalar(others) else [*keys, assessment_key(sha256)]


def assessment_key(sha256: str) -> str:
    """Where the impact assessment with this hash lies among the archive's files."""
    return f"assessments/{sha256}"


def _row(session: Session, name_or_id: str | int) -> CollectionRow:
    text = _composed(str(name_or_id))
    if text.isascii() and text.isdigit():
        row = session.get(CollectionRow, int(text)) if len(text) <= _MOST_DIGITS else None
    else:
        row = session.scalar(select(CollectionRow).where(func.lower(CollectionRow.name) == func.lower(text)))
    if row is None:
        names = [f"'{name}'" for name in session.scalars(select(CollectionRow.name).order_by(CollectionRow.id))]
        known = f"The archive holds {_listed(names)}." if names else "There are no collections yet; make one first."
        raise UnknownError(f"There is no collection '{text[:_LONGEST_NAME]}'.", known)
    return row


def _clean(name: str) -> str:
    clean = _composed(name)
    if not clean or len(clean) > _LONGEST_NAME or not clean.isprintable():
        raise UsageError("This is no name for a collection.", f"Choose 1 to {_LONGEST_NAME} printable characters.")
    if clean.isascii() and clean.isdigit():
        raise UsageError("A name of digits only looks like an id.", "Add a word to it.")
    return clean


def _composed(name: str) -> str:
    """A name in the one form that is kept: some systems write é as two signs, some as one."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _check_window(window: Window | None) -> None:
    if window is None:
        return
    if window.start.tzinfo is not None or window.end.tzinfo is not None:
        raise UsageError("An occasion is told in camera time, without a time zone.", "Leave the zone out.")
    if window.end < window.start:
        raise UsageError("The occasion ends before it starts.", "Swap the two times.")


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _collection(row: CollectionRow) -> Collection:
    whole = row.occasion_start is not None and row.occasion_end is not None
    return Collection(
        id=row.id,
        name=row.name,
        packs=row.packs,
        reach=Reach(row.reach),
        calibration=row.calibration,
        basis=row.basis,
        assessment_sha256=row.assessment_sha256,
        occasion=Window(row.occasion_start, row.occasion_end) if whole else None,  # type: ignore[arg-type]
        reach_expires=row.reach_expires,
        proposed_by=row.proposed_by,
        approved_by=row.approved_by,
        retention_until=row.retention_until,
        notice_version=row.notice_version,
        chips_until=row.chips_until,
        chips_key=row.chips_key,
    )
