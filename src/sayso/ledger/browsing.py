"""Looking through the ledger, the newest entries first, by what was done and by whom.

May know: the tables, how entries read. Must not know: keys, whom an entry is about.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..errors import LedgerError
from .entries import Entry, from_body
from .reading import is_blob
from .tables import LedgerEntry

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Listed:
    """What stands at one place of the ledger. ``entry`` is None when it cannot be read, because it was changed."""

    index: int
    body: bytes
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Browsed:
    """Some entries, the newest first; ``older`` is the ``before`` with which to go on, None when there are no more."""

    entries: tuple[Listed, ...]
    older: int | None


def browse(session: Session, *, before: int | None = None, limit: int = 25, verb: str = "", actor: str = "") -> Browsed:
    """At most ``limit`` entries below index ``before``, only those of this verb and actor where one is named.

    What cannot be read is listed at its place: that somebody changed an entry is no reason to hide it.
    """
    wanted = [_needle("verb", verb)] * bool(verb) + [_needle("actor", actor)] * bool(actor)
    query = select(LedgerEntry.idx, LedgerEntry.body).order_by(LedgerEntry.idx.desc())
    if before is not None:
        query = query.where(LedgerEntry.idx < before)
    found: list[Listed] = []
    for index, body in session.execute(query.execution_options(yield_per=_AT_ONCE)):
        # Bytes are searched many times faster than JSON is read.
        if is_blob(body) and not all(needle in body for needle in wanted):
            continue
        listed = _listed(index, body)
        if listed.entry is None or _fits(listed.entry, verb, actor):
            if len(found) == limit:
                return Browsed(tuple(found), found[-1].index)
            found.append(listed)
    return Browsed(tuple(found), None)


def _needle(name: str, value: str) -> bytes:
    """A field as the canonical JSON of an entry writes it."""
    return f'"{name}":{json.dumps(value, ensure_ascii=False)}'.encode()


def _fits(entry: Entry, verb: str, actor: str) -> bool:
    return verb in ("", entry.verb) and actor in ("", entry.actor)


def _listed(index: int, body: object) -> Listed:
    if not isinstance(body, bytes):
        return Listed(index, str(body).encode(), None)
    try:
        return Listed(index, body, from_body(body))
    except LedgerError:
        return Listed(index, body, None)
