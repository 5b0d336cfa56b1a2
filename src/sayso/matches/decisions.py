"""Write and read decisions on faces, under an owner tag that only the purpose's data key can make.

May know: storage, keys. Must not know: vectors, photos' contents, the law.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from ..errors import UnknownError
from ..keys import KeyStore
from ..storage import Session
from ..values import Outcome
from .tables import LoosenedRow, MatchRow, SearchedRow


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision as stored: a face, its photo, and the tag of the owner. ``pointed_by``: the account that pointed for
    them; none when they did so themselves, or nobody did. ``decided_by``: the account that decided a doubt by looking;
    none for the owner's own word, and for a measurement."""

    id: int
    face_id: int
    photo_id: int
    owner: str
    outcome: Outcome
    confirmed: bool
    pointed: bool
    pointed_by: str | None
    decided_by: str | None
    decided_at: datetime


def owner_tag(keys: KeyStore, key_id: str) -> str:
    """The tag under which the matches of one consent purpose are kept.

    Raises KeyDestroyedError once the data key is gone: then nobody can tell whose the rows were.
    """
    return keys.tag(key_id, b"matches")


def record(
    session: Session,
    *,
    owner: str,
    photo_id: int,
    face_id: int,
    outcome: Outcome,
    now: datetime,
    confirmed: bool = False,
    pointed: bool = False,
    pointed_by: str | None = None,
    decided_by: str | None = None,
) -> Decided:
    """Decide on a face for an owner. What a person has confirmed or denied is not overruled by a measurement.

    A person has at most one face in a photo: a confirmed face takes the place of one that was only measured. A face
    is at most one person's: a confirmation sends others' unconfirmed claim to review, and meets a confirmed one there.
    Where nobody has said anything, two measured claims on one face are a doubt for both, whichever came first.
    confirmed: a person said so. pointed: somebody pointed at the face; pointed_by: the account that
    did so for the owner. The first one stays, unless the owner points themselves. decided_by: the account that
    confirms or denies a doubt by its own look; also noted with a face that has to make room, for ``reopen``.
    """
    row = session.scalar(select(MatchRow).where(MatchRow.face_id == face_id, MatchRow.owner == owner))
    if row is not None and row.confirmed and not confirmed:
        return _decided(row)
    if outcome is Outcome.MATCHED and confirmed:
        outcome = _settle_confirmed(session, owner, face_id)
    elif outcome is not Outcome.REJECTED and not confirmed and not pointed:
        outcome = _settle_measured(session, owner, face_id, outcome)
    if outcome is Outcome.MATCHED:
        rival = session.scalar(
            select(MatchRow).where(
                MatchRow.photo_id == photo_id,
                MatchRow.owner == owner,
                MatchRow.outcome == Outcome.MATCHED.value,
                MatchRow.face_id != face_id,
            )
        )
        if rival is not None and rival.confirmed and not confirmed:
            outcome = Outcome.REJECTED
        elif rival is not None:
            rival.outcome, rival.confirmed = Outcome.REJECTED.value, confirmed
            rival.decided_at, rival.decided_by = now, decided_by
            session.merge(LoosenedRow(photo_id=photo_id, owner=owner))
            session.flush()
    if row is None:
        row = MatchRow(face_id=face_id, photo_id=photo_id, owner=owner, pointed=False)
        session.add(row)
    row.outcome, row.confirmed = outcome.value, confirmed
    row.decided_at, row.decided_by = now, decided_by
    if pointed and (pointed_by is None or not row.pointed):
        row.pointed, row.pointed_by = True, pointed_by
    session.flush()
    return _decided(row)


def any_loosened(session: Session) -> bool:
    """Whether ``take_loosened`` would give anything."""
    return session.scalar(select(LoosenedRow.photo_id).limit(1)) is not None


def take_loosened(session: Session) -> list[tuple[int, str]]:
    """Photo and owner of each match that made room for somebody's word, or for a doubt, since this was asked last:
    albums may still show the face open."""
    gone = delete(LoosenedRow).returning(LoosenedRow.photo_id, LoosenedRow.owner)
    return [(photo_id, owner) for photo_id, owner in session.execute(gone)]


def reopen(session: Session, decision_id: int) -> list[Decided]:
    """Take back what an account decided, with the face that had to make room for it: all of it waits for review again,
    unconfirmed, and as pointed at as before. Gives what was taken back, as it stood.

    What others claimed on the face stays in review: nothing is opened by taking something back.
    """
    named = session.get_one(MatchRow, decision_id)
    rows = session.scalars(
        select(MatchRow).where(
            MatchRow.owner == named.owner,
            MatchRow.photo_id == named.photo_id,
            MatchRow.decided_by == named.decided_by,
            MatchRow.decided_at == named.decided_at,
        )
    ).all()
    stood = [_decided(row) for row in rows]
    for row in rows:
        row.outcome, row.confirmed, row.decided_by = Outcome.REVIEW.value, False, None
    session.flush()
    return stood


