"""Keys that no row names: what a yes leaves behind when its transaction is undone, because keys lie outside of it.

May know: ids of keys, the consent tables. Must not know: what the keys would have opened.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from ..storage import Session
from . import subjects
from .tables import ConsentPurposeRow, SubjectRow

_DATA = "data-"


def orphans(session: Session, key_ids: Iterable[str]) -> list[str]:
    """Those of the data and record keys among ``key_ids`` that belong to no purpose and to no subject."""
    named = set(session.scalars(select(ConsentPurposeRow.key_id)))
    named |= {subjects.record_key(subject_id) for subject_id in session.scalars(select(SubjectRow.id))}
    return [key for key in key_ids if key.startswith((_DATA, subjects.record_key(""))) and key not in named]
