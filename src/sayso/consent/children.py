"""People under age: what must be known of them and of the guardian who said yes, and when guardianship ends.

May know: a month of birth, a guardian's name, what the child was told; all sealed under the child's record key.
Must not know: templates, photos, what a law pack says about an age. Nothing here is kept beyond coming of age.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, select

from ..errors import UsageError
from ..keys import KeyStore
from ..storage import Session
from ..values import Guardian, Purpose
from .subjects import record_key
from .tables import GIVEN, ChildRow, ConsentCollectionRow, ConsentPurposeRow, ConsentRow

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_OLDEST = 120
# It is the same day everywhere on earth once it has begun in UTC−12.
_LAST_ZONE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Childhood:
    """``birth`` is a month, ``2014-03``. ``told`` is the version of the plain-words notice that the child was told;
    it and ``agreed_at`` are None where no guardian said yes."""

    birth: str
    guardian: Guardian | None = None
    agreed_at: str | None = None
    told: int | None = None

    def age(self, now: datetime) -> int:
        """Whole years at ``now``. The birthday counts from the end of its month, and once it is that day everywhere:
        nobody is taken for older than they are."""
        today = (now.astimezone(UTC) - _LAST_ZONE).date()
        years = today.year - int(self.birth[:4])
        return years if today >= self.birthday(years) else years - 1

    def birthday(self, age: int) -> date:
        """The day on which the person surely is ``age`` years old."""
        year, month = int(self.birth[:4]) + age, int(self.birth[5:])
        return date(year, month, monthrange(year, month)[1])

    def comes_to(self, age: int) -> datetime:
        """The moment from which ``age`` years are counted."""
        return datetime.combine(self.birthday(age), time(), UTC) + _LAST_ZONE


def born(birth: str, now: datetime) -> Childhood:
    """Somebody born in a month, written ``2014-03``. Raises UsageError when that is no month, or no living person's."""
    if not _MONTH.fullmatch(birth):
        raise UsageError(f"'{birth}' is no month of birth.", "Write year and month, like 2014-03.")
    child = Childhood(birth)
    if not birth <= f"{now:%Y-%m}" or child.age(now) > _OLDEST:
        raise UsageError(f"Nobody living was born in {birth}.", "Check year and month.")
    return child


def keep(session: Session, keys: KeyStore, subject_id: str, child: Childhood) -> None:
    """Keep what must be known; a later yes of the child's own leaves the guardian's in place.

    Raises UsageError when another month of birth is on record.
    """
    before = known(session, keys, subject_id)
    if before is not None and before.birth != child.birth:
        raise UsageError("Another month of birth is on record for this person.", "Check it with them.")
    if before is not None and child.guardian is None:
        child = replace(before, birth=child.birth)
    sealed = keys.seal(record_key(subject_id), json.dumps(asdict(child)).encode(), _context(subject_id))
    session.merge(ChildRow(subject_id=subject_id, sealed_facts=sealed))
    session.flush()


def known(session: Session, keys: KeyStore, subject_id: str) -> Childhood | None:
    """What is known of a subject under age; None for everybody else."""
    row = session.get(ChildRow, subject_id)
    return _opened(keys, row) if row is not None else None


def everyone(session: Session, keys: KeyStore) -> list[tuple[str, Childhood]]:
    """Every subject under age, by id."""
    return [(row.subject_id, _opened(keys, row)) for row in session.scalars(select(ChildRow).order_by("subject_id"))]


def forget(session: Session, subject_id: str) -> None:
    """Delete what was known of a subject's childhood."""
    session.execute(delete(ChildRow).where(ChildRow.subject_id == subject_id))


def end_guardianship(session: Session, subject_id: str) -> tuple[Purpose, ...]:
    """Take away the collections that a guardian said yes to; the purposes that are left without a yes of their own.

    The caller ends those, in the order of a withdrawal. Asked again before that, the same purposes come back.
    """
    without: list[Purpose] = []
    rows = select(ConsentPurposeRow).where(ConsentPurposeRow.subject_id == subject_id, ConsentPurposeRow.state == GIVEN)
    for row in session.scalars(rows.order_by(ConsentPurposeRow.id)).all():
        links = select(ConsentCollectionRow).where(ConsentCollectionRow.purpose_id == row.id)
        reached = [(link, session.get_one(ConsentRow, link.consent_id)) for link in session.scalars(links)]
        records = [session.get_one(ConsentRow, row.consent_id), *(record for _, record in reached)]
        own = [record for record in records if not record.by_guardian]
        if not own:
            without.append(Purpose(row.purpose))
            continue
        for link, record in reached:
            if record.by_guardian:
                session.delete(link)
        row.consent_id = max(record.id for record in own)
        row.expires_at = max(record.expires_at for record in own)
    session.flush()
    return tuple(without)


def _opened(keys: KeyStore, row: ChildRow) -> Childhood:
    facts = json.loads(keys.unseal(record_key(row.subject_id), row.sealed_facts, _context(row.subject_id)))
    guardian = Guardian(**facts.pop("guardian")) if facts["guardian"] else facts.pop("guardian")
    return Childhood(guardian=guardian, **facts)


def _context(subject_id: str) -> bytes:
    return b"child " + subject_id.encode()