def _settle_confirmed(session: Session, owner: str, face_id: int) -> Outcome:
    """What a person's word becomes when others hold the face already: only another person's word stands against it."""
    others = _claims(session, face_id, Outcome.MATCHED, but_not=owner)
    if any(other.confirmed for other in others):
        return Outcome.REVIEW
    _put_in_doubt(session, others)
    return Outcome.MATCHED


def _settle_measured(session: Session, owner: str, face_id: int, outcome: Outcome) -> Outcome:
    """What a measurement becomes when others claim the face.

    Whoever was searched for first has no better right to it: an earlier match that nobody confirmed goes to review as
    well. A face about which two wait in review stays a doubt when a third one claims it.
    """
    held = _claims(session, face_id, Outcome.MATCHED, but_not=owner)
    _put_in_doubt(session, [other for other in held if not other.confirmed])
    doubted = [one for one in _claims(session, face_id, Outcome.REVIEW) if not one.pointed]
    return Outcome.REVIEW if held or len(doubted) > 1 else outcome


def _put_in_doubt(session: Session, rows: Iterable[MatchRow]) -> None:
    for row in rows:
        row.outcome = Outcome.REVIEW.value
        session.merge(LoosenedRow(photo_id=row.photo_id, owner=row.owner))


def _claims(session: Session, face_id: int, outcome: Outcome, *, but_not: str | None = None) -> list[MatchRow]:
    rows = session.scalars(select(MatchRow).where(MatchRow.face_id == face_id, MatchRow.outcome == outcome.value))
    return [row for row in rows if row.owner != but_not]


def get(session: Session, decision_id: int) -> Decided:
    """One decision. Raises UsageError when there is none with this id."""
    row = session.get(MatchRow, decision_id)
    if row is None:
        raise UnknownError(f"There is no match {decision_id}.", "List the doubtful ones with `sayso review list`.")
    return _decided(row)


def of_owner(session: Session, owner: str, outcome: Outcome | None = None) -> list[Decided]:
    """All decisions for one owner, by photo."""
    query = select(MatchRow).where(MatchRow.owner == owner).order_by(MatchRow.photo_id, MatchRow.face_id)
    if outcome is not None:
        query = query.where(MatchRow.outcome == outcome.value)
    return [_decided(row) for row in session.scalars(query)]


def on_photos(session: Session, photo_ids: Sequence[int]) -> list[Decided]:
    """All decisions on the faces of these photos, whoever's they are."""
    found: list[Decided] = []
    for start in range(0, len(photo_ids), 500):
        chunk = photo_ids[start : start + 500]
        found.extend(map(_decided, session.scalars(select(MatchRow).where(MatchRow.photo_id.in_(chunk)))))
    return found


def waiting(session: Session) -> list[Decided]:
    """Every decision that is in doubt, whoever's it is, by id."""
    query = select(MatchRow).where(MatchRow.outcome == Outcome.REVIEW.value)
    return [_decided(row) for row in session.scalars(query.order_by(MatchRow.id))]


def count(session: Session, outcome: Outcome) -> int:
    """How many decisions of this kind the archive holds."""
    query = select(func.count()).select_from(MatchRow).where(MatchRow.outcome == outcome.value)
    return session.scalar(query) or 0


def photos_with(session: Session, outcome: Outcome) -> list[int]:
    """The photo of each decision of this kind; one that holds several comes as often."""
    return list(session.scalars(select(MatchRow.photo_id).where(MatchRow.outcome == outcome.value)))


def mark_searched(session: Session, *, owner: str, template: str, photo_ids: Iterable[int]) -> None:
    """Note that these photos were read for this owner with this template."""
    for photo_id in photo_ids:
        session.merge(SearchedRow(photo_id=photo_id, owner=owner, template=template))


def searched(session: Session, *, owner: str, template: str) -> set[int]:
    """Ids of the photos that were read for this owner with this very template."""
    query = select(SearchedRow.photo_id).where(SearchedRow.owner == owner, SearchedRow.template == template)
    return set(session.scalars(query))


def forget(session: Session, owners: Iterable[str]) -> int:
    """Delete everything that was decided or searched for these owners; the number of decisions that went."""
    gone = 0
    for owner in owners:
        gone += len(session.scalars(delete(MatchRow).where(MatchRow.owner == owner).returning(MatchRow.id)).all())
        session.execute(delete(SearchedRow).where(SearchedRow.owner == owner))
        session.execute(delete(LoosenedRow).where(LoosenedRow.owner == owner))
    return gone


def forget_all(session: Session) -> None:
    """Delete everything that was decided or searched, for whomever."""
    session.execute(delete(MatchRow))
    session.execute(delete(SearchedRow))
    session.execute(delete(LoosenedRow))


def _decided(row: MatchRow) -> Decided:
    return Decided(
        row.id,
        row.face_id,
        row.photo_id,
        row.owner,
        Outcome(row.outcome),
        row.confirmed,
        row.pointed,
        row.pointed_by,
        row.decided_by,
        row.decided_at,
    )
