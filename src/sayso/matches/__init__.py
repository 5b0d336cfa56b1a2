"""Which face is whose: decisions and confirmations, under tags that die with their data key."""

from .decisions import (
    Decided,
    any_loosened,
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
    take_loosened,
    waiting,
)
from .tables import LoosenedRow, MatchRow, SearchedRow

__all__ = [
    "Decided",
    "LoosenedRow",
    "MatchRow",
    "SearchedRow",
    "any_loosened",
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
    "take_loosened",
    "waiting",
]
