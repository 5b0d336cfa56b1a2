"""Rows that are nobody's any more: an old database brought them back after the keys that named their owner had gone.

May know: keyed tags, keys by id. Must not know: whose they were; nobody can know that.
"""

from __future__ import annotations

from sqlalchemy import select

from .. import matches
from ..delivery import IssuedAlbumRow, IssuedFaceRow, NewsRow
from ..finding import PointMissRow
from ..ground import Ground
from ..matches import MatchRow, SearchedRow
from ..storage import Session

_DATA = "data-"


def nobodys_tags(session: Session, ground: Ground) -> list[str]:
    """Owner tags in the tables that no data key of today makes, sorted."""
    tables = (MatchRow, SearchedRow, PointMissRow, IssuedAlbumRow, IssuedFaceRow, NewsRow)
    columns = [table.owner for table in tables]
    there = {tag for column in columns for tag in session.scalars(select(column).distinct())}
    return sorted(there - {matches.owner_tag(ground.keys, key) for key in ground.keys.ids(_DATA)}) if there else []
