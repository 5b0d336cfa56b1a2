"""Calls about the ledger: what was done, and proof that nobody changed it.

May know: the front door. Must not know: the archive's inside, whom an entry is about.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path

from ...values import Purpose, Reach, Role, Route
from .answers import Answer, Counts, Limit, Page, Start, SubjectInPath
from .caller import Caller

router = APIRouter(tags=["ledger"])


class Entry(Answer):
    """One act: when, by whom, in which role, through which door, at which reach, on how many faces. Whom it is about
    is sealed."""

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
    facts: dict[str, str | int]


class Restored(Answer):
    """An entry that tells of a checkpoint that was lost when an older copy was put back."""

    index: int
    at: datetime
    lost_size: int
    lost_root: str


class Cosigned(Answer):
    """A known witness, and the newest checkpoint that it signed."""

    witness: str
    size: int
    at: datetime | None


class Verified(Answer):
    """None of the entries was altered. `key` is the public key with which proofs are checked."""

    size: int
    root_hex: str
    checkpoint_note: str
    restored: list[Restored]
    witnesses: list[Cosigned]
    key: str


class Proof(Answer):
    """Proof that an entry is in the ledger (a `.tlog-proof`), to be checked with `sayso-verify`; the entry's own
    text."""

    index: int
    proof: str
    entry: str


@router.get("/ledger", operation_id="ledger.list")
def list_(archive: Caller, start: Start = 0, limit: Limit = 200) -> Page[Entry]:
    """What was done, the oldest first. `next` is given back as `start`."""
    items = [_entry(one) for one in archive.ledger.list(start=start, limit=limit)]
    return Page(items=items, next=start + limit if len(items) == limit else None)


@router.get("/people/{subject}/ledger", operation_id="ledger.list.subject")
def about(archive: Caller, subject: SubjectInPath, start: Start = 0, limit: Limit = 200) -> Page[Entry]:
    """What was done about one person, who can read that somebody looked. `next` is given back as `start`."""
    items = [_entry(one) for one in archive.ledger.list(subject=subject, start=start, limit=limit)]
    return Page(items=items, next=items[-1].index + 1 if len(items) == limit else None)


@router.get("/ledger/verify", operation_id="ledger.verify")
def verify(archive: Caller) -> Verified:
    """Check every entry, every hash and every signature."""
    done = archive.ledger.verify()
    return Verified(
        size=done.size,
        root_hex=done.root_hex,
        checkpoint_note=done.checkpoint_note,
        restored=[Restored.of(one) for one in done.restored],
        witnesses=[Cosigned.of(one) for one in done.witnesses],
        key=archive.ledger.verifier_key,
    )


@router.get("/ledger/{index}/proof", operation_id="ledger.proof")
def proof(archive: Caller, index: Annotated[int, Path(ge=0, le=2**63 - 1)]) -> Proof:
    """Proof that an entry is in the ledger; anybody can check it without this server's word."""
    made = archive.ledger.proof(index)
    return Proof(index=index, proof=made.to_text(), entry=made.body.decode())


def _entry(one: Any) -> Entry:
    return Entry(
        index=one.index,
        at=one.at,
        verb=one.verb,
        actor=one.actor,
        role=one.role,
        route=one.route,
        collection=one.collection,
        purpose=one.purpose,
        reach=one.reach,
        counts=Counts.of(one.counts) if one.counts is not None else None,
        facts=dict(one.facts),
    )
