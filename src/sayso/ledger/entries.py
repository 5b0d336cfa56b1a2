"""What an entry says: an act as canonical JSON, and the way back.

May know: acts, JSON. Must not know: tables, keys, hashes.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..errors import LedgerError
from ..values import Act, Counts, Purpose, Reach, Role, Route

VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it is read back; everything in clear but the link to the subjects.

    ``subjects_sealed`` are base64, one for each subject, and open only with that subject's record key. ``body`` is
    the very text that the ledger's proofs are about.
    """

    index: int
    at: datetime
    verb: str
    actor: str
    role: Role
    route: Route
    collection: int | None
    purpose: Purpose | None
    reach: Reach | None
    counts: Counts | None
    facts: tuple[tuple[str, str | int], ...]
    subjects_sealed: tuple[str, ...]
    body: bytes


def to_body(index: int, act: Act, at: datetime, subjects_sealed: Sequence[str]) -> bytes:
    """The act as UTF-8 JSON with sorted keys and no spaces. Raises ValueError for a time without a zone, TypeError
    for a fact that is neither text nor a whole number: vectors and scores never enter the ledger."""
    if at.tzinfo is None:
        raise ValueError("a ledger entry needs a time with a zone")
    if any(not isinstance(value, str | int) for _, value in act.facts):
        raise TypeError("a ledger entry's facts are text and whole numbers")
    fields = {
        "v": VERSION,
        "i": index,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "verb": act.verb,
        "actor": act.actor.name,
        "role": act.actor.role,
        "route": act.actor.route,
        "collection": act.collection_id,
        "purpose": act.purpose,
        "reach": act.reach,
        "counts": _counted(act.counts),
        "facts": dict(act.facts),
        "subjects": list(subjects_sealed),
    }
    return json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def from_body(body: bytes) -> Entry:
    """The entry that ``to_body`` wrote. Raises LedgerError when it is damaged or from a newer version."""
    try:
        fields = json.loads(body)
        if fields["v"] != VERSION:
            raise LedgerError("A ledger entry was written by a newer version of Sayso.", "Update Sayso.")
        counts = fields["counts"]
        return Entry(
            index=fields["i"],
            at=datetime.fromisoformat(fields["at"]),
            verb=fields["verb"],
            actor=fields["actor"],
            role=Role(fields["role"]),
            route=Route(fields["route"]),
            collection=fields["collection"],
            purpose=Purpose(fields["purpose"]) if fields["purpose"] else None,
            reach=Reach(fields["reach"]) if fields["reach"] else None,
            counts=Counts(**{name: counts[name] for name in _COUNTED}) if counts else None,
            facts=tuple(fields["facts"].items()),
            subjects_sealed=tuple(fields["subjects"]),
            body=body,
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise LedgerError("A ledger entry cannot be read: it was changed.", "Run `sayso ledger verify`.") from None


_COUNTED = ("photos", "seen", "measured", "kept", "discarded")


def _counted(counts: Counts | None) -> dict[str, Any] | None:
    if counts is None:
        return None
    return {name: getattr(counts, name) for name in _COUNTED} | {"exposure": counts.exposure}
