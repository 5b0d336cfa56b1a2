"""Which face is whose: decisions and confirmations, under tags that die with their data key."""

from .decisions import (
    Decided,
    count,
    forget,
    forget_all,
    get,
    mark_searched,
    of_owner,
    on_photos,
    owner_tag,
    photos_with,
    record,
    reopen,
    searched,
    waiting,
)
from .tables import MatchRow, SearchedRow

__all__ = [
    "Decided",
    "MatchRow",
    "SearchedRow",
    "count",
    "forget",
    "forget_all",
    "get",
    "mark_searched",
    "of_owner",
    "on_photos",
    "owner_tag",
    "photos_with",
    "record",
    "reopen",
    "searched",
    "waiting",
]
